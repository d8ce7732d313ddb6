// Evidence in few bytes, for as long as nobody reads it.

/// An event as it is kept while nobody has asked for it.
struct PackedEvidence: Sendable {
    let input: Int
    let lineNumber: Int64
    let byteOffset: Int64
    let time: Int64
    /// Index of the rule that matched the event.
    let rule: Int
    let fields: [UInt8]

    /// Bytes that it takes in memory, roughly.
    var memoryBytes: Int { 96 + fields.count }
}

/// The evidence of a finding, as text or as what text can be made of.
enum KeptEvidence: Sendable {
    case text([Evidence])
    case packed([PackedEvidence], EvidenceReader)

    /// The evidence as text.
    var unpacked: [Evidence] {
        switch self {
        case .text(let evidence): evidence
        case .packed(let evidence, let reader): evidence.map(reader.evidence)
        }
    }
}

extension KeptEvidence: Equatable {
    /// Whether both say the same.
    static func == (left: KeptEvidence, right: KeptEvidence) -> Bool { left.unpacked == right.unpacked }
}
