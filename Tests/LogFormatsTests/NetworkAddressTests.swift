// Addresses belong to a /24 or a /48, however they are written.

import FieldRows
import TestMaterial
import Testing

@testable import LogFormats

@Suite struct NetworkAddressTests {
    static func network(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        let arena = ByteBlock(capacity: 4)
        let before: [UInt8] = [1, 2, 3]
        arena.append(before.span.bytes)
        guard let slice = NetworkAddress.write(bytes.span.bytes, to: arena) else { return nil }
        return String(decodingUTF8: arena.bytes.extracting(slice.offset..<slice.offset + slice.count))
    }

    @Test(arguments: [
        ("203.0.113.7", "203.0.113.0/24"), ("0.0.0.0", "0.0.0.0/24"), ("255.255.255.255", "255.255.255.0/24"),
        ("1.2.3.4", "1.2.3.0/24"), ("10.20.30.40", "10.20.30.0/24"),
        ("2001:db8:42::1", "2001:db8:42::/48"), ("2001:0db8:0042:0000:0000:0000:0000:0001", "2001:db8:42::/48"),
        ("2001:DB8:42:1:2:3:4:5", "2001:db8:42::/48"), ("2001:db8::1", "2001:db8:0::/48"),
        ("::1", "0:0:0::/48"), ("::", "0:0:0::/48"), ("1::", "1:0:0::/48"), ("fe80::1", "fe80:0:0::/48"),
        ("1:2:3:4:5:6:7::", "1:2:3::/48"), ("::2:3:4:5:6:7:8", "0:2:3::/48"),
        // A zone index says on which interface, not in which network (RFC 4007 §11).
        ("fe80::1%eth0", "fe80:0:0::/48"), ("fe80:1:2:3::1%25", "fe80:1:2::/48"),
        // IPv4 inside IPv6 is IPv4 (RFC 4291 §2.5.5.2), in whatever notation.
        ("::ffff:203.0.113.7", "203.0.113.0/24"), ("::FFFF:203.0.113.7", "203.0.113.0/24"),
        ("0:0:0:0:0:ffff:203.0.113.7", "203.0.113.0/24"), ("::ffff:cb00:7107", "203.0.113.0/24"),
        ("::ffff:1.2.3.4", "1.2.3.0/24"), ("::ffff:102:304", "1.2.3.0/24"), ("0::ffff:1:2", "0.1.0.0/24"),
        ("::ffff:0:0", "0.0.0.0/24"),
        // Other embedded addresses are not.
        ("64:ff9b::203.0.113.7", "64:ff9b:0::/48"), ("::203.0.113.7", "0:0:0::/48"),
    ])
    func networks(_ text: String, _ expected: String) {
        #expect(Self.network(text) == expected)
    }

    @Test(arguments: [
        ("203.0.113.7:443", "203.0.113.7"), ("203.0.113.7:65535", "203.0.113.7"), ("203.0.113.7", "203.0.113.7"),
        ("[2001:db8::1]:443", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1"), ("2001:db8::1", "2001:db8::1"),
        ("::ffff:203.0.113.7", "::ffff:203.0.113.7"), ("1::2:443", "1::2:443"),
        ("as.example.com:443", "as.example.com:443"),
        ("203.0.113.7:", "203.0.113.7:"), ("203.0.113.7:123456", "203.0.113.7:123456"), (":443", ":443"), ("", ""),
        ("[]", "[]"), ("[a]x", "[a]x"), ("[", "["), ("1234567", "1234567"),
    ])
    func addressWithoutItsPort(_ text: String, _ expected: String) {
        let bytes = Array(text.utf8)
        #expect(String(decoding: bytes[NetworkAddress.bare(bytes.span.bytes)], as: UTF8.self) == expected)
    }

    @Test(arguments: [
        "", " ", "-", "unknown", "localhost", "null", "203.0.113", "203.0.113.", ".0.113.7", "203.0.113.7.1",
        "203.0.113.256", "203.0.1113.7", "203..113.7", "203.0.113.7 ", " 203.0.113.7", "203.0.113.-7", "203.0.113.x",
        // With a port, or several addresses.
        "203.0.113.7:8080", "[2001:db8::1]", "[2001:db8::1]:443", "203.0.113.7, 198.51.100.1",
        "1", ":", "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1::", "1::2::3", ":1:2:3:4:5:6:7", "12345::",
        "2001:db8::g", "1:2:3:4:5:6:7::8:9", "::ffff:203.0.113", "::ffff:203.0.113.256", "::1.2.3.4:5",
        "203.0.113.7%eth0", "0x7f000001", "2130706433", "٢٠٣.0.113.7",
    ])
    func otherTextsHaveNoNetwork(_ text: String) {
        #expect(Self.network(text) == nil)
    }

    @Test func longTextsHaveNoNetwork() {
        #expect(Self.network(String(repeating: "1:", count: 5_000)) == nil)
        #expect(Self.network(String(repeating: "1.", count: 5_000)) == nil)
        #expect(Self.network(String(repeating: ":", count: 64)) == nil)
    }

    @Test func equalNetworksAreWrittenEqually() {
        var numbers = Numbers(state: 7)
        for _ in 0..<2_000 {
            let groups = (0..<8).map { _ in numbers.once(in: 3) ? 0 : numbers.below(1 << 16) }
            let plain = groups.map { String($0, radix: 16) }
            let padded = plain.map { String(repeating: "0", count: 4 - $0.count) + $0.uppercased() }
            let expected = plain.prefix(3).joined(separator: ":") + "::/48"
            #expect(Self.network(plain.joined(separator: ":")) == expected)
            #expect(Self.network(padded.joined(separator: ":")) == expected)
            let four = (0..<4).map { _ in numbers.below(256) }
            let network = "\(four[0]).\(four[1]).\(four[2]).0/24"
            let dotted = four.map { "\($0)" }.joined(separator: ".")
            let hexadecimal =
                String(four[0] << 8 | four[1], radix: 16) + ":" + String(four[2] << 8 | four[3], radix: 16)
            #expect(Self.network(dotted) == network)
            #expect(Self.network("::ffff:" + dotted) == network)
            #expect(Self.network("::ffff:" + hexadecimal) == network)
        }
    }
}
