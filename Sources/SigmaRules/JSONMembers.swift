// Walks over the members of a JSON array, on the rare occasions when a field holds one.

import FieldRows
import Glibc

/// The values in an array; nested arrays count as their members, an object as its text.
struct JSONMembers {
    /// The text of a member, without the quotes of a string.
    struct Member {
        let range: Range<Int>
        /// Whether the string has backslashes in it.
        let hasEscapes: Bool
    }

    private var position = 0

    /// The next member of `text`, which is the raw JSON text of an array or object.
    mutating func next(in text: RawSpan) -> Member? {
        while position < text.byteCount {
            let start = position
            switch text.byte(at: position) {
            case 0x20, 0x09, 0x0A, 0x0D, 0x2C, 0x5B, 0x5D: position += 1
            case 0x22: return string(text)
            case 0x7B:
                skipObject(text)
                return Member(range: start..<position, hasEscapes: false)
            default:
                skipWord(text)
                // A null in an array has no value to compare.
                if text.extracting(start..<position).equals("null") { continue }
                return Member(range: start..<position, hasEscapes: false)
            }
        }
        return nil
    }

    private mutating func string(_ text: RawSpan) -> Member {
        position += 1
        let start = position
        var hasEscapes = false
        while position < text.byteCount, text.byte(at: position) != 0x22 {
            if text.byte(at: position) == 0x5C {
                hasEscapes = true
                position += 1
            }
            position += 1
        }
        let end = min(position, text.byteCount)
        position += 1
        return Member(range: start..<end, hasEscapes: hasEscapes)
    }

    private mutating func skipObject(_ text: RawSpan) {
        var depth = 0
        while position < text.byteCount {
            switch text.byte(at: position) {
            case 0x22:
                _ = string(text)
                continue
            case 0x7B: depth += 1
            case 0x7D: depth -= 1
            default: break
            }
            position += 1
            if depth == 0 { return }
        }
        position = text.byteCount
    }

    private mutating func skipWord(_ text: RawSpan) {
        repeat { position += 1 } while position < text.byteCount && !Self.endsWord(text.byte(at: position))
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == 0x2C || byte == 0x5D || byte == 0x5B || byte == 0x22 || byte == 0x7B
    }

    /// Appends the text of a string without its escapes (RFC 8259 §7).
    static func unescape(_ text: RawSpan, into bytes: inout [UInt8]) {
        var index = 0
        while index < text.byteCount {
            let byte = text.byte(at: index)
            index += 1
            guard byte == 0x5C, index < text.byteCount else {
                bytes.append(byte)
                continue
            }
            let escape = text.byte(at: index)
            index += 1
            switch escape {
            case 0x62: bytes.append(0x08)
            case 0x66: bytes.append(0x0C)
            case 0x6E: bytes.append(0x0A)
            case 0x72: bytes.append(0x0D)
            case 0x74: bytes.append(0x09)
            case 0x75: appendCodePoint(text, &index, &bytes)
            default: bytes.append(escape)
            }
        }
    }

    private static func appendCodePoint(_ text: RawSpan, _ index: inout Int, _ bytes: inout [UInt8]) {
        var value = hexadecimal(text, index)
        if value != nil { index += 4 }
        if let high = value, high & 0xFC00 == 0xD800, index + 6 <= text.byteCount, text.byte(at: index) == 0x5C,
            text.byte(at: index + 1) == 0x75, let low = hexadecimal(text, index + 2), low & 0xFC00 == 0xDC00
        {
            value = 0x1_0000 + (high & 0x3FF) << 10 + low & 0x3FF
            index += 6
        }
        let scalar = value.flatMap(Unicode.Scalar.init) ?? "\u{FFFD}"
        bytes.append(contentsOf: Array(String(scalar).utf8))
    }

    private static func hexadecimal(_ text: RawSpan, _ start: Int) -> UInt32? {
        guard start + 4 <= text.byteCount else { return nil }
        var value: UInt32 = 0
        for index in start..<start + 4 {
            let byte = text.byte(at: index)
            let letter = (byte | 0x20) &- 0x61
            if byte &- 0x30 < 10 {
                value = value << 4 | UInt32(byte &- 0x30)
            } else if letter < 6 {
                value = value << 4 | UInt32(letter + 10)
            } else {
                return nil
            }
        }
        return value
    }
}

extension RawSpan {
    /// Whether JSON strings in it can mean something else than what stands there.
    var hasBackslash: Bool {
        withUnsafeBytes { bytes in
            bytes.baseAddress.map { memchr($0, 0x5C, bytes.count) != nil } ?? false
        }
    }
}
