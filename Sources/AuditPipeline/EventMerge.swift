// Merges the events of all inputs by event time.

import AuditStore
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

    /// What a run does between two batches.
    enum Step {
        /// It goes on.
        case goOn
        /// It stores what it has found, as soon as that can be done, and goes on.
        case store
        /// It stores what it has found, if that can be done soon, and stops.
        case stop
    }

    /// How often a run that is to stop tries to store what it has found.
    private static let attemptsMax = 64

    /// Calls `judge` for all events in order, run by run, and asks `pause` between batches what to do; `store` is told of
    /// the time before which all events were judged, and no others, and says whether it has stored that.
    ///
    /// False if it was stopped.
    mutating func run(
        judge: (_ batch: EventBatch, _ rows: Range<Int>, _ input: ScoutedInput) -> Void,
        pause: (_ lines: Int64) async -> Step,
        store: (_ merge: EventMerge, _ time: Int64) -> Bool
    ) async -> Bool {
        var step = Step.goOn
        var attempts = 0
        while true {
            guard await openInputs() else { return false }
            guard let next = earliest() else { return true }
            if step != .goOn {
                attempts += 1
                if store(self, open[next].queue.firstTime) || attempts > Self.attemptsMax {
                    if step == .stop { return false }
                    step = .goOn
                }
            }
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
            guard !cursor.queue.isReady else { continue }
            let lines = (open + finished).reduce(0) { $0 + $1.lines }
            let wanted = await pause(lines)
            if wanted != .goOn, wanted != step { (step, attempts) = (wanted, 0) }
        }
    }

    /// The inputs as far as they were judged, if all events before `time` were, and no others; `nil` if that cannot be
    /// said of one of them.
    func records(until time: Int64) -> [InputRecord]? {
        var records = finished.map { $0.record() }
        for cursor in open {
            switch cursor.progress(until: time) {
            case .untouched: break
            case .judged(let record): records.append(record)
            case .unclear: return nil
            }
        }
        return records
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

    /// Opens every input that may have an event before the first one at hand, and refills those that ran dry; false if
    /// somebody has stopped the run meanwhile.
    private mutating func openInputs() async -> Bool {
        while true {
            for cursor in open where !cursor.queue.isReady {
                guard await cursor.prepare(until: progress) else { return false }
            }
            finished += open.filter { $0.queue.isEmpty && $0.queue.hasEnded }
            open.removeAll { $0.queue.isEmpty && $0.queue.hasEnded }
            let first = open.map(\.queue.firstTime).min()
            guard let input = waiting.last, first.map({ isNeeded(input, before: $0) }) ?? true else { return true }
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
