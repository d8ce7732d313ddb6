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
        var (first, left) = members[0].decoder.decode(records, leaving: .eventless, reusing: spent)
        first.source = members[0].source
        var batches = [first]
        var rest = records
        for member in members.dropFirst() where !left.isEmpty {
            rest = rest.selecting(left)
            let (batch, next) = member.decoder.decode(rest, leaving: .eventless)
            batch.source = member.source
            batches.append(batch)
            left = next
        }
        // What makes no event for any may still be known to one of them; what is not is rejected for the reason that
        // the first one has.
        for member in members where !left.isEmpty {
            rest = rest.selecting(left)
            let (batch, next) = member.decoder.apart { $0.decode(rest, leaving: .unreadable) }
            count(batch, in: first)
            left = next
        }
        if !left.isEmpty { count(members[0].decoder.apart { $0.decode(rest.selecting(left)) }, in: first) }
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

    /// The records that make no event of the format, and those of them that it does not even know; `nil` for none.
    public func rest(of records: RecordBatch) -> (eventless: RecordBatch?, unknown: RecordBatch?) {
        let whole = continues.map { records.joined($0) } ?? records
        let eventless = decoder.decode(whole, leaving: .eventless).unread
        guard !eventless.isEmpty else { return (nil, nil) }
        let rest = whole.selecting(eventless)
        let unknown = decoder.decode(rest, leaving: .unreadable).unread
        return (rest, unknown.isEmpty ? nil : rest.selecting(unknown))
    }
}
