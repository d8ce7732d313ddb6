// Stores what a long run has found while it goes on, so that one that dies has not worked in vain.

import AuditStore
import Detections

/// What an engine knows that the next run needs.
enum KeptState {
    /// Writes all of it.
    static func write(_ engine: DetectionEngine, _ facts: LogFacts, to writer: StateWriter) throws {
        try KeptLineage.write(engine, to: writer)
        try KeptWindows.write(engine, to: writer)
        try facts.write(to: writer)
    }
}

/// The checkpoints of one run: findings, state and how far each input was judged, in one transaction each.
struct RunCheckpoints {
    private let run: RunID
    private let engine: DetectionEngine
    private let facts: LogFacts
    private let database: AuditDatabase
    private let options: AuditOptions
    private let now: @Sendable () -> Int64
    /// When, and after how many lines, something was last stored.
    private var last: (time: Int64, lines: Int64)
    private var lines: Int64 = 0
    /// What was changed so far.
    private(set) var changes = CommitSummary()
    /// Why storing has failed, which ends the run.
    private(set) var failure: StoreError?

    init(
        _ run: RunID,
        _ engine: DetectionEngine,
        _ facts: LogFacts,
        _ database: AuditDatabase,
        _ options: AuditOptions,
        now: @escaping @Sendable () -> Int64
    ) {
        self.run = run
        self.engine = engine
        self.facts = facts
        self.database = database
        self.options = options
        self.now = now
        last = (now(), 0)
    }

    /// Whether it is time to store what was found, after `lines` lines of the run.
    mutating func isDue(_ lines: Int64) -> Bool {
        self.lines = lines
        return lines - last.lines >= options.checkpointLines
            || now() - last.time >= options.checkpointMicroseconds && lines > last.lines
    }

    /// Stores everything if all events before `time` were judged and no others; false if that cannot be said now.
    mutating func store(_ merge: EventMerge, before time: Int64) -> Bool {
        // What happened at one time is judged together.
        guard failure == nil, engine.newest < time, let inputs = merge.records(until: time) else {
            return failure != nil
        }
        facts.judge(merge.finished)
        let checkpoint = RunCheckpoint(
            run: run,
            inputs: inputs,
            findings: engine.takeFindings(before: time),
            explanations: engine.takeExplanations()
        )
        do throws(StoreError) {
            changes.add(
                try database.store(checkpoint) { writer in
                    try KeptState.write(engine, facts, to: writer)
                }
            )
        } catch {
            failure = error
        }
        last = (now(), lines)
        return true
    }
}
