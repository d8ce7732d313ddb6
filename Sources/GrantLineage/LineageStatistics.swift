// What lineage holds, and what it had to forget.

/// Counters of a ``LineageTracker``.
public struct LineageStatistics: Sendable, Equatable {
    /// Records of one kind.
    public struct Records: Sendable, Equatable {
        /// Records remembered now.
        public var live = 0
        /// Records forgotten because they were not seen for their lifetime.
        public var expired: Int64 = 0
        /// Records forgotten earlier, because the budget was used up.
        public var evicted: Int64 = 0
        /// Event time before which something was evicted, in microseconds since 1970; `nil` if nothing was.
        public var horizon: Int64?
    }

    /// Authorization codes.
    public var codes = Records()
    /// Refresh tokens, rotated ones included.
    public var tokens = Records()
    /// Token families.
    public var families = Records()
    /// Family identifiers of the server.
    public var familyIDs = Records()
    /// Pairs of session and client.
    public var sessions = Records()
    /// Branches of forked families.
    public var branches = Records()
    /// Revocations, reuses and replays of families.
    public var incidents = Records()
    /// Access tokens.
    public var accessTokens = Records()
    /// Users.
    public var users = Records()
    /// Sessions that ended.
    public var endedSessions = Records()
    /// Clients.
    public var clients = Records()
    /// What clients were seen with.
    public var pairs = Records()
    /// Numbers of token requests of clients in the running hour.
    public var rates = Records()
    /// The same in the last weeks.
    public var rateHistories = Records()
    /// Distinct scope texts remembered.
    public var scopeTexts = 0
    /// Scopes of new families that were not remembered because of a limit; their `grant.scope_added` stays absent.
    public var scopesNotRemembered: Int64 = 0
    /// Scopes that were not compared with a grant or the client registry because they are longer than the limit.
    public var scopesNotRead: Int64 = 0
    /// Forks that were not told apart because their family had too many branches.
    public var forksNotTracked: Int64 = 0
    /// Events earlier than an event before them.
    public var lateEvents: Int64 = 0
    /// Events earlier than one that an earlier run has judged, but not than one before them in this run.
    public var backdatedEvents: Int64 = 0
    /// Memory taken by the tables, in bytes.
    public var byteCount = 0
}
