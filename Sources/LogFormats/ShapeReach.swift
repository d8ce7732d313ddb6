// Which source fields, and so which cases and canonical fields, lines of one shape can have.

/// The source fields that a shape can deliver.
struct ShapeReach {
    /// Names of the groups of its patterns.
    private var groups: Set<String> = []
    /// Whether any name can be one: members of JSON objects and pairs are not known beforehand.
    private var isOpen = false
    private var hasQuery = false
    /// What the shape says of its lines; nothing where others fill in.
    private let conditions: [SourceCondition]
    private let aliases: [String: [String]]

    init(_ shape: LineShape, of format: FormatFile) {
        // The lines of a record fill in for each other.
        let isPart = format.record != nil && shape.ignore == nil
        let shapes = isPart ? format.shapes.filter { $0.ignore == nil } : [shape]
        conditions = isPart ? [] : shape.conditions
        aliases = Dictionary(format.aliases.map { ($0.name, $0.sources) }) { $0 + $1 }
        for shape in shapes {
            if let pattern = shape.pattern { groups.formUnion(Self.groups(of: pattern)) }
            if shape.pattern == nil || shape.pairs != nil || !shape.nested.isEmpty { isOpen = true }
            if shape.query != nil { hasQuery = true }
        }
    }

    /// Whether lines of the shape can have the source field called `name`.
    func allows(_ name: String) -> Bool {
        if isOpen { return true }
        if let sources = aliases[name] { return sources.contains(where: allows) }
        if hasQuery, name == "path" || name.hasPrefix("query.") { return true }
        return groups.contains(SourceSelector(name)?.path ?? name)
    }

    /// Whether they can have what fills a canonical field.
    func allows(_ assignment: FieldAssignment) -> Bool {
        if assignment.exists { return true }
        return assignment.isComposite ? assignment.names.allSatisfy(allows) : assignment.names.contains(where: allows)
    }

    /// Whether `event` can be true of them.
    func allows(_ event: EventCase) -> Bool {
        event.conditions.allSatisfy { condition in
            if condition.comparison == .exists, condition.values == ["false"] { return true }
            guard allows(condition.name) else { return false }
            return !conditions.contains { $0.excludes(condition) }
        }
    }

    /// `(?<name>…)`, `(?P<name>…)` and `(?'name'…)`.
    private static func groups(of pattern: String) -> [String] {
        pattern.matches(of: /\(\?P?[<'](\w+)[>']/).map { String($0.1) }
    }
}

extension SourceCondition {
    /// Whether both cannot hold for one value.
    fileprivate func excludes(_ other: SourceCondition) -> Bool {
        name == other.name && comparison == .equals && other.comparison == .equals
            && Set(values).isDisjoint(with: other.values)
    }
}
