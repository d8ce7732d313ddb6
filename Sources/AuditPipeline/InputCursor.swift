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
    private var pending: Task<Result<[EventBatch]?, InputError>, Never>?
    private(set) var queue: EventQueue
    private var failure: InputError?
    private var tally = LineTally()
    private var duplicates: Int64 = 0
    private var rejected: [RejectedLineRecord] = []
    private var rejectedKept: [String: Int] = [:]

    /// Events held of an input whose order says nothing.
    private static let unorderedMax = 20_000

    init(_ scouted: ScoutedInput, _ stage: DecodeStage, lateness: Int64, isParallel: Bool) {
        self.scouted = scouted
        self.stage = stage
        self.isParallel = isParallel
        queue =
            scouted.isUnordered
            ? EventQueue(lateness: .max, heldMax: Self.unorderedMax)
            : EventQueue(lateness: lateness.later(by: scouted.recordSpan))
    }

    /// Reads on until the first event may be handed on, to the end, or until somebody stops the run.
    func prepare(until progress: RunProgress) async {
        while !queue.isReady, !queue.hasEnded {
            guard !progress.shouldStop else {
                queue.hasEnded = true
                return
            }
            switch await nextBatch() {
            case .success(let batches?): for batch in batches { take(batch) }
            case .success(nil): queue.hasEnded = true
            case .failure(let error):
                failure = error
                queue.hasEnded = true
            }
        }
    }

    /// The batch that was being prepared; starts on the one behind it.
    private func nextBatch() async -> Result<[EventBatch]?, InputError> {
        guard isParallel else { return await stage.next(recycling: queue.takeSpent()) }
        let result: Result<[EventBatch]?, InputError>
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
    ) -> Task<Result<[EventBatch]?, InputError>, Never> {
        Task.detached { await stage.next(recycling: spent) }
    }

    /// Counts a batch and queues its events.
    private func take(_ batch: EventBatch) {
        tally.add(batch.tally)
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
    func takeRun(before limit: Int64) -> (batch: EventBatch, rows: Range<Int>) { queue.takeRun(before: limit) }

    /// Counts an event that was read before: it is none.
    func countDuplicate() {
        tally.events -= 1
        tally.ignored["delivered before", default: 0] += 1
        duplicates += 1
    }

    /// Lines counted so far.
    var lines: Int64 { tally.lines }

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
        scouted.describe(&record, format: scouted.formatText)
        (record.byteCount, record.crc64) = stage.extent
        record.lines = tally.lines
        record.events = tally.events
        record.rejected = tally.rejectedTotal
        record.ignored = tally.ignoredTotal
        record.firstEventAt = queue.oldest
        record.lastEventAt = queue.newest
        record.duplicates = duplicates
        record.timeZone = stage.zonesAssumed > 0 ? scouted.time.zone.name : "UTC"
        record.zoneSource = stage.zonesAssumed > 0 ? scouted.zoneSource : "explicit"
        if stage.foldsAssumed > 0 {
            record.reason = "\(stage.foldsAssumed) times in the hour that comes twice were read as the earlier one"
        }
        let ignored = tally.ignored.filter { $0.value != 0 }
        record.counts =
            tally.rejected.map { LineCountRecord(what: .rejected, reason: $0.key, count: $0.value) }
            + ignored.map { LineCountRecord(what: .ignored, reason: $0.key, count: $0.value) }
        record.rejectedLines = rejected
        return record
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
