// Group keys tell values apart and never look like "no value".

import AuthEvents
import FieldRows
import Testing

@Suite struct GroupKeyTests {
    static let key = FingerprintKey(Array(0..<32))

    static func groupKey(_ bytes: [UInt8], _ key: FingerprintKey = key) -> UInt64 { key.groupKey(bytes.span.bytes) }

    @Test func valuesOfEveryLengthDiffer() {
        var seen: Set<UInt64> = []
        for count in 0...100 {
            let value = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 91 &+ 13) }
            let key = Self.groupKey(value)
            #expect(key != 0)
            #expect(key == Self.groupKey(value))
            #expect(seen.insert(key).inserted)
        }
    }

    @Test(arguments: [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 80]) func everyBitMatters(_ count: Int) {
        let value = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 91 &+ 13) }
        var seen: Set<UInt64> = [Self.groupKey(value)]
        for bit in 0..<count * 8 {
            var changed = value
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(seen.insert(Self.groupKey(changed)).inserted, "bit \(bit) of \(count) bytes was lost")
        }
    }

    @Test func zerosAreCounted() {
        let keys = (0...64).map { Self.groupKey(Array(repeating: 0, count: $0)) }
        #expect(Set(keys).count == keys.count)
        #expect(!keys.contains(0))
    }

    @Test func manyValuesDiffer() {
        let keys = (0..<20_000).map { Self.groupKey(Array("client-\($0)".utf8)) }
        #expect(Set(keys).count == keys.count)
    }

    @Test func keyMatters() {
        let other = FingerprintKey(Array(1...32))
        let value = Array("client-1".utf8)
        #expect(Self.groupKey(value) != Self.groupKey(value, other))
    }
}
