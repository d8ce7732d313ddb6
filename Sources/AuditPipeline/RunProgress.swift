// How far a run has got, for whoever watches, and whether it is to stop.

import Synchronization

/// Counters of a run that others may look at while it goes on.
public final class RunProgress: Sendable {
    private let lineCount = Atomic<Int64>(0)
    private let findingCount = Atomic<Int64>(0)
    private let isInterrupted = Atomic<Bool>(false)

    /// Nothing done yet.
    public init() {}

    /// Lines read.
    public var lines: Int64 { lineCount.load(ordering: .relaxed) }
    /// Findings so far.
    public var findings: Int64 { findingCount.load(ordering: .relaxed) }

    /// Asks the run to stop at the next batch; may be called from a signal handler's queue.
    public func interrupt() { isInterrupted.store(true, ordering: .relaxed) }

    /// Whether somebody asked the run to stop.
    public var shouldStop: Bool { isInterrupted.load(ordering: .relaxed) }

    func update(lines: Int64, findings: Int) {
        lineCount.store(lines, ordering: .relaxed)
        findingCount.store(Int64(findings), ordering: .relaxed)
    }
}
