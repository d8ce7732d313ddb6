// Turns SIGINT and SIGTERM into a request to stop.

import AuditPipeline
import Glibc
import Synchronization

/// While it lives, the first signal asks the run to stop; a second one ends the process as usual.
struct Interruption {
    private static let signals = [SIGINT, SIGTERM]
    /// The address of the run that is asked to stop, once there is one; kept for good, as a signal may come at any time.
    private static let watched = Atomic<UInt>(0)

    /// A handler and not a dispatch source: between two steps of making one a signal would be lost.
    init(_ progress: RunProgress) {
        Self.watched.store(UInt(bitPattern: Unmanaged.passRetained(progress).toOpaque()), ordering: .releasing)
        for number in Self.signals {
            signal(number) { number in
                if let watched = UnsafeRawPointer(bitPattern: Interruption.watched.load(ordering: .acquiring)) {
                    Unmanaged<RunProgress>.fromOpaque(watched).takeUnretainedValue().interrupt()
                }
                signal(number, SIG_DFL)
            }
        }
    }

    /// Gives the signals their usual meaning back.
    func cancel() {
        for number in Self.signals { signal(number, SIG_DFL) }
    }
}
