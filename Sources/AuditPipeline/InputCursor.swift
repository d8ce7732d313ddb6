// One input while it is read: what it has delivered, what it is preparing, what is counted of it.

import AuditStore
import AuthEvents
import ByteStreams
import FieldRows
import LogFormats

/// An open input as the merge sees it.
final class InputCursor {
    let scouted: ScoutedInput
    private let stage: DecodeStage
    private let isParallel: Bool
    private var pending: Task<Result<DecodedEvents?, InputError>, Never>?
    private(set) var queue: EventQueue
    private var failure: InputError?
    private var lastBatches = 0
    /// Up to where events were taken in; `nil` where that cannot be said.
    private var extent: (byteCount: Int64, crc64: UInt64)?
    private var hasJudged = false
    private var tally = LineTally()
    private var duplicates: Int64 = 0
    private var rejected: [RejectedLineRecord] = []
    private var rejectedKept: [String: Int] = [:]
    /// What the numbers of its records are like, and their times.
    private(set) var numbers: NumberWatch
    private(set) var times: TimeWatch
    private let hasOrder: Bool

    /// Events held of an input whose order says nothing.
    private static let unorderedMax = 20_000

    init(_ scouted: ScoutedInput, _ stage: DecodeStage, lateness: Int64, isParallel: Bool) {
        self.scouted = scouted
        self.stage = stage
        self.isParallel = isParallel
        hasOrder = !scouted.isUnordered && !scouted.chain.isDocument
        numbers = NumberWatch(after: scouted.numbers)
        times = TimeWatch(
            scouted.file,
            isPlain: scouted.compression == "plain",
            lateness: hasOrder ? lateness.later(by: scouted.recordSpan) : nil
        )
        queue =
            scouted.isUnordered
            ? EventQueue(lateness: .max, heldMax: Self.unorderedMax)
            : EventQueue(lateness: lateness.later(by: scouted.recordSpan))
    }

    /// Batches that are still read when somebody stops the run, so that it can end where it can go on.
    private static let lastBatchesMax = 64

    /// Reads on until the first event may be handed on, or to the end; false if somebody has stopped the run before.
    func prepare(until progress: RunProgress) async -> Bool {
        while !queue.isReady, !queue.hasEnded {
            if progress.shouldStop {
                guard lastBatches < Self.lastBatchesMax else { return false }
                lastBatches += 1
            }
            switch await nextBatch() {
            case .success(let decoded?):
                for batch in decoded.batches { take(batch) }
                extent = decoded.extent
            case .success(nil):
                queue.hasEnded = true
                numbers.end()
            case .failure(let error):
                failure = error
                queue.hasEnded = true
            }
        }
        return true
    }

    /// The batch that was being prepared; starts on the one behind it.
    private func nextBatch() async -> Result<DecodedEvents?, InputError> {
        guard isParallel else { return await stage.next(recycling: queue.takeSpent()) }
        let result: Result<DecodedEvents?, InputError>
        if let pending { result = await pending.value } else { result = await stage.next(recycling: []) }
        if case .success(.some) = result {
            pending = Self.startReading(stage, queue.takeSpent())
        } else {
            pending = nil
        }
        return result
    }

    private static func startReading(
        _ stage: DecodeStage,
        _ spent: [EventBatch]
    ) -> Task<Result<DecodedEvents?, InputError>, Never> {
        Task.detached { await stage.next(recycling: spent) }
    }

    /// Counts a batch and queues its events.
    private func take(_ batch: EventBatch) {
        tally.add(batch.tally)
        times.observe(batch)
        if hasOrder { numbers.observe(batch) }
        for line in batch.rejected where rejectedKept[line.reason, default: 0] < RejectedLineRecord.perReasonMax {
            rejectedKept[line.reason, default: 0] += 1
            rejected.append(
                RejectedLineRecord(
                    line: line.lineNumber,
                    byteOffset: line.byteOffset,
                    reason: line.reason,
                    sample: line.sample
                )
            )
        }
        queue.add(batch)
    }

    /// Removes the first event, which there must be, and those behind it that come before `limit`.
    func takeRun(before limit: Int64) -> (batch: EventBatch, rows: Range<Int>) {
        hasJudged = true
        return queue.takeRun(before: limit)
    }

    /// Counts an event that was read before: it is none.
    func countDuplicate() {
        tally.events -= 1
        tally.ignored["delivered before", default: 0] += 1
        duplicates += 1
    }

    /// Lines counted so far.
    var lines: Int64 { tally.lines }

    /// What is known of an input that is still being read.
    enum Progress {
        /// No event was judged.
        case untouched
        /// This much of it, up to a time.
        case judged(InputRecord)
        /// It cannot be said in few words which events were judged.
        case unclear
    }

    /// How far the input was judged, if all events before `time` were, and no others.
    func progress(until time: Int64) -> Progress {
        guard hasJudged else { return .untouched }
        let isInOrder = !scouted.isUnordered && !scouted.chain.isDocument && scouted.recordSpan == 0
        guard isInOrder, scouted.chain.names.isEmpty, scouted.chain.continues == nil, scouted.file.kind == .file,
            let extent,
            !queue.holdsEvent(before: time)
        else { return .unclear }
        var record = InputRecord(number: scouted.number, path: scouted.file.path, status: .read)
        (record.byteCount, record.crc64) = extent
        record.judgedUntil = time
        record.timeZone = scouted.time.zone.name
        record.zoneSource = scouted.zoneSource
        count(&record)
        return .judged(record)
    }

    /// The input's entry in the run's record; complete once the input has ended.
    func record() -> InputRecord {
        var record = InputRecord(number: scouted.number, path: scouted.file.path, status: .read)
        if let failure {
            // What was judged of it must not be judged again.
            record.status = tally.lines > 0 ? .damaged : .unreadable
            record.reason = failure.what
        } else if let damage = stage.damage {
            record.status = .damaged
            record.reason = damage.reason
            record.damageOffset = damage.decompressedOffset
            record.damageCompressedOffset = damage.compressedOffset
        }
        (record.byteCount, record.crc64) = stage.extent
        count(&record)
        record.timeZone = stage.zonesAssumed > 0 ? scouted.time.zone.name : "UTC"
        record.zoneSource = stage.zonesAssumed > 0 ? scouted.zoneSource : "explicit"
        if stage.foldsAssumed > 0 {
            record.reason = "\(stage.foldsAssumed) times in the hour that comes twice were read as the earlier one"
        }
        if record.lines == 0, record.status == .read {
            record.status = .alreadyAudited
            record.reason = "nothing new since an earlier run"
        }
        return record
    }

    /// Writes down what was counted so far.
    private func count(_ record: inout InputRecord) {
        scouted.describe(&record, format: scouted.formatText)
        record.lines = tally.lines
        record.events = tally.events
        record.rejected = tally.rejectedTotal
        record.ignored = tally.ignoredTotal
        record.firstEventAt = queue.oldest
        record.lastEventAt = queue.newest
        record.duplicates = duplicates
        let ignored = tally.ignored.filter { $0.value != 0 }
        record.counts =
            tally.rejected.map { LineCountRecord(what: .rejected, reason: $0.key, count: $0.value) }
            + ignored.map { LineCountRecord(what: .ignored, reason: $0.key, count: $0.value) }
        record.rejectedLines = rejected
    }
}

extension ScoutedInput {
    /// Copies what the first look found.
    func describe(_ record: inout InputRecord, format: String?) {
        record.compression = compression
        record.encoding = encoding
        record.format = format
        record.headSHA256 = head.isEmpty ? nil : head
        if let best = scores.first, format?.hasSuffix(best.format) == true {
            let lines = best.events + best.ignored + best.rejected
            record.formatScore = lines > 0 ? Double(best.events + best.ignored) / Double(lines) : nil
        }
    }
}
