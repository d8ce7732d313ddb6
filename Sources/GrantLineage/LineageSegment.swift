// What lineage hands out to be kept in a database between two runs.

/// A table of lineage.
public enum LineagePart: String, CaseIterable, Sendable {
    /// Authorization codes.
    case codes
    /// Refresh tokens.
    case tokens
    /// Token families.
    case families
    /// Identifiers of families.
    case familyIDs = "family_ids"
    /// Clients within sessions.
    case sessions
    /// Branches of forked families.
    case branches
    /// What went wrong with families, or ended them.
    case incidents
    /// Access tokens.
    case accessTokens = "access_tokens"
    /// Users.
    case users
    /// Sessions that ended.
    case endedSessions = "ended_sessions"
    /// Clients.
    case clients
    /// What clients were seen with.
    case pairs
    /// Numbers of token requests in the running hour.
    case rates
    /// The same in the last weeks.
    case rateHistories = "rate_histories"
    /// Tokens that were used although nobody had seen them being issued.
    case unissued
    /// Scopes that families were created with.
    case scopes
}

/// Some records of one table, as bytes.
public struct LineageSegment: Sendable, Equatable {
    /// The table.
    public var part: LineagePart
    /// The generation the records belong to; segments of all but the last two may be forgotten.
    public var generation: UInt32
    /// Whether segments of the same part and generation that were kept before say nothing that this and those behind it
    /// do not say.
    public var replacesEarlier: Bool
    /// Number of records.
    public var records = 0
    /// The records.
    public var bytes: [UInt8] = []

    /// A segment without records.
    public init(part: LineagePart, generation: UInt32, replacesEarlier: Bool) {
        self.part = part
        self.generation = generation
        self.replacesEarlier = replacesEarlier
    }
}

/// What there is to know of lineage besides its segments.
public struct LineageHeader: Sendable, Equatable {
    /// To be kept, and handed back before the segments.
    public let bytes: [UInt8]
    /// The number of the younger generation of each part; segments of all but this and the one before are of no use.
    public let generations: [LineagePart: UInt32]

    /// A header from its parts.
    public init(bytes: [UInt8], generations: [LineagePart: UInt32]) {
        self.bytes = bytes
        self.generations = generations
    }
}

/// Why what was kept cannot be taken back.
public struct LineageStateError: Error, Equatable {
    /// What is wrong.
    public let what: String

    /// An error that says `what` is wrong.
    public init(what: String) { self.what = what }
}
