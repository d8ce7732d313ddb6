// Every wanted field of thousands of generated lines is what Foundation's parser finds there.

import AuthEvents
import FieldRows
import Foundation
import LogFormats
import TestMaterial
import Testing

/// Writes JSON objects with much that is legal and little that is usual.
private struct JSONWriter {
    var numbers: Numbers

    private static let characters: [Character] = [
        "a", "Z", "0", " ", "\"", "\\", "/", "\n", "\t", "\r", "\u{8}", "\u{C}", "\u{1}", "{", "}", "[", "]", ":",
        ",", "ä", "€", "😀", "\u{7F}", "=", "'",
    ]

    /// An object with some of the keys of ``JSONPropertyTests/wanted`` and others.
    mutating func line() -> String {
        var members = [#""time":"2026-01-05T10:00:00.123456Z""#]
        if !numbers.once(in: 4) { members.append(member("a", value(2))) }
        if !numbers.once(in: 4) { members.append(member("b", value(2))) }
        if !numbers.once(in: 3) { members.append(member("client_id", string())) }
        // As a literal key or nested, never both.
        if numbers.once(in: 2) { members.append(member("g.h", value(1))) } else { members.append(object("g", ["h"])) }
        members.append(numbers.once(in: 5) ? member("c", scalar()) : nested())
        for place in 0..<numbers.below(4) { members.append(member("other\(place)", value(3))) }
        if numbers.once(in: 3) { members.append(space() + #""esc\u0061ped\n""# + space() + ":" + value(1)) }
        members.shuffle(using: &numbers)
        return space() + "{" + space() + members.joined(separator: space() + "," + space()) + space() + "}" + space()
    }

    /// The object `c` with `d` and `e.f`.
    private mutating func nested() -> String {
        var members: [String] = []
        if numbers.once(in: 2) { members.append(member("d", value(2))) }
        if numbers.once(in: 2) { members.append(object("e", ["f"])) }
        if numbers.once(in: 2) { members.append(member("a", value(2))) }
        members.shuffle(using: &numbers)
        return member("c", "{" + space() + members.joined(separator: ",") + "}")
    }

    private mutating func object(_ key: String, _ keys: [String]) -> String {
        var members = keys.filter { _ in !numbers.once(in: 4) }.map { member($0, value(1)) }
        if numbers.once(in: 2) { members.append(member("z", value(2))) }
        members.shuffle(using: &numbers)
        return member(key, "{" + members.joined(separator: space() + ",") + space() + "}")
    }

    private mutating func member(_ key: String, _ value: String) -> String {
        "\"\(key)\"" + space() + ":" + space() + value
    }

    private mutating func value(_ depth: Int) -> String {
        guard depth > 0, numbers.once(in: 3) else { return scalar() }
        let values = (0..<numbers.below(4)).map { _ in value(depth - 1) }
        guard numbers.once(in: 2) else { return "[" + values.joined(separator: space() + ",") + "]" }
        let members = values.enumerated().map { member("k\($0.offset)", $0.element) }
        return "{" + members.joined(separator: "," + space()) + "}"
    }

    private mutating func scalar() -> String {
        switch numbers.below(8) {
        case 0: numbers.pick(["true", "false"])
        case 1: "null"
        case 2: numbers.pick(["0", "-0.5", "1e3", "12.25E-2", "-7"])
        case 3: "\(numbers.below(1 << 40) - 1 << 39)"
        default: string()
        }
    }

    private mutating func string() -> String {
        "\"" + (0..<numbers.below(numbers.once(in: 10) ? 60 : 9)).map { _ in character() }.joined() + "\""
    }

    private mutating func character() -> String {
        let character = numbers.pick(Self.characters)
        let short: [Character: String] = [
            "\"": "\\\"", "\\": "\\\\", "/": "\\/", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\u{8}": "\\b",
            "\u{C}": "\\f",
        ]
        let mayStandAlone = !"\"\\".contains(character) && character >= " "
        if mayStandAlone, !numbers.once(in: 4) { return String(character) }
        if let escape = short[character], !numbers.once(in: 3) { return escape }
        return String(character).utf16.map { unit in
            let digits = String(unit, radix: 16, uppercase: numbers.once(in: 2))
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }

    private mutating func space() -> String {
        numbers.once(in: 6) ? numbers.pick([" ", "\t", "  ", " \t "]) : ""
    }
}

@Suite struct JSONPropertyTests {
    static let wanted = ["a", "b", "c", "c.d", "c.e.f", "g.h", "client_id"]

    /// The value at `path` as Foundation sees it.
    static func value(_ path: String, in object: [String: Any]) -> Any? {
        if let value = object[path] { return value is NSNull ? nil : value }
        var current: Any? = object
        for key in path.split(separator: ".") { current = (current as? [String: Any])?[String(key)] }
        return current is NSNull ? nil : current
    }

    /// The value written again in one way, so that values can be compared whatever their type.
    static func canonical(_ value: Any) throws -> String {
        let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .sortedKeys]
        return String(decoding: try JSONSerialization.data(withJSONObject: value, options: options), as: UTF8.self)
    }

    /// What a decoded field says, as Foundation would write it.
    static func canonical(_ text: String, _ kind: FieldSlice.Kind?) throws -> String {
        if kind == .string { return try canonical(text) }
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
        return try canonical(value)
    }

    static func kind(_ value: Any, _ canonical: String) -> FieldSlice.Kind {
        switch value {
        case is String: .string
        case is [Any], is [String: Any]: .json
        default: canonical == "true" || canonical == "false" ? .boolean : .number
        }
    }

    @Test func fieldsAreThoseThatFoundationFinds() throws {
        var writer = JSONWriter(numbers: Numbers(state: 2026))
        let lines = (0..<6000).map { _ in writer.line() }
        let plan = try Formats.plan(
            parsing: """
                format: json
                title: JSON lines
                time: time
                shapes: [{ name: any, json: true }]
                fields: { client_id: client_id }
                """,
            vendor: Self.wanted.filter { $0 != "client_id" }
        )
        let decoding = try decode(lines, plan)
        #expect(decoding.rejected.map(\.reason) == [])
        try #require(decoding.events.count == lines.count)
        var compared = 0
        for (line, event) in zip(lines, decoding.events) {
            let parsed = try JSONSerialization.jsonObject(with: Data(line.utf8))
            let object = try #require(parsed as? [String: Any])
            for name in Self.wanted {
                guard let value = Self.value(name, in: object) else {
                    #expect(event[name] == nil, "\(name) in \(line)")
                    continue
                }
                let expected = try Self.canonical(value)
                let text = try #require(event[name], "\(name) in \(line)")
                let actual = try Self.canonical(text, event.kinds[name])
                if actual != expected || event.kinds[name] != Self.kind(value, expected) {
                    Issue.record("\(name) is \(text) in \(line)")
                }
                compared += 1
            }
        }
        #expect(compared > 15_000, "the generated lines hold too little to prove anything")
    }
}
