// IP addresses and the ranges that CIDR notation names (RFC 4632, RFC 4291).

/// An address as a number; IPv4 stands in the range for IPv4-mapped addresses (RFC 4291 §2.5.5.2).
public struct IPAddress: BitwiseCopyable, Sendable, Equatable {
    /// The number.
    public let bits: UInt128

    /// Whether it is an IPv4 address, mapped or not.
    @inlinable
    public var isIPv4: Bool { bits >> 32 == 0xFFFF }

    /// The address with this number.
    public init(bits: UInt128) { self.bits = bits }

    /// Reads `192.0.2.1`, `2001:db8::1`, `fe80::1%eth0` (RFC 4007 §11) or `::ffff:192.0.2.1`; `nil` for anything else.
    public init?(_ span: RawSpan) {
        var hasColon = false
        for index in 0..<min(span.byteCount, 5) where span.byte(at: index) == 0x3A { hasColon = true }
        let end = hasColon ? Self.zone(span) ?? span.byteCount : span.byteCount
        guard end <= 45 else { return nil }
        if hasColon {
            guard let bits = Self.ipv6(span.extracting(0..<end)) else { return nil }
            self.bits = bits
        } else {
            guard let bits = Self.ipv4(span, from: 0) else { return nil }
            self.bits = 0xFFFF_0000_0000 | UInt128(bits)
        }
    }

    /// Where the zone of an address begins: which of the host's networks it is in.
    private static func zone(_ span: RawSpan) -> Int? {
        let limit = min(span.byteCount - 1, 46)
        var index = 2
        while index < limit {
            if span.byte(at: index) == UInt8(ascii: "%") { return index }
            index += 1
        }
        return nil
    }

    private static func ipv4(_ span: RawSpan, from start: Int) -> UInt32? {
        var address: UInt32 = 0
        var position = start
        for part in 0..<4 {
            if part > 0 {
                guard position < span.byteCount, span.byte(at: position) == 0x2E else { return nil }
                position += 1
            }
            let first = position
            var value: UInt32 = 0
            while position < span.byteCount, position - first < 3, span.byte(at: position) &- 0x30 < 10 {
                value = value * 10 + UInt32(span.byte(at: position) &- 0x30)
                position += 1
            }
            // A leading zero means octal to some readers: such text is not an address.
            guard position > first, value < 256, position - first == 1 || span.byte(at: first) != 0x30 else {
                return nil
            }
            address = address << 8 | value
        }
        return position == span.byteCount ? address : nil
    }

    private static func ipv6(_ span: RawSpan) -> UInt128? {
        var (value, groups, position) = (UInt128(0), 0, 0)
        var gap: Int?
        while position < span.byteCount {
            if isColon(span, position), isColon(span, position + 1) {
                guard gap == nil else { return nil }
                gap = groups
                position += 2
                continue
            }
            if groups > 0, gap != groups {
                guard isColon(span, position) else { return nil }
                position += 1
            }
            if let tail = ipv4(span, from: position) {
                (value, groups, position) = (value << 32 | UInt128(tail), groups + 2, span.byteCount)
            } else {
                guard let group = hexadecimalGroup(span, &position) else { return nil }
                (value, groups) = (value << 16 | UInt128(group), groups + 1)
            }
            guard groups <= 8 else { return nil }
        }
        guard let gap else { return groups == 8 ? value : nil }
        guard groups < 8 else { return nil }
        let behind = UInt128(16 * (groups - gap))
        let low = value & (UInt128(1) << behind - 1)
        let high = value >> behind
        return gap == 0 ? low : high << UInt128(16 * (8 - gap)) | low
    }

    private static func isColon(_ span: RawSpan, _ position: Int) -> Bool {
        position < span.byteCount && span.byte(at: position) == 0x3A
    }

    private static func hexadecimalGroup(_ span: RawSpan, _ position: inout Int) -> UInt16? {
        let first = position
        var value: UInt16 = 0
        while position < span.byteCount, position - first < 4 {
            let byte = span.byte(at: position)
            let letter = (byte | 0x20) &- 0x61
            if byte &- 0x30 < 10 {
                value = value << 4 | UInt16(byte &- 0x30)
            } else if letter < 6 {
                value = value << 4 | UInt16(letter + 10)
            } else {
                break
            }
            position += 1
        }
        return position > first ? value : nil
    }
}

/// All addresses that share a prefix.
public struct AddressRange: BitwiseCopyable, Sendable, Equatable {
    /// Its first address.
    public let network: IPAddress
    @usableFromInline let mask: UInt128
    @usableFromInline let isIPv4: Bool

    /// Why a text is not a range.
    public enum Problem: Error, Equatable {
        /// What stands before the slash is no address.
        case notAnAddress
        /// What stands behind the slash is no number of bits up to this one.
        case prefixLength(max: Int)
        /// Bits behind the prefix are set; the text says which range is meant.
        case hostBits
    }

    /// Reads `10.0.0.0/8`, `2001:db8::/32`, or a single address.
    public init(_ text: String) throws(Problem) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let bytes = Array(parts[0].utf8)
        guard let address = IPAddress(bytes.span.bytes) else { throw .notAnAddress }
        let written4 = !parts[0].contains(":")
        let longest = written4 ? 32 : 128
        var length = longest
        if parts.count == 2 {
            guard let number = Int(parts[1]), (0...longest).contains(number), parts[1].first != "+" else {
                throw .prefixLength(max: longest)
            }
            length = number
        }
        if written4 { length += 96 }
        mask = length == 0 ? 0 : UInt128.max << UInt128(128 - length)
        network = address
        // A plain IPv6 range such as ::/0 does not mean IPv4 addresses that merely are stored beside it.
        isIPv4 = address.isIPv4 && length >= 96
        guard address.bits & ~mask == 0 else { throw .hostBits }
    }

    /// Whether the address is one of them.
    @inlinable @inline(__always)
    public func contains(_ address: IPAddress) -> Bool {
        address.bits & mask == network.bits && address.isIPv4 == isIPv4
    }
}
