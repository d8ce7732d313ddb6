// Follows all correlations through the matches of their rules, in event time.

public import FieldRows

/// Windows of all correlations of a set of rules; for one thread.
///
/// A condition is asked at each time at which something in its group happened, when all events of that time are known:
/// then the answer depends neither on the order of events with equal times nor on how the input is split.
public final class CorrelationEngine<Payload> {
    let correlations: RunningCorrelations

    /// An engine for the correlations of `rules` over rows of `layout`.
    ///
    /// Windows hold at most `memoryMax` bytes together, roughly; beyond it the oldest are given up and counted.
    /// Values that are counted are told apart by their `hash`, which has to be keyed, so that nobody can make values that
    /// count as one, and the same in every engine that goes on with the windows of another.
    public init(
        rules: [SigmaRule],
        layout: FieldLayout,
        memoryMax: Int,
        hash: @escaping ([UInt8]) -> Int = { $0.hashValue }
    ) {
        correlations = RunningCorrelations(rules: rules, layout: layout, memoryMax: memoryMax, hash: hash)
    }

    /// Whether some correlation looks at the matches of rule `rule`.
    public func looks(at rule: Int) -> Bool { correlations.looks(at: rule) }

    /// Takes in a match of detection `rule`; `event` is the number of the event, the same for all rules it matches.
    public func add(
        _ rule: Int,
        event: Int,
        time: Int64,
        _ row: borrowing FieldRow,
        payload: Payload,
        payloadBytes: Int
    ) {
        let witness = Witness(event: event, payload: TypedPayload(payload), payloadBytes: payloadBytes)
        correlations.add(rule, event: event, time: time, row, witness)
    }

    /// Takes note that all events before `time` are known.
    ///
    /// What comes late is judged by it: to be told of each event, or at least of the latest before each match.
    public func advance(to time: Int64) { correlations.advance(to: time) }

    /// Takes note that there are no more events; windows whose end has not passed stay undecided.
    public func finish() { correlations.finish() }

    /// The matches since somebody last asked.
    public func takeMatches() -> [CorrelationMatch<Payload>] {
        correlations.takeMatches().map { match in match.mapNews { $0.value(as: Payload.self) } }
    }

    /// Matches left out because a group-by field or the measured value was missing, by rule.
    public var excluded: [Int: Int64] { correlations.byRule(\.excluded) }
    /// Matches that came after their window, or what follows from them, had been decided, by rule.
    ///
    /// Windows that end later know of them; of those that would have ended earlier nothing is said.
    public var late: [Int: Int64] { correlations.byRule(\.late) }
    /// Windows given up for want of memory, by rule.
    public var abandoned: [Int: Int64] { correlations.byRule(\.abandoned) }
    /// Windows given up because too many of their matches came late, by rule.
    public var disordered: [Int: Int64] { correlations.byRule(\.disordered) }
    /// Windows whose end had not passed when the events ended, by rule.
    public var undecided: [Int: Int64] { correlations.byRule(\.undecided) }
}
