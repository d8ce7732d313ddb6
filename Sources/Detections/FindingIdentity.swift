// What makes two matches one incident: rule, subject and day.

import Crypto
import FieldRows

/// The stable identity of a finding: the same in every run, whatever other rules there are.
///
/// It is made from the values themselves, not from the text that people are shown of them: text is masked and cut, and
/// different subjects may look the same.
struct FindingIdentity: Hashable {
    private let digest: SIMD2<UInt64>

    /// 32 hexadecimal digits.
    var text: String { String(hexadecimal: withUnsafeBytes(of: digest) { Array($0) }) }

    private static let day: Int64 = 86_400 * 1_000_000

    /// The start of the UTC day of `time`: incidents of one subject fold day by day.
    static func bucket(_ time: Int64) -> Int64 {
        let rest = time % day
        return time - (rest < 0 ? rest + day : rest)
    }

    /// Makes the identities of one rule's findings.
    struct Maker {
        private let beginning: SHA256

        /// For the rule with this `id`, which groups by `fields`.
        init(rule: String, fields: [String]) {
            var hash = SHA256()
            Self.add(Array(rule.utf8), to: &hash)
            withUnsafeBytes(of: UInt64(fields.count).littleEndian) { hash.update(bufferPointer: $0) }
            for field in fields { Self.add(Array(field.utf8), to: &hash) }
            beginning = hash
        }

        /// The identity of the finding about `group` in `bucket`, or of the group itself.
        func identity(_ group: [UInt8], bucket: Int64? = nil) -> FindingIdentity {
            var hash = beginning
            Self.add(group, to: &hash)
            if let bucket { withUnsafeBytes(of: bucket.littleEndian) { hash.update(bufferPointer: $0) } }
            return FindingIdentity(digest: hash.finalize().withUnsafeBytes { $0.loadUnaligned(as: SIMD2<UInt64>.self) })
        }

        private static func add(_ bytes: [UInt8], to hash: inout SHA256) {
            withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: bytes)
        }
    }
}
