// Runs that are stopped on their way, as by a signal.

import AuditPipeline
import ByteStreams

/// Runs in small batches that a clock stops.
enum StoppedRun {
    static func options(_ paths: [String], _ database: String, _ rules: [String], jobs: Int) -> AuditOptions {
        var options = AuditBench.options(paths, database)
        options.limits.blockBytes = 2048
        options.jobs = jobs
        options.rulePaths = rules
        return options
    }

    /// Whether the run has come to its end before the clock was asked so often.
    static func run(_ options: AuditOptions, stoppedAfter count: Int) async throws -> Bool {
        let progress = RunProgress()
        let clock = StoppingClock(progress, after: count)
        var run = AuditRun(options, progress: progress) { clock.now() }
        do {
            _ = try await run.execute()
            return true
        } catch {
            guard case .interrupted = error else { throw error }
            return false
        }
    }
}

/// A clock that stops a run when it has been asked for the time often enough.
private final class StoppingClock: @unchecked Sendable {
    // Sendable since a run asks for the time on one thread at a time.

    private let progress: RunProgress
    private var left: Int
    private var time: Int64 = 1_800_000_000_000_000

    init(_ progress: RunProgress, after count: Int) {
        self.progress = progress
        left = count
    }

    func now() -> Int64 {
        time += 10
        left -= 1
        if left == 0 { progress.interrupt() }
        return time
    }
}
