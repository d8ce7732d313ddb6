// Merges the events of all inputs by event time.

import AuthEvents
import ByteStreams
import FieldRows
import LogFormats

/// The upper end of decoding: one stream of events in one order, whatever the files.
///
/// Equal times are ordered by input and then by line; inputs are ordered by their first event, so that neither the
/// order of arguments nor the number of jobs matters.
struct EventMerge {
    private let options: AuditOptions
    private let plans: [CompiledFormat]
    private let members: [String]
    private var seen = SeenEvents()
    private let key: FingerprintKey
    private let progress: RunProgress
    /// When the run began, in microseconds since 1970.
    private let startedAt: Int64
    /// Inputs not opened yet, the next one last.
    private var waiting: [ScoutedInput]
    private var open: [InputCursor] = []
    /// Inputs read to their end.
    private(set) var finished: [InputCursor] = []
    private(set) var unreadable: [(input: ScoutedInput, error: InputError)] = []

    init(
        _ inputs: [ScoutedInput],
        options: AuditOptions,
        plans: [CompiledFormat],
        members: [String],
        key: FingerprintKey,
        startedAt: Int64,
        progress: RunProgress
    ) {
        self.options = options
        self.startedAt = startedAt
        self.progress = progress
        self.plans = plans
        self.members = members
        self.key = key
        waiting = inputs.sorted { left, right in
            (right.firstTime, right.head, right.file.path) < (left.firstTime, left.head, left.file.path)
        }
    }

    /// Calls `judge` for all events in order, run by run, and `pause` between batches; stops early when that returns `false`.
    mutating func run(
        judge: (_ batch: EventBatch, _ rows: Range<Int>, _ input: ScoutedInput) -> Void,
        pause: (_ lines: Int64) async -> Bool
    ) async -> Bool {
        while true {
            await openInputs()
            guard let next = earliest() else { return true }
            let limit = limit(for: next)
            let cursor = open[next]
            // One input's events up to where another one has to be asked again; of equal times this one comes first.
            repeat {
                let (batch, rows) = cursor.takeRun(before: limit)
                if batch.traits.contains(.atLeastOnce) {
                    judgeNew(batch, rows, cursor, judge)
                } else {
                    judge(batch, rows, cursor.scouted)
                }
            } while cursor.queue.isReady && cursor.queue.firstTime < limit
            if !cursor.queue.isReady {
                let lines = (open + finished).reduce(0) { $0 + $1.lines }
                guard await pause(lines) else { return false }
            }
        }
    }

    /// Calls `judge` for the events of `rows` that were not delivered before.
    private mutating func judgeNew(
        _ batch: EventBatch,
        _ rows: Range<Int>,
        _ cursor: InputCursor,
        _ judge: (_ batch: EventBatch, _ rows: Range<Int>, _ input: ScoutedInput) -> Void
    ) {
        var first = rows.lowerBound
        for row in rows where !seen.isNew(batch.events[row], source: batch.source) {
            if first < row { judge(batch, first..<row, cursor.scouted) }
            if !batch.events[row].isSecond { cursor.countDuplicate() }
            first = row + 1
        }
        if first < rows.upperBound { judge(batch, first..<rows.upperBound, cursor.scouted) }
    }

    /// Opens every input that may have an event before the first one at hand, and refills those that ran dry.
    private mutating func openInputs() async {
        while true {
            for cursor in open where !cursor.queue.isReady { await cursor.prepare(until: progress) }
            finished += open.filter { $0.queue.isEmpty && $0.queue.hasEnded }
            open.removeAll { $0.queue.isEmpty && $0.queue.hasEnded }
            let first = open.map(\.queue.firstTime).min()
            guard let input = waiting.last, first.map({ isNeeded(input, before: $0) }) ?? true else { return }
            waiting.removeLast()
            openInput(input)
        }
    }

    /// An input's first lines may be out of order by the allowed lateness.
    private func isNeeded(_ input: ScoutedInput, before time: Int64) -> Bool {
        earliest(of: input) <= time
    }

    private mutating func openInput(_ input: ScoutedInput) {
        do throws(InputError) {
            let stage: DecodeStage
            if let opened = input.openReader { stage = opened } else { stage = try self.stage(input) }
            open.append(
                InputCursor(
                    input,
                    stage,
                    lateness: options.latenessMicroseconds,
                    isParallel: options.jobs > 1
                )
            )
        } catch {
            unreadable.append((input, error))
        }
    }

    private func stage(_ input: ScoutedInput) throws(InputError) -> DecodeStage {
        var reader = try LineReader(input.file, limits: options.limits)
        let isDocument = input.chain.isDocument
        // What was audited of a document has to be read again, to know inside which brackets it ends.
        if input.auditedBytes > 0, !isDocument { _ = try reader.skip(byteCount: input.auditedBytes) }
        let records = RecordReader(
            reader,
            chain: input.chain,
            members: members,
            time: input.time,
            skipped: isDocument ? input.auditedBytes : 0
        )
        let decoder = RecordDecoder(
            input.sources,
            of: plans,
            key: key,
            range: options.range,
            audited: input.auditedParts,
            time: { options.time($0.format, in: input.file) }
        )
        return DecodeStage(
            records,
            decoder,
            unfinished: UnfinishedLine(file: input.file, startedAt: startedAt),
            readsAhead: options.jobs > 1
        )
    }

    /// The open input with the earliest event; of equals the one of lower rank.
    private func earliest() -> Int? {
        open.indices.min { left, right in open[left].queue.firstTime < open[right].queue.firstTime }
    }

    /// The time of the earliest event of any other input, open or waiting.
    private func limit(for chosen: Int) -> Int64 {
        var limit = Int64.max
        for (index, cursor) in open.enumerated() where index != chosen { limit = min(limit, cursor.queue.firstTime) }
        if let next = waiting.last { limit = min(limit, earliest(of: next)) }
        return limit
    }

    /// Before this time the input has no event, as far as its first lines tell.
    private func earliest(of input: ScoutedInput) -> Int64 {
        input.firstTime.earlier(by: options.latenessMicroseconds)
    }
}
