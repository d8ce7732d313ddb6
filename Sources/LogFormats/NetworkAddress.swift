// The network an address belongs to: IPv4 /24 or IPv6 /48; and the address without its port.

import FieldRows

/// A network read from the text of an address.
struct NetworkAddress: Equatable {
    /// The first three bytes of an IPv4 address, or the first three groups of an IPv6 address.
    let parts: (UInt16, UInt16, UInt16)
    let isIPv4: Bool

    static func == (left: NetworkAddress, right: NetworkAddress) -> Bool {
        left.isIPv4 == right.isIPv4 && left.parts == right.parts
    }

    /// Reads `203.0.113.7`, `2001:db8::1`, `::ffff:203.0.113.7`; `nil` for anything else.
    init?(_ text: RawSpan) {
        if let four = Self.ipv4(text, 0, text.byteCount) {
            (parts, isIPv4) = (four, true)
            return
        }
        guard let groups = Self.ipv6(text) else { return nil }
        var isMapped = groups[5] == 0xFFFF
        for index in 0..<5 where groups[index] != 0 { isMapped = false }
        if isMapped {
            parts = (groups[6] >> 8, groups[6] & 255, groups[7] >> 8)
            isIPv4 = true
        } else {
            parts = (groups[0], groups[1], groups[2])
            isIPv4 = false
        }
    }

    /// Where the address stands in `text` of the form `203.0.113.7:443`, `[2001:db8::1]:443` or `[2001:db8::1]`; all of it
    /// in any other.
    static func bare(_ text: RawSpan) -> Range<Int> {
        let all = 0..<text.byteCount
        guard all.count >= 4 else { return all }
        let colon = UInt8(ascii: ":")
        if text.byte(at: 0) == UInt8(ascii: "[") {
            guard let end = all.first(where: { text.byte(at: $0) == UInt8(ascii: "]") }), end > 1 else { return all }
            return end + 1 == all.count || text.byte(at: end + 1) == colon ? 1..<end : all
        }
        // A port has at most five digits; what is before it has dots, or the colon is one of IPv6.
        var start = all.count
        while start > 0, all.count - start < 5, text.byte(at: start - 1) &- 0x30 <= 9 { start -= 1 }
        guard start > 0, start < all.count, text.byte(at: start - 1) == colon else { return all }
        return ipv4(text, 0, start - 1) == nil ? all : 0..<start - 1
    }

    /// Writes the network of the address `text` to `arena`; an IPv4 address keeps its first three numbers as they are.
    static func write(_ text: RawSpan, to arena: ByteBlock) -> FieldSlice? {
        guard let network = NetworkAddress(text) else { return nil }
        // Dotted numbers have a dot among their first four bytes; IPv4 inside IPv6 (`::ffff:1.2.3.4`) has none there.
        let dot = UInt8(ascii: ".")
        guard network.isIPv4, text.byte(at: 1) == dot || text.byte(at: 2) == dot || text.byte(at: 3) == dot else {
            return network.write(to: arena)
        }
        let begin = arena.count
        var end = text.byteCount - 1
        while text.byte(at: end) != UInt8(ascii: ".") { end -= 1 }
        arena.append(withoutPadding: text.extracting(0...end))
        StaticString("0/24").withUTF8Buffer { for byte in $0 { arena.append(byteWithoutPadding: byte) } }
        return FieldSlice(.string, .arena, offset: begin, count: arena.count - begin)
    }

    /// Writes `203.0.113.0/24` or `2001:db8:42::/48`.
    func write(to arena: ByteBlock) -> FieldSlice {
        let begin = arena.count
        func append(_ text: StaticString) {
            text.withUTF8Buffer { for byte in $0 { arena.append(byteWithoutPadding: byte) } }
        }
        for (index, part) in [parts.0, parts.1, parts.2].enumerated() {
            if index > 0 { arena.append(byteWithoutPadding: UInt8(ascii: isIPv4 ? "." : ":")) }
            Self.append(part, radix: isIPv4 ? 10 : 16, to: arena)
        }
        append(isIPv4 ? ".0/24" : "::/48")
        return FieldSlice(.string, .arena, offset: begin, count: arena.count - begin)
    }

    private static func append(_ value: UInt16, radix: UInt16, to arena: ByteBlock) {
        if value >= radix { append(value / radix, radix: radix, to: arena) }
        let digit = UInt8(value % radix)
        arena.append(byteWithoutPadding: digit < 10 ? 0x30 + digit : 0x57 + digit)
    }

    /// The first three numbers of a dotted quad in `text[start..<end]`.
    private static func ipv4(_ text: RawSpan, _ start: Int, _ end: Int) -> (UInt16, UInt16, UInt16)? {
        guard end - start >= 7, end - start <= 15 else { return nil }
        var numbers: (UInt16, UInt16, UInt16) = (0, 0, 0)
        var value: UInt16 = 0
        var digits = 0
        var dots = 0
        for index in start..<end {
            let byte = text.byte(at: index)
            if byte == UInt8(ascii: ".") {
                guard digits > 0, value <= 255 else { return nil }
                switch dots {
                case 0: numbers.0 = value
                case 1: numbers.1 = value
                case 2: numbers.2 = value
                default: return nil
                }
                dots += 1
                value = 0
                digits = 0
            } else {
                guard byte &- 0x30 <= 9, digits < 3 else { return nil }
                value = value * 10 + UInt16(byte & 15)
                digits += 1
            }
        }
        return dots == 3 && digits > 0 && value <= 255 ? numbers : nil
    }

    /// The eight groups of an IPv6 address (RFC 4291 §2.2); a zone index is left out.
    private static func ipv6(_ text: RawSpan) -> SIMD8<UInt16>? {
        guard text.byteCount >= 2, text.byteCount <= 64 else { return nil }
        // Those read so far, and how many of them stand before `::`.
        var groups = SIMD8<UInt16>()
        var count = 0
        var gap: Int?
        var index = 0
        let end = text.byteCount
        while index < end, text.byte(at: index) != UInt8(ascii: "%") {
            if text.byte(at: index) == UInt8(ascii: ":") {
                guard index + 1 < end, text.byte(at: index + 1) == UInt8(ascii: ":") else {
                    guard index > 0 else { return nil }
                    index += 1
                    continue
                }
                guard gap == nil else { return nil }
                gap = count
                index += 2
                continue
            }
            var stop = index
            var value: UInt32 = 0
            while stop < end, let digit = hexadecimal(text.byte(at: stop)) {
                value = value << 4 | UInt32(digit)
                stop += 1
                guard stop - index <= 4 else { return nil }
            }
            if stop < end, text.byte(at: stop) == UInt8(ascii: ".") {
                guard let four = ipv4(text, index, end), count < 7 else { return nil }
                groups[count] = four.0 << 8 | four.1
                groups[count + 1] = four.2 << 8
                count += 2
                break
            }
            guard stop > index, count < 8 else { return nil }
            groups[count] = UInt16(value)
            count += 1
            index = stop
        }
        guard let gap else { return count == 8 ? groups : nil }
        guard count < 8 else { return nil }
        // What stands behind `::` belongs at the end.
        var result = SIMD8<UInt16>()
        for place in 0..<gap { result[place] = groups[place] }
        for place in gap..<count { result[place + 8 - count] = groups[place] }
        return result
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte & 15
        case 0x41...0x46, 0x61...0x66: byte & 15 + 9
        default: nil
        }
    }
}
