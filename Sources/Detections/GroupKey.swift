// What the matches of one incident have in common.

import AuthEvents
import Crypto
import FieldRows
import SigmaRules

/// Reads the values of a rule's group-by fields from rows.
struct GroupKeyReader {
    /// Columns of the fields; negative for a field no row has.
    private let columns: [Int]
    private let names: [String]

    /// Reads `fields`.
    init(_ fields: [String], layout: FieldLayout) {
        names = fields
        columns = fields.map { layout.column(of: $0) ?? -1 }
    }

    /// `values` behind the number of the rule, so that no two rules have a key in common.
    static func key(_ values: [UInt8], rule: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: rule), UInt8(truncatingIfNeeded: rule >> 8)] + values
    }

    /// The values as bytes that differ when the values do.
    ///
    /// Group keys compare as Sigma strings do: letters of either case are the same.
    func bytes(_ row: borrowing FieldRow, rule: Int) -> [UInt8] {
        var key = Self.key([], rule: rule)
        for column in columns {
            let slice = column < 0 ? .missing : row[column]
            // A missing value counts as an empty one.
            guard slice.count > 0, let value = EventValue(row, slice) else {
                key.append(0)
                continue
            }
            key.append(1)
            value.appendKey(to: &key)
        }
        return key
    }

    /// The values as text for people; a missing one is empty.
    func values(_ row: borrowing FieldRow) -> [NamedValue] {
        var result: [NamedValue] = []
        for (name, column) in zip(names, columns) {
            let text = column < 0 ? nil : row.text(row[column])
            let isFreeText = EvidenceReader.isFreeText(column)
            result.append(NamedValue(name: name, value: EvidenceReader.storable(text ?? "", isFreeText: isFreeText)))
        }
        return result
    }
}

/// The stable identity of a finding.
enum FindingIdentity {
    /// 32 hexadecimal digits made from the rule, the group key and the bucket.
    static func id(rule: String, groupKey: [NamedValue], bucket: Int64) -> String {
        var hash = SHA256()
        func add(_ text: String) {
            let bytes = Array(text.utf8)
            withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: bytes)
        }
        add(rule)
        for part in groupKey {
            add(part.name)
            add(part.value.lowercased())
        }
        withUnsafeBytes(of: bucket.littleEndian) { hash.update(bufferPointer: $0) }
        return String(hexadecimal: hash.finalize().prefix(16))
    }

    private static let day: Int64 = 86_400 * 1_000_000

    /// The start of the UTC day of `time`: incidents of one subject fold day by day.
    static func bucket(_ time: Int64) -> Int64 {
        let rest = time % day
        return time - (rest < 0 ? rest + day : rest)
    }
}
