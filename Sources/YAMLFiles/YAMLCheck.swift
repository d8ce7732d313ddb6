// Reads YAML event by event and refuses what would multiply in memory.

import CYaml

/// One look at a text that remembers no more of it than its anchors and the keys of open maps.
struct YAMLCheck {
    /// Most bytes that aliases may stand for, with those inside of them followed.
    static let aliasedBytesMax = 1 << 20
    /// What a value costs besides its text.
    private static let bytesPerValue = 16

    /// A list or map that is not closed yet.
    private struct Open {
        let isMap: Bool
        let anchor: String?
        /// Whether a map's next value is a key.
        var expectsKey = true
        var keys: Set<String> = []
        /// Bytes of what is inside, with aliases followed.
        var weight = YAMLCheck.bytesPerValue
    }

    private struct Anchored {
        let weight: Int
        /// The text of a scalar.
        let text: String?
    }

    private let text: String
    private var open: [Open] = []
    private var anchors: [String: Anchored] = [:]
    private var aliasedBytes = 0
    private var documents = 0

    init(_ text: String) { self.text = text }

    /// Reads the whole text; throws the first thing that is wrong with it.
    mutating func run() throws(YAMLProblem) {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else { throw YAMLProblem("there is no memory for the file") }
        defer { yaml_parser_delete(parser) }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        let bytes = Array(text.utf8)
        // Typed errors do not pass through closures that return nothing else.
        let outcome = bytes.withUnsafeBufferPointer { buffer in
            yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
            return Result { () throws(YAMLProblem) in try readEvents(parser, bytes) }
        }
        try outcome.get()
    }

    private mutating func readEvents(
        _ parser: UnsafeMutablePointer<yaml_parser_t>,
        _ bytes: [UInt8]
    ) throws(YAMLProblem) {
        var event = yaml_event_t()
        while true {
            guard yaml_parser_parse(parser, &event) == 1 else { throw Self.problem(parser, bytes) }
            defer { yaml_event_delete(&event) }
            if event.type == YAML_STREAM_END_EVENT { return }
            try take(event)
        }
    }

    private mutating func take(_ event: yaml_event_t) throws(YAMLProblem) {
        switch event.type {
        case YAML_DOCUMENT_START_EVENT:
            documents += 1
            if documents > 1 {
                throw problem(event, "a second document begins here", hint: "put it into a file of its own")
            }
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            let value = Anchored(weight: scalar.length + Self.bytesPerValue, text: text)
            if let name = Self.name(scalar.anchor) { anchors[name] = value }
            try add(value, event)
        case YAML_ALIAS_EVENT: try followAlias(event)
        case YAML_SEQUENCE_START_EVENT:
            try refuseAsKey(event)
            open.append(Open(isMap: false, anchor: Self.name(event.data.sequence_start.anchor)))
        case YAML_MAPPING_START_EVENT:
            try refuseAsKey(event)
            open.append(Open(isMap: true, anchor: Self.name(event.data.mapping_start.anchor)))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            guard let closed = open.popLast() else { return }
            let value = Anchored(weight: closed.weight, text: nil)
            if let anchor = closed.anchor { anchors[anchor] = value }
            try add(value, event)
        default: break
        }
    }

    private mutating func followAlias(_ event: yaml_event_t) throws(YAMLProblem) {
        let name = Self.name(event.data.alias.anchor) ?? ""
        guard let value = anchors[name] else {
            throw problem(
                event,
                "YAML: found undefined alias",
                hint: "put values that begin with * or & in single quotes"
            )
        }
        aliasedBytes += value.weight
        guard aliasedBytes <= Self.aliasedBytesMax else {
            throw problem(
                event,
                "YAML aliases stand for more than \(Self.aliasedBytesMax) bytes",
                hint: "write the values out"
            )
        }
        if value.text == nil { try refuseAsKey(event) }
        try add(value, event)
    }

    /// Puts a value into the list or map that is open.
    private mutating func add(_ value: Anchored, _ event: yaml_event_t) throws(YAMLProblem) {
        guard let last = open.indices.last else { return }
        open[last].weight += value.weight
        guard open[last].isMap else { return }
        if open[last].expectsKey, let text = value.text, !open[last].keys.insert(text).inserted {
            throw problem(
                event,
                "key '\(text.prefix(100))' is given twice in the same map",
                hint: "write the values as one list, or the second key in a map of its own"
            )
        }
        open[last].expectsKey.toggle()
    }

    private func refuseAsKey(_ event: yaml_event_t) throws(YAMLProblem) {
        guard let last = open.last, last.isMap, last.expectsKey else { return }
        throw problem(event, "a key has to be text")
    }

    private static func name(_ anchor: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        anchor.map { String(cString: $0) }
    }

    // MARK: - Problems

    private func problem(_ event: yaml_event_t, _ message: String, hint: String? = nil) -> YAMLProblem {
        let mark = event.start_mark
        return YAMLProblem(line: mark.line + 1, column: mark.column + 1, message, hint: hint)
    }

    private static func problem(_ parser: UnsafePointer<yaml_parser_t>, _ bytes: [UInt8]) -> YAMLProblem {
        let message = parser.pointee.problem.map { String(cString: $0) } ?? "the text cannot be read"
        guard parser.pointee.error != YAML_READER_ERROR else {
            let before = bytes.prefix(parser.pointee.problem_offset)
            let line = before.count { $0 == 0x0A } + 1
            let column = before.reversed().prefix { $0 != 0x0A }.count { $0 & 0xC0 != 0x80 } + 1
            return YAMLProblem(line: line, column: column, "YAML: \(message)")
        }
        let isAnchor = message.contains("alias") || message.contains("alphabetic or numeric")
        return YAMLProblem(
            line: parser.pointee.problem_mark.line + 1,
            column: parser.pointee.problem_mark.column + 1,
            "YAML: \(message)",
            hint: isAnchor ? "put values that begin with * or & in single quotes" : nil
        )
    }
}
