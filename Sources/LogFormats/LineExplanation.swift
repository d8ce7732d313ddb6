// How one line was taken apart, named and mapped, or why it was not.

import AuthEvents
import FieldRows

/// The answer of `formats explain`, with secrets already replaced by their fingerprints or masked.
public struct LineExplanation: Sendable {
    /// Name of the format.
    public let format: String
    /// Name of the shape the line has, if it has one.
    public let shape: String?
    /// Why the line was rejected or ignored, if it was: `rejected: …`, `ignored: …`.
    public let fate: String?
    /// The source fields found, in the format's order; values that may be secret are masked.
    public let sourceFields: [(name: String, value: String)]
    /// The canonical and vendor fields of the event.
    public let fields: [(name: String, value: String)]
    /// Time of the event in microseconds since 1970-01-01T00:00:00Z.
    public let time: Int64?

    init(
        _ plan: CompiledFormat,
        _ reading: ShapeReader.Reading,
        _ maskedSlots: [(name: String, value: String)],
        _ decoded: EventBatch
    ) {
        format = plan.format.name
        if case .shape(let index) = reading { shape = plan.format.shapes[index].name } else { shape = nil }
        sourceFields = maskedSlots
        if let event = decoded.events.first {
            time = event.time
            fate = nil
            fields = decoded.withRow(0, scratch: ByteBlock(capacity: 0)) { row in
                plan.layout.names.indices.compactMap { column in
                    let slice = row[column]
                    // A fingerprint made without a database's key means nothing.
                    let text = slice.kind == .fingerprint ? "(fingerprint)" : row.text(slice)
                    return text.map { (plan.layout.names[column], SecretMask.maskTokens($0)) }
                }
            }
        } else {
            time = nil
            fields = []
            let rejected = decoded.rejected.first.map { "rejected: \($0.reason)" }
            fate = rejected ?? decoded.tally.ignored.keys.first.map { "ignored: \($0)" }
        }
    }
}
