// One live line, only on a terminal.

import AuditPipeline
import Dispatch

/// Shows a run's counters four times a second until it is stopped.
struct ProgressLine {
    private let timer: (any DispatchSourceTimer)?

    init(_ progress: RunProgress, isShown: Bool) {
        guard isShown else {
            timer = nil
            return
        }
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now() + 0.5, repeating: 0.25)
        timer.setEventHandler { Console.status("\(progress.lines) lines, \(progress.findings) findings") }
        timer.resume()
        self.timer = timer
    }

    /// Clears the line.
    func stop() {
        guard let timer else { return }
        timer.cancel()
        Console.status("")
    }
}
