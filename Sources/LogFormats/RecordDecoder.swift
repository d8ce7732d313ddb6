// Decodes the records of one input, be they written by one server or by several.

public import AuthEvents
import ByteStreams
import FieldRows

/// The formats of one input, the most frequent first; what one cannot read is shown to the next.
public final class RecordDecoder {
    /// A format at work.
    private final class Member {
        let source: Int
        var decoder: LineDecoder

        init(source: Int, _ decoder: consuming LineDecoder) {
            self.source = source
            self.decoder = decoder
        }
    }

    private let members: [Member]

    /// Decoders for the formats `sources` of `plans`; each event's batch tells which one read it.
    public init(
        _ sources: [Int],
        of plans: [CompiledFormat],
        key: FingerprintKey,
        range: TimeRange = TimeRange(),
        audited: [AuditedPart] = [],
        time: (CompiledFormat) -> TimeSettings = { _ in TimeSettings() }
    ) {
        members = sources.map { source in
            Member(
                source: source,
                LineDecoder(plans[source], key: key, range: range, audited: audited, time: time(plans[source]))
            )
        }
    }

    /// How many times named no zone.
    public var zonesAssumed: Int64 { members.reduce(0) { $0 + $1.decoder.zonesAssumed } }
    /// How many of them clocks showed twice, with no line near them to tell which was meant.
    public var foldsAssumed: Int64 { members.reduce(0) { $0 + $1.decoder.foldsAssumed } }

    /// The events of `records`, into `spent` if there is a batch that nobody reads any more.
    ///
    /// The first batch accounts for all records that have become no event.
    public func decode(_ records: RecordBatch, reusing spent: EventBatch? = nil) -> [EventBatch] {
        guard members.count > 1 else {
            let batch = members[0].decoder.decode(records, reusing: spent)
            batch.source = members[0].source
            return [batch]
        }
        var (first, unread) = members[0].decoder.decodeReadable(records, reusing: spent)
        first.source = members[0].source
        var batches = [first]
        var rest = records
        for member in members.dropFirst() where !unread.isEmpty {
            rest = rest.selecting(unread)
            let (batch, left) = member.decoder.decodeReadable(rest, reusing: nil)
            batch.source = member.source
            batches.append(batch)
            unread = left
        }
        // What none can read is rejected for the reason the first one has.
        if !unread.isEmpty { count(members[0].decoder.decode(rest.selecting(unread)), in: first) }
        count(members[0].decoder.decode(records.withoutLines()), in: first)
        return batches
    }

    private func count(_ rejecting: EventBatch, in batch: EventBatch) {
        batch.tally.add(rejecting.tally)
        batch.rejected += rejecting.rejected
    }

    /// The events of records that were held back for lines to come.
    public func finish() -> [EventBatch] {
        members.compactMap { member in
            guard let batch = member.decoder.finish() else { return nil }
            batch.source = member.source
            return batch
        }
    }
}

/// Tells which records one format cannot read.
public final class FormatRest {
    private var decoder: LineDecoder
    private let continues: String?

    /// The rest that `plan` leaves.
    public init(_ plan: CompiledFormat, key: FingerprintKey) {
        var time = TimeSettings()
        time.date = 0
        decoder = LineDecoder(plan, key: key, time: time, keepsSamples: false)
        continues = plan.format.continues
    }

    /// The records that the format rejects; `nil` if there are none.
    public func rest(of records: RecordBatch) -> RecordBatch? {
        let whole = continues.map { records.joined($0) } ?? records
        let unread = decoder.decodeReadable(whole, reusing: nil).unread
        return unread.isEmpty ? nil : whole.selecting(unread)
    }
}
