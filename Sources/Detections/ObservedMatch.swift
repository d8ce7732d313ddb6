// What somebody who watches the engine is told of a match.

/// A match of a rule, whether it becomes a finding or only counts for a correlation.
public struct ObservedMatch: Sendable {
    /// Index of the rule.
    public let rule: Int
    /// Whether the rule is a correlation.
    public let isCorrelation: Bool
    /// Time of the event, or of the end of the window, in microseconds since 1970-01-01T00:00:00Z.
    public let time: Int64
    /// For a correlation, the values it groups by.
    public let group: [NamedValue]
    /// The events that are new in it, if it becomes a finding; not capped, as a finding's evidence is.
    public let evidence: [Evidence]
}
