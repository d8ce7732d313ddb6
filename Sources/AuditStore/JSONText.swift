// JSON columns: flat objects of text whose order is kept, and lists of text.

import Detections

/// Writes and reads the JSON that `group_key`, `fields`, `tags` and `arguments` hold.
///
/// Order matters here (a group key reads `client_id`, then `ip`, as its rule says), and dictionaries lose it.
enum JSONText {
    /// `values` as an object, in order.
    static func object(_ values: [NamedValue]) -> String {
        "{" + values.map { quoted($0.name) + ":" + quoted($0.value) }.joined(separator: ",") + "}"
    }

    /// `values` as an array.
    static func array(_ values: [String]) -> String {
        "[" + values.map(quoted).joined(separator: ",") + "]"
    }

    /// The members of an object that ``object(_:)`` wrote; nothing if it is anything else.
    static func values(object text: String) -> [NamedValue] {
        let strings = self.strings(in: text)
        guard strings.count.isMultiple(of: 2) else { return [] }
        return stride(from: 0, to: strings.count, by: 2).map {
            NamedValue(name: strings[$0], value: strings[$0 + 1])
        }
    }

    /// All string literals of a JSON text, decoded, in order.
    static func strings(in text: String) -> [String] {
        var result: [String] = []
        var current: [UInt16]?
        var units = text.utf16.makeIterator()
        while let unit = units.next() {
            guard var literal = current else {
                if unit == UInt16(ascii: "\"") { current = [] }
                continue
            }
            // The array is moved out and back, so that it is appended to in place.
            current = nil
            if unit == UInt16(ascii: "\"") {
                result.append(String(decoding: literal, as: UTF16.self))
                continue
            }
            literal.append(unit == UInt16(ascii: "\\") ? escaped(&units) : unit)
            current = literal
        }
        return result
    }

    private static func escaped(_ units: inout String.UTF16View.Iterator) -> UInt16 {
        switch units.next() {
        case UInt16(ascii: "n"): 0x0A
        case UInt16(ascii: "r"): 0x0D
        case UInt16(ascii: "t"): 0x09
        case UInt16(ascii: "b"): 0x08
        case UInt16(ascii: "f"): 0x0C
        case UInt16(ascii: "u"): (0..<4).reduce(0) { value, _ in value << 4 | hexadecimal(units.next()) }
        case let unit?: unit
        case nil: 0xFFFD
        }
    }

    private static func hexadecimal(_ unit: UInt16?) -> UInt16 {
        guard let unit, let scalar = Unicode.Scalar(unit) else { return 0 }
        return UInt16(Character(scalar).hexDigitValue ?? 0)
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        if isPlain { return "\"" + text + "\"" }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{0}"..<" ": result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension UInt16 {
    fileprivate init(ascii scalar: Unicode.Scalar) { self = UInt16(scalar.value) }
}
