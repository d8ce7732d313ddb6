// Turns SIGINT and SIGTERM into a request to stop.

import AuditPipeline
import Dispatch
import Glibc

/// While it lives, the first signal asks the run to stop; a second one ends the process as usual.
struct Interruption {
    private let sources: [any DispatchSourceSignal]

    init(_ progress: RunProgress) {
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                progress.interrupt()
                signal(number, SIG_DFL)
            }
            source.resume()
            return source
        }
    }

    /// Gives the signals their usual meaning back.
    func cancel() {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
}
