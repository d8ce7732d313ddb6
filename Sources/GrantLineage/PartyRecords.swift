// What lineage remembers of users, sessions and clients, and of what clients are usually seen with.

/// A user.
struct UserRecord: TableRecord {
    /// When it was first seen.
    var seenAt = Moment.never
    /// The last successful token request.
    var usedAt = Moment.never
    /// When the account was switched off.
    var endedAt = Moment.never
    /// When the user's credentials changed last.
    var changedAt = Moment.never
    /// When the user was last seen at a place that is known.
    var placeAt = Moment.never
    /// That place in hundredths of a degree north and east.
    var latitude: Int16 = 0
    var longitude: Int16 = 0
}

/// A session that ended.
struct SessionEnd: TableRecord {
    /// When it ended.
    var endedAt = Moment.never
}

/// A client.
struct ClientRecord: TableRecord, Equatable {
    /// The first successful token request.
    var seenAt = Moment.never
    /// The last successful token request.
    var usedAt = Moment.never
    /// When it was deleted.
    var deletedAt = Moment.never
    /// When a code for it was first seen being issued.
    var codesSince = Moment.never
    /// When a user was first seen agreeing to it.
    var consentsSince = Moment.never
    /// All scope values it was ever granted.
    var scope = ScopeSetID.unknown
    /// Number of access tokens whose lifetime is known.
    var lifetimes: UInt32 = 0
    /// The longest of these lifetimes, in seconds.
    var longestLifetime: UInt32 = 0
    /// Authorization requests that tell whether they have a challenge.
    var requests: UInt32 = 0
    /// Those that had one.
    var requestsWithChallenge: UInt32 = 0
    /// Number of networks it was seen in, at most one more than are told apart.
    var networks: UInt32 = 0
    /// Number of redirection URIs it was seen with, likewise.
    var redirectURIs: UInt32 = 0
}

/// A client together with one thing it was seen with.
struct PairRecord: TableRecord {
    /// When that was first.
    var seenAt = Moment.never
    /// Of a user: the scope agreed to; unknown when that is not said, so that it may be any.
    var scope = ScopeSetID.unknown
}
