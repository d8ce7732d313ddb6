// Watches the times of one input: whether they go back, and whether they lie behind the file's own.

import AuthEvents
import ByteStreams
import FieldRows

/// Counts times that cannot be right.
struct TimeWatch {
    /// Times of one kind that cannot be right.
    struct Wrong {
        var events: Int64 = 0
        /// By how many microseconds at most.
        var most: Int64 = 0
        /// The first of them.
        var line: Int64 = 0
        var byteOffset: Int64 = 0
        var time: Int64 = 0

        fileprivate mutating func count(_ event: AuthEvent, by microseconds: Int64) {
            if events == 0 { (line, byteOffset, time) = (event.lineNumber, event.byteOffset, event.time) }
            events += 1
            most = max(most, microseconds)
        }
    }

    /// Clocks of two machines may differ by this.
    static let clockDifference: Int64 = 300_000_000

    private(set) var backward = Wrong()
    private(set) var ahead = Wrong()
    private let lateness: Int64?
    private let latestPossible: Int64
    /// What was written after the file was listed is as young as it says.
    private let listedBytes: Int64
    private var newest = Int64.min

    /// A watch over `file`, whose events may be out of order by `lateness`, or in any order if that is `nil`.
    init(_ file: InputFile, isPlain: Bool, lateness: Int64?) {
        self.lateness = lateness
        latestPossible =
            file.kind == .file ? file.modificationTime?.later(by: Self.clockDifference) ?? .max : .max
        listedBytes = isPlain ? file.byteCount ?? .max : .max
    }

    /// Takes in the events of the next lines.
    mutating func observe(_ batch: EventBatch) {
        for event in batch.events {
            if event.time > newest {
                newest = event.time
            } else if let lateness, newest.earlier(by: event.time) > lateness {
                backward.count(event, by: newest.earlier(by: event.time))
            }
            if event.time > latestPossible, event.byteOffset < listedBytes {
                ahead.count(event, by: event.time.earlier(by: latestPossible.earlier(by: Self.clockDifference)))
            }
        }
    }
}
