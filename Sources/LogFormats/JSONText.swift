// The text inside JSON tokens: escapes and numbers (RFC 8259 §6, §7).

import FieldRows

enum JSONText {
    /// Writes the string content `text[start..<end]` to `arena` without escapes; `nil` when an escape is malformed.
    static func unescape(_ text: RawSpan, _ start: Int, _ end: Int, into arena: ByteBlock) -> FieldSlice? {
        let begin = arena.count
        var index = start
        while index < end {
            let byte = text.byte(at: index)
            guard byte == UInt8(ascii: "\\") else {
                arena.append(byteWithoutPadding: byte)
                index += 1
                continue
            }
            guard index + 1 < end else { return nil }
            index += 2
            switch text.byte(at: index - 1) {
            case UInt8(ascii: "\""): arena.append(byteWithoutPadding: 0x22)
            case UInt8(ascii: "\\"): arena.append(byteWithoutPadding: 0x5C)
            case UInt8(ascii: "/"): arena.append(byteWithoutPadding: 0x2F)
            case UInt8(ascii: "b"): arena.append(byteWithoutPadding: 0x08)
            case UInt8(ascii: "f"): arena.append(byteWithoutPadding: 0x0C)
            case UInt8(ascii: "n"): arena.append(byteWithoutPadding: 0x0A)
            case UInt8(ascii: "r"): arena.append(byteWithoutPadding: 0x0D)
            case UInt8(ascii: "t"): arena.append(byteWithoutPadding: 0x09)
            case UInt8(ascii: "u"):
                guard let scalar = scalar(text, &index, end) else { return nil }
                for byte in String(scalar).utf8 { arena.append(byteWithoutPadding: byte) }
            default: return nil
            }
        }
        return FieldSlice(.string, .arena, offset: begin, count: arena.count - begin)
    }

    /// The scalar of `\uXXXX` (or of a surrogate pair) whose digits begin at `index`; U+FFFD for half a pair.
    private static func scalar(_ text: RawSpan, _ index: inout Int, _ end: Int) -> Unicode.Scalar? {
        guard let unit = hexadecimal(text, index, end) else { return nil }
        index += 4
        if let scalar = Unicode.Scalar(unit) { return scalar }
        let isPair =
            unit < 0xDC00 && index + 6 <= end && text.byte(at: index) == UInt8(ascii: "\\")
            && text.byte(at: index + 1) == UInt8(ascii: "u")
        guard isPair, let second = hexadecimal(text, index + 2, end), (0xDC00...0xDFFF).contains(second) else {
            return "\u{FFFD}"
        }
        index += 6
        return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
    }

    private static func hexadecimal(_ text: RawSpan, _ start: Int, _ end: Int) -> UInt32? {
        guard start + 4 <= end else { return nil }
        var value: UInt32 = 0
        for index in start..<start + 4 {
            guard let digit = Character(Unicode.Scalar(text.byte(at: index))).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// Whether `span` is a JSON number.
    static func isNumber(_ span: RawSpan) -> Bool {
        var index = 0
        let count = span.byteCount
        func digits() -> Int {
            let start = index
            while index < count, (0x30...0x39).contains(span.byte(at: index)) { index += 1 }
            return index - start
        }
        if index < count, span.byte(at: index) == UInt8(ascii: "-") { index += 1 }
        let leadingZero = index < count && span.byte(at: index) == UInt8(ascii: "0")
        let integer = digits()
        guard integer > 0, !(leadingZero && integer > 1) else { return false }
        if index < count, span.byte(at: index) == UInt8(ascii: ".") {
            index += 1
            guard digits() > 0 else { return false }
        }
        if index < count, span.byte(at: index) | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < count, span.byte(at: index) == UInt8(ascii: "+") || span.byte(at: index) == UInt8(ascii: "-") {
                index += 1
            }
            guard digits() > 0 else { return false }
        }
        return index == count
    }
}
