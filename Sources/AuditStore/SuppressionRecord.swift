// What filters took away and what correlations could not use: matches that became no finding.

/// A Sigma filter and what it did in a run.
public struct SuppressionRecord: Hashable, Sendable {
    /// The filter's `id`, its name or its title.
    public var filterID: String
    /// The filter's `title`.
    public var title: String
    /// The file it comes from.
    public var file: String
    /// Who answers for it.
    public var owner: String?
    /// Who has approved it.
    public var approvedBy: String?
    /// The first day, `YYYY-MM-DD` in UTC, on whose events it has no effect.
    public var expires: String?
    /// Number of rules it is for.
    public var rules: Int64 = 0
    /// Matches that it took away.
    public var suppressed: Int64 = 0
    /// Matches that it would have taken away if it had not expired before they happened.
    public var expired: Int64 = 0

    /// A filter that has done nothing.
    public init(filterID: String, title: String, file: String) {
        self.filterID = filterID
        self.title = title
        self.file = file
    }
}

/// Matches that a correlation could not use.
public struct CorrelationGapRecord: Hashable, Sendable {
    /// Why it could not.
    public enum Cause: String, CaseIterable, Sendable {
        /// A field to group by or to measure was missing.
        case missingField = "missing_field"
        /// The window was still open when the log ended.
        case windowOpen = "window_open"
        /// It came after its window, or what follows from it, had been decided.
        case lateMatch = "late_match"
    }

    /// The rule's `id`.
    public var ruleID: String
    /// The rule's `name`.
    public var ruleName: String
    /// Why it could not.
    public var cause: Cause
    /// Number of matches or windows.
    public var count: Int64

    /// A gap from its parts.
    public init(ruleID: String, ruleName: String, cause: Cause, count: Int64) {
        self.ruleID = ruleID
        self.ruleName = ruleName
        self.cause = cause
        self.count = count
    }
}
