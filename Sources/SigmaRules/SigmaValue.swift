// Events as dictionaries, for those who have no rows.

import FieldRows

/// A value of an event's field.
public enum SigmaValue: Sendable, Hashable {
    /// Text.
    case string(String)
    /// A number as the log writes it.
    case number(String)
    /// `true` or `false`.
    case boolean(Bool)
    /// The field is there and has no value.
    case null
    /// Several values, of which one has to match.
    case list([SigmaValue])
}

extension SigmaValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral
{
    /// Text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    public init(integerLiteral value: Int) { self = .number("\(value)") }
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// No value.
    public init(nilLiteral: ()) { self = .null }
    /// Several values.
    public init(arrayLiteral elements: SigmaValue...) { self = .list(elements) }

    var kind: FieldSlice.Kind {
        switch self {
        case .string: .string
        case .number: .number
        case .boolean: .boolean
        case .null: .null
        case .list: .json
        }
    }

    /// The value as a row has it: text without quotes, a list as JSON.
    var bytes: [UInt8] {
        switch self {
        case .string(let text), .number(let text): Array(text.utf8)
        case .boolean(let value): Array("\(value)".utf8)
        case .null: []
        case .list: Array(json.utf8)
        }
    }

    /// The value as JSON (RFC 8259).
    public var json: String {
        switch self {
        case .string(let text): "\"" + text.unicodeScalars.map(Self.escaped).joined() + "\""
        case .number(let text): text
        case .boolean(let value): "\(value)"
        case .null: "null"
        case .list(let values): "[" + values.map(\.json).joined(separator: ",") + "]"
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"", "\\": return "\\" + String(scalar)
        case _ where scalar.value < 0x20:
            let digits = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: return String(scalar)
        }
    }
}
