// A set of canonical fields as the bits of one word: every audit counts up what each of its formats can deliver.

import AuthEvents

/// Some of the canonical fields.
struct CanonicalFieldSet: Hashable {
    private var bits: UInt64 = 0

    /// The given fields.
    init(_ fields: some Sequence<CanonicalField>) {
        for field in fields { insert(field) }
    }

    mutating func insert(_ field: CanonicalField) { bits |= Self.bit(field) }

    mutating func formUnion(_ other: CanonicalFieldSet) { bits |= other.bits }

    func contains(_ field: CanonicalField) -> Bool { bits & Self.bit(field) != 0 }

    /// The fields one by one.
    var fields: Set<CanonicalField> { Set(CanonicalField.allCases.filter(contains)) }

    private static func bit(_ field: CanonicalField) -> UInt64 { 1 << UInt64(field.rawValue) }
}
