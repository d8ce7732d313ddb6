// Guesses the format of an input from its first lines and says why.

public import AuthEvents
public import ByteStreams

/// How well each format reads the first lines of an input.
public final class FormatGuess {
    /// What a format made of the lines.
    public struct Score: Sendable, Equatable {
        /// Name of the format.
        public let format: String
        /// Lines that became events.
        public let events: Int64
        /// Lines it knows to say nothing about authorization.
        public let ignored: Int64
        /// Lines it could not read.
        public let rejected: Int64
        /// Those of them that are its own but have no time.
        let timeless: Int64
    }

    /// One format on trial.
    private final class Trial {
        let plan: CompiledFormat
        var decoder: LineDecoder
        var tally = LineTally()
        var timeless: Int64 = 0
        /// Where the records begin that the format could not read of those shown last.
        var unread: Set<Int64> = []

        init(_ plan: CompiledFormat, _ key: FingerprintKey) {
            self.plan = plan
            // A time of day is no reason to doubt a format, whatever the day.
            var time = TimeSettings()
            time.date = 0
            decoder = LineDecoder(plan, key: key, time: time, keepsSamples: false)
        }

        /// The format's own idea of a record may be several of `records`.
        func run(_ records: RecordBatch) {
            let whole = plan.format.continues.map { records.joined($0) } ?? records
            let (read, places) = decoder.decode(whole, leaving: .unreadable)
            timeless += Int64(decoder.timeless)
            unread = Set(places.map { whole.byteOffset($0) })
            tally.add(read.tally)
            tally.rejected["unread", default: 0] += Int64(places.count)
            if let rest = decoder.finish() { tally.add(rest.tally) }
        }
    }

    /// Lines of one batch that are enough where they tell.
    public static let linesMax = 256
    /// Bytes after which lines that make events are not looked for any more; a server that starts writes many without.
    private static let bytesMax = 4 << 20

    private let trials: [Trial]

    /// A guess without any lines yet.
    public init(plans: [CompiledFormat], key: FingerprintKey) {
        trials = plans.map { Trial($0, key) }
    }

    /// Forgets all lines.
    public func reset() {
        for trial in trials { (trial.tally, trial.timeless) = (LineTally(), 0) }
        (readByAny, readByNone) = (0, 0)
    }

    /// Records that some of the formats read, and that none did.
    private var readByAny = 0
    private var readByNone = 0

    /// Reads records until they make events for some format, or enough of them have made none, and returns them.
    public func read(_ reader: inout RecordReader) throws(InputError) -> [RecordBatch] {
        var beginning: [RecordBatch] = []
        while !isTold, reader.lines.identity.byteCount < Self.bytesMax, let records = try reader.next() {
            beginning.append(records)
            add(records)
        }
        return beginning
    }

    /// Tries every format on the first of `records`, and on all of them as long as they make no event for any.
    public func add(_ records: RecordBatch) {
        let count = records.lines.lines.count
        let first = min(Self.linesMax, count)
        run(records.excerpt(0..<first))
        if !isTold, first < count { run(records.excerpt(first..<count)) }
    }

    private func run(_ records: RecordBatch) {
        for trial in trials { trial.run(records) }
        guard let first = trials.first else { return }
        let unread = trials.dropFirst().reduce(first.unread) { $0.isEmpty ? $0 : $0.intersection($1.unread) }
        readByNone += unread.count
        readByAny += records.lines.lines.count - unread.count
    }

    /// Whether the lines so far make events, and one format reads most of them.
    public var isTold: Bool { trials.contains { $0.tally.events > 0 } && best != nil }

    /// All formats, the best first.
    public var scores: [Score] {
        let scores = trials.map { trial in
            // Blank lines say nothing for or against a format.
            let known = trial.tally.ignoredTotal - (trial.tally.ignored["blank line"] ?? 0)
            return Score(
                format: trial.plan.format.name,
                events: trial.tally.events,
                ignored: known,
                rejected: trial.tally.rejectedTotal,
                timeless: trial.timeless
            )
        }
        return scores.sorted { left, right in
            (left.events, left.ignored, left.timeless, right.format)
                > (right.events, right.ignored, right.timeless, left.format)
        }
    }

    /// The format that makes most events; one without events only if it knows most of the lines, be it that they are its
    /// own but have no time, which is for the audit to say.
    ///
    /// `nil` when it knows no more lines than it rejects, unless several formats together do: programs may share a file.
    public var best: String? {
        guard let first = scores.first, first.events + first.ignored + first.timeless > 0 else { return nil }
        if first.events + first.ignored + first.timeless > first.rejected - first.timeless { return first.format }
        return first.events > 0 && readByAny > readByNone ? first.format : nil
    }
}
