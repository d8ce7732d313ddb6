// Guesses the format of an input from its first lines and says why.

public import AuthEvents
public import ByteStreams

/// How well each format reads the first lines of an input.
public struct FormatGuess: Sendable {
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
    }

    /// Lines looked at.
    public static let linesMax = 256

    /// All formats, the best first.
    public let scores: [Score]

    /// The format that makes most events; one without events only if it knows most of the lines.
    ///
    /// `nil` when no format reads more lines than it rejects.
    public var best: String? {
        guard let first = scores.first, first.events + first.ignored > first.rejected else { return nil }
        return first.events + first.ignored > 0 ? first.format : nil
    }

    /// Tries every plan on the first ``linesMax`` lines of `lines`.
    public init(_ lines: LineBatch, plans: [CompiledFormat], key: FingerprintKey) {
        let head = lines.excerpt(0..<Self.linesMax)
        var scores: [Score] = []
        for plan in plans {
            var decoder = LineDecoder(plan, key: key, keepsSamples: false)
            let tally = decoder.decode(head).tally
            // Blank lines say nothing for or against a format.
            let known = tally.ignoredTotal - (tally.ignored["blank line"] ?? 0)
            scores.append(
                Score(format: plan.format.name, events: tally.events, ignored: known, rejected: tally.rejectedTotal))
        }
        self.scores = scores.sorted { left, right in
            (left.events, left.ignored, right.format) > (right.events, right.ignored, left.format)
        }
    }
}
