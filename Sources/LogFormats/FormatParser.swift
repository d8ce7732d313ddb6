// Turns a format file's YAML into a FormatFile.

import AuthEvents
import YAMLFiles
import Yams

extension FormatFile {
    /// Parses the text of `file`; throws the first problem.
    ///
    /// `include` returns the text of a file named under `include:`, or `nil` if there is none.
    public init(
        parsing text: String,
        file: String,
        include: (String) -> String? = { _ in nil }
    ) throws(FormatError) {
        let root = try Self.compose(text, file: file)
        try self.init(root)
        for name in try root.strings("include") {
            guard let text = include(name) else {
                throw root.problem(
                    root.node,
                    "cannot include '\(name)'",
                    hint: "expected include/\(name).yml beside it"
                )
            }
            let part = try Self.compose(text, file: "include/\(name).yml")
            try part.allow(["fields", "events"])
            fields += try part.mapping("fields").map(Self.assignments) ?? []
            for event in try part.mappings("events") { events.append(try EventCase(event)) }
        }
    }

    static func compose(_ text: String, file: String) throws(FormatError) -> FormatMapping {
        let node: Node?
        do {
            node = try YAMLText.compose(text)
        } catch {
            throw FormatError(error, file: file)
        }
        guard let node else {
            throw FormatError(file: file, line: 1, column: 1, message: "the file is empty", hint: nil)
        }
        return try FormatMapping(node, file: file)
    }

    private init(_ root: FormatMapping) throws(FormatError) {
        try root.allow([
            "format", "title", "status", "logsource", "enable", "traits", "success", "null", "time", "shapes", "fields",
            "events", "credentials", "samples", "include", "names",
            "time-zone", "continues", "record", "wrappers",
        ])
        file = root.file
        name = try root.required("format")
        title = try root.required("title")
        status = try root.string("status") ?? "stable"
        logsource = [:]
        for (key, value) in try root.mapping("logsource")?.dictionary() ?? [] { logsource[key] = value }
        enable = try root.string("enable") ?? ""
        successHint = try root.string("success")
        nulls = try root.strings("null")
        traits = []
        for trait in try root.strings("traits") {
            guard let known = SourceTraits.named.first(where: { $0.name == trait }) else {
                let names = SourceTraits.named.map(\.name).joined(separator: ", ")
                throw root.problem(root.node, "unknown trait '\(trait)'", hint: "known traits: \(names)")
            }
            traits.insert(known.trait)
        }
        time = try Self.times(root)
        if let name = try root.string("time-zone") {
            timeZone = LocalZone(name)
            guard timeZone != nil else {
                throw root.problem(root.node, "unknown time zone '\(name)'", hint: "write Europe/Berlin or +01:00")
            }
        }
        continues = try root.string("continues")
        wrappers = try root.strings("wrappers")
        record = try root.mapping("record").map(RecordRule.init)
        aliases = []
        for (name, value) in try root.mapping("names")?.entries ?? [] {
            let sources = try FormatMapping.strings(value, file: root.file)
            if sources.contains(name) { throw root.problem(value, "the name '\(name)' stands for itself") }
            aliases.append((name, sources))
        }
        fields = try root.mapping("fields").map(Self.assignments) ?? []
        shapes = []
        for shape in try root.mappings("shapes") { shapes.append(try LineShape(shape)) }
        if shapes.isEmpty { throw root.problem(root.node, "a format needs at least one shape") }
        events = []
        for event in try root.mappings("events") { events.append(try EventCase(event)) }
        credentials = [:]
        for (key, value) in try root.mapping("credentials")?.dictionary() ?? [] { credentials[key] = value }
        samples = []
        for sample in try root.mappings("samples") { samples.append(try FormatSample(sample)) }
    }

    /// The shapes and times of an envelope, with aliases for what else it reads of a line.
    init(
        envelope root: FormatMapping,
        name: String,
        title: String,
        slots: [(name: String, sources: [String])]
    ) throws(FormatError) {
        file = root.file
        self.name = name
        self.title = title
        status = "stable"
        logsource = [:]
        enable = ""
        nulls = try root.strings("null")
        traits = []
        wrappers = []
        time = root["time"] == nil ? [] : try Self.times(root)
        aliases = slots
        fields = []
        shapes = []
        for shape in try root.mappings("shapes") { shapes.append(try LineShape(shape)) }
        events = []
        credentials = [:]
        samples = []
    }

    private static func times(_ root: FormatMapping) throws(FormatError) -> [TimeSource] {
        guard let node = root["time"] else { throw root.problem(root.node, "missing key 'time'") }
        let elements: [Node] = if case .sequence(let sequence) = node { Array(sequence) } else { [node] }
        var result: [TimeSource] = []
        for element in elements {
            if let name = element.scalar?.string {
                result.append(TimeSource(name: name, unit: "s"))
            } else {
                let source = try FormatMapping(element, file: root.file)
                try source.allow(["from", "unit"])
                let unit = try source.string("unit") ?? "s"
                guard EpochUnit(name: unit) != nil else {
                    throw source.problem(element, "unknown unit '\(unit)'", hint: "known units: s, ms, us, ns, auto")
                }
                result.append(TimeSource(name: try source.required("from"), unit: unit))
            }
        }
        return result
    }

    fileprivate static func assignments(_ mapping: FormatMapping) throws(FormatError) -> [FieldAssignment] {
        var result: [FieldAssignment] = []
        for (key, value) in mapping.entries {
            let field = try canonical(key, value, mapping)
            // Later assignments win, so that of several ways to refer to an artefact the best is tried last.
            for way in ways(value).reversed() {
                var assignment = FieldAssignment(
                    field: field,
                    names: [],
                    map: [:],
                    unmapped: .kept,
                    separators: "",
                    match: nil,
                    isComposite: false,
                    isPercentEncoded: false,
                    reference: nil,
                    after: nil,
                    exists: false,
                    line: way.mark?.line ?? 0
                )
                if case .mapping = way {
                    try assignment.read(FormatMapping(way, file: mapping.file))
                } else {
                    assignment.names = try FormatMapping.strings(way, file: mapping.file)
                }
                if Artefact(field: field) != nil, assignment.reference == nil { assignment.reference = .id }
                result.append(assignment)
            }
        }
        return result
    }

    /// A list of mappings is several ways to fill one field; anything else is one.
    private static func ways(_ node: Node) -> [Node] {
        guard case .sequence(let sequence) = node, case .mapping? = sequence.first else { return [node] }
        return Array(sequence)
    }

    fileprivate static func canonical(
        _ name: String,
        _ node: Node,
        _ mapping: FormatMapping
    ) throws(FormatError) -> CanonicalField {
        if let field = CanonicalField(name: name) { return field }
        throw mapping.problem(
            node,
            "'\(name)' is not a canonical field",
            hint: "canonical fields: \(CanonicalField.names.joined(separator: ", "))"
        )
    }
}

extension FieldAssignment {
    fileprivate mutating func read(_ mapping: FormatMapping) throws(FormatError) {
        try mapping.allow([
            "from", "join", "map", "only", "otherwise", "words", "match", "decode", "as", "after",
            "exists",
        ])
        names = try mapping.strings("from") + mapping.strings("exists") + mapping.strings("join")
        exists = mapping["exists"] != nil
        isComposite = mapping["join"] != nil
        if isComposite, Artefact(field: field) == nil {
            throw mapping.problem(mapping.node, "only codes, tokens and families can be joined from several fields")
        }
        if try mapping.string("only") == "true" { unmapped = .dropped }
        if let other = try mapping.string("otherwise") { unmapped = .replaced(other) }
        separators = try mapping.string("words") ?? ""
        guard separators.utf8.allSatisfy({ $0 < 128 }) else {
            throw mapping.problem(mapping.node, "'words' must be ASCII characters")
        }
        match = try mapping.string("match")
        if let coding = try mapping.string("decode") {
            guard coding == "url" else {
                throw mapping.problem(mapping.node, "unknown coding '\(coding)'", hint: "known codings: url")
            }
            isPercentEncoded = true
        }
        for (key, value) in try mapping.mapping("map")?.dictionary() ?? [] { map[key] = value }
        after = try mapping.string("after")?.first
        guard let kind = try mapping.string("as") else { return }
        guard let reference = ReferenceKind(name: kind) else {
            let known = ReferenceKind.allCases.map { "\($0)" }.joined(separator: ", ")
            throw mapping.problem(mapping.node, "unknown reference kind '\(kind)'", hint: "known kinds: \(known)")
        }
        self.reference = reference
    }
}

extension RecordRule {
    fileprivate init(_ mapping: FormatMapping) throws(FormatError) {
        try mapping.allow(["by", "lines", "within"])
        by = try mapping.string("by")
        lines = 100
        if let text = try mapping.string("lines") {
            guard let number = Int64(text), (1...10_000).contains(number) else {
                throw mapping.problem(mapping.node, "'lines' must be a number up to 10000")
            }
            lines = number
        }
        within = 3_000_000
        if let text = try mapping.string("within") {
            guard text.hasSuffix("s"), let number = Int64(text.dropLast()), (1...3_600).contains(number) else {
                throw mapping.problem(mapping.node, "'within' must be a number of seconds such as 3s")
            }
            within = number * 1_000_000
        }
    }
}

extension LineShape {
    fileprivate init(_ mapping: FormatMapping) throws(FormatError) {
        try mapping.allow(["name", "json", "pattern", "pairs", "query", "where", "ignore", "fields", "each", "record"])
        name = try mapping.required("name")
        pattern = try mapping.string("pattern")
        line = mapping.line
        nested = try mapping.strings("json").filter { $0 != "true" }
        let isWholeJSON = mapping["json"] != nil && (pattern == nil || nested.isEmpty)
        guard (pattern == nil) == isWholeJSON else {
            throw mapping.problem(
                mapping.node,
                "a shape has either 'json: true' or a 'pattern'",
                hint: "'json' with names of source fields reads these as JSON and goes with both"
            )
        }
        if let pairs = try mapping.mapping("pairs") {
            try pairs.allow(["from", "style"])
            let style = try pairs.required("style")
            guard PairsStyle(rawValue: style) != nil else {
                throw pairs.problem(
                    pairs.node,
                    "unknown style '\(style)'",
                    hint: "known styles: quoted, bare, ruby, logfmt, cef"
                )
            }
            self.pairs = (try pairs.required("from"), style)
        }
        query = try mapping.string("query")
        each = try mapping.string("each")
        if let word = try mapping.string("record") {
            part = RecordPart(rawValue: word)
            guard part != nil else {
                throw mapping.problem(mapping.node, "unknown part '\(word)'", hint: "known parts: begin, part, end")
            }
        }
        conditions = try mapping.mapping("where").map(SourceCondition.list) ?? []
        ignore = try mapping.string("ignore")
        fields = try mapping.mapping("fields").map(FormatFile.assignments) ?? []
    }
}

extension SourceCondition {
    fileprivate static func list(_ mapping: FormatMapping) throws(FormatError) -> [SourceCondition] {
        var result: [SourceCondition] = []
        for (key, value) in mapping.entries {
            let parts = key.split(separator: "|", maxSplits: 1).map(String.init)
            let comparison = parts.count == 1 ? Comparison.equals : Comparison(rawValue: parts[1])
            guard let comparison else {
                let known = "startswith, endswith, contains, exists"
                throw mapping.problem(value, "unknown comparison '\(parts[1])'", hint: "known comparisons: \(known)")
            }
            let values = try FormatMapping.strings(value, file: mapping.file)
            result.append(SourceCondition(name: parts[0], comparison: comparison, values: values))
        }
        return result
    }
}

extension EventCase {
    fileprivate init(_ mapping: FormatMapping) throws(FormatError) {
        try mapping.allow(["when", "is", "also", "set", "fields", "ignore"])
        line = mapping.line
        conditions = try mapping.mapping("when").map(SourceCondition.list) ?? []
        ignore = try mapping.string("ignore")
        fields = try mapping.mapping("fields").map(FormatFile.assignments) ?? []
        constants = []
        for (key, value) in try mapping.mapping("set")?.entries ?? [] {
            let field = try FormatFile.canonical(key, value, mapping)
            let text = value.scalar?.string ?? ""
            if field == .verdict, ServerVerdict(name: text) == nil {
                throw mapping.problem(value, "unknown verdict '\(text)'")
            }
            constants.append((field, text))
        }
        kind = .other
        outcome = .fixed(.unknown)
        guard let what = try mapping.string("is") else {
            if ignore == nil { throw mapping.problem(mapping.node, "an event case needs 'is' or 'ignore'") }
            return
        }
        (kind, outcome) = try Self.kindAndOutcome(what, "is", mapping)
        also = try mapping.string("also").map { (what) throws(FormatError) in
            try Self.kindAndOutcome(what, "also", mapping)
        }
    }

    private static func kindAndOutcome(
        _ what: String,
        _ key: String,
        _ mapping: FormatMapping
    ) throws(FormatError) -> (EventKind, Outcome) {
        let words = what.split(separator: " ").map(String.init)
        guard words.count == 2, let kind = EventKind(name: words[0]) else {
            let known = EventKind.names.joined(separator: ", ")
            throw mapping.problem(mapping.node, "'\(key)' must be KIND OUTCOME, not '\(what)'", hint: "kinds: \(known)")
        }
        switch words[1] {
        case "by-status": return (kind, .byStatus)
        case "refused-by-status": return (kind, .refusedByStatus)
        default:
            guard let fixed = EventOutcome(name: words[1]) else {
                let known = "success, failure, unknown, by-status, refused-by-status"
                throw mapping.problem(mapping.node, "unknown outcome '\(words[1])'", hint: "outcomes: \(known)")
            }
            return (kind, .fixed(fixed))
        }
    }
}

extension FormatSample {
    fileprivate init(_ mapping: FormatMapping) throws(FormatError) {
        try mapping.allow(["line", "event", "events", "ignored", "rejected"])
        line = mapping.line
        text = try mapping.required("line")
        if text.hasSuffix("\n") { text.removeLast() }
        if let reason = try mapping.string("ignored") { fate = "ignored: \(reason)" }
        if let reason = try mapping.string("rejected") { fate = "rejected: \(reason)" }
        var expected = try mapping.mappings("events")
        if let single = try mapping.mapping("event") { expected.append(single) }
        guard !expected.isEmpty else { return }
        events = []
        for event in expected {
            var fields: [String: String] = [:]
            for (key, value) in try event.dictionary() { fields[key] = value }
            events?.append(fields)
        }
    }
}
