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
        let hasBracket = name.utf8.contains(UInt8(ascii: "["))
        return groups.contains(hasBracket ? SourceSelector(name)?.path ?? name : name)
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
        var names: [String] = []
        let bytes = Array(pattern.utf8)
        var index = 0
        while let name = nextGroup(bytes, &index) { names.append(name) }
        return names
    }

    /// The next named group at or behind `index`; not by an expression, since every audit asks for all formats.
    private static func nextGroup(_ pattern: [UInt8], _ index: inout Int) -> String? {
        while index + 3 < pattern.count {
            defer { index += 1 }
            guard pattern[index] == UInt8(ascii: "("), pattern[index + 1] == UInt8(ascii: "?") else { continue }
            let open = pattern[index + 2] == UInt8(ascii: "P") ? index + 3 : index + 2
            guard pattern[open] == UInt8(ascii: "<") || pattern[open] == UInt8(ascii: "'") else { continue }
            let name = pattern[(open + 1)...].prefix(while: isWord)
            guard !name.isEmpty, name.endIndex < pattern.count else { continue }
            let close = pattern[name.endIndex]
            if close == UInt8(ascii: ">") || close == UInt8(ascii: "'") { return String(decoding: name, as: UTF8.self) }
        }
        return nil
    }

    /// Whether a group's name may have the byte (pcre2pattern, "Named capture groups").
    private static func isWord(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
    }
}

extension SourceCondition {
    /// Whether both cannot hold for one value.
    fileprivate func excludes(_ other: SourceCondition) -> Bool {
        name == other.name && comparison == .equals && other.comparison == .equals
            && Set(values).isDisjoint(with: other.values)
    }
}
