// What lineage remembers of each code, token, family and session.

/// The client of a request, as 32 bits of its keyed hash; zero when unknown.
struct ClientMark: BitwiseCopyable, Equatable {
    let rawValue: UInt32

    static var unknown: ClientMark { ClientMark(rawValue: 0) }

    init(groupKey: UInt64) { rawValue = RequestContext.mark(groupKey) }

    init(rawValue: UInt32) { self.rawValue = rawValue }

    var isKnown: Bool { rawValue != 0 }

    /// Whether the two are different clients; `nil` when one of them is unknown.
    func differs(from other: ClientMark) -> Bool? {
        isKnown && other.isKnown ? rawValue != other.rawValue : nil
    }
}

/// Where a request came from; two contexts are compared, never shown.
struct RequestContext: BitwiseCopyable, Equatable {
    let network: UInt32
    let userAgent: UInt32

    static var unknown: RequestContext { RequestContext(network: 0, userAgent: 0) }

    /// A context from the group keys of network and user agent; zero when unknown.
    init(network: UInt64, userAgent: UInt64) {
        self.network = Self.mark(network)
        self.userAgent = Self.mark(userAgent)
    }

    init(networkMark: UInt32, userAgentMark: UInt32) {
        network = networkMark
        userAgent = userAgentMark
    }

    /// How both compare in what is known of both; `nil` when that is nothing.
    func compared(with other: RequestContext) -> ContextMatch? {
        let networks = network != 0 && other.network != 0
        let userAgents = userAgent != 0 && other.userAgent != 0
        if networks && network != other.network || userAgents && userAgent != other.userAgent { return .different }
        return networks || userAgents ? .same : nil
    }

    /// 32 bits of a keyed hash, zero only for zero.
    ///
    /// Half of the key is enough: records are many, and two values compare equal by accident once in four billion.
    static func mark(_ groupKey: UInt64) -> UInt32 {
        groupKey == 0 ? 0 : max(1, UInt32(truncatingIfNeeded: (groupKey &* 0x9E37_79B9_7F4A_7C15) >> 32))
    }

    /// Whether two marks stand for different values; `nil` when one of them is unknown.
    static func differ(_ one: UInt32, _ other: UInt32) -> Bool? { one == 0 || other == 0 ? nil : one != other }
}

/// An authorization code.
struct CodeRecord: TableRecord {
    /// Time of the first successful redemption.
    var redeemedAt = EventTime.never
    /// Context of the first successful redemption.
    var context = RequestContext.unknown
    /// The client it was issued to or, if that was not seen, its first redeemer.
    var client = ClientMark.unknown
    /// The family that the first redemption created.
    var family = FamilyNumber()
    /// Number of successful redemptions.
    var redemptions: UInt32 = 0
    /// When it was issued.
    var issuedAt = Moment.never
    /// The network it was issued to.
    var issueNetwork: UInt32 = 0
    /// Mark of the redirection URI it was issued for.
    var redirectURI: UInt32 = 0
    /// The scope it was issued for.
    var scope = ScopeSetID.unknown
    /// The network from which it was first presented in vain.
    var refusedNetwork: UInt32 = 0
    /// Whether it was asked for with a challenge; 2 when the log does not say.
    var challenge: UInt8 = 2
    /// Whether it was redeemed although its issue should have been seen and was not, so far.
    var isOrphan = false
    /// The country it was issued to; zero when unknown.
    var country: UInt16 = 0

    /// Whether it was seen being issued.
    var issueSeen: Bool { issuedAt.isKnown }
}

/// A refresh token: a node in its family's tree.
struct TokenRecord: TableRecord {
    /// When it was exchanged for its first successor.
    var rotatedAt = EventTime.never
    /// Context of the request that exchanged it.
    var context = RequestContext.unknown
    /// The family it belongs to.
    var family = FamilyNumber()
    /// Generation in the upper 24 bits, branch in the lower 8.
    var place: UInt32 = 0

    init() {}

    init(_ family: FamilyNumber, generation: Int, branch: Int = 0) {
        self.family = family
        place = UInt32(min(generation, 0xFF_FFFF)) << 8 | UInt32(branch & 0xFF)
    }

    /// The same token at the stem of `family`.
    func moved(to family: FamilyNumber) -> TokenRecord {
        var token = TokenRecord(family, generation: generation)
        token.rotatedAt = rotatedAt
        token.context = context
        return token
    }

    /// Number of tokens between it and the root of the family.
    var generation: Int { Int(place >> 8) }
    /// The line of descent it is in; zero unless the family forked.
    var branch: Int { Int(place & 0xFF) }
    /// Whether it has a successor.
    var isRotated: Bool { rotatedAt != EventTime.never }
}

/// A token family: the refresh tokens that belong to one grant (RFC 9700 §4.14.2).
struct FamilyRecord: TableRecord {
    /// Context of the last successful use.
    var context = RequestContext.unknown
    /// The client that it was created for.
    var client = ClientMark.unknown
    /// The scope it was created with.
    var scope = ScopeSetID.unknown
    /// Mark of that scope's text; a refresh with the same text adds nothing.
    var scopeMark: UInt32 = 0
    /// Number of rotations seen.
    var rotations: UInt32 = 0
    /// The last generation in branch 0.
    var newest: UInt32 = 0
    /// When it was first seen.
    var seenAt = Moment.never
    /// Its last successful use.
    var usedAt = Moment.never
    /// Mark of its user; zero when unknown.
    var user: UInt32 = 0
    /// Mark of the key that its tokens are bound to; zero when they are not, as far as is known.
    var confirmation: UInt32 = 0
    /// Number of branches; zero unless the family forked.
    var branches: UInt8 = 0
    /// Whether it has a ``FamilyIncident``.
    var hasIncident = false
}

/// What went wrong with a family, or ended it.
struct FamilyIncident: TableRecord {
    /// When it was revoked.
    var revokedAt = EventTime.never
    /// When one of its refresh tokens was first refused as used before.
    var reusedAt = EventTime.never
    /// When the code that it comes from was first presented again.
    var codeReplayedAt = EventTime.never
}

/// An access token.
struct AccessTokenRecord: TableRecord {
    /// The family it belongs to, if to any.
    var family = FamilyNumber()
    /// The scope it was issued with.
    var scope = ScopeSetID.unknown
    /// When its lifetime is over; unknown when the log does not say.
    var expiresAt = Moment.never
    /// When it was revoked by itself.
    var revokedAt = Moment.never
}

/// A token that was used although nobody had seen it being issued.
struct UnissuedRecord: TableRecord {
    /// When it was last used so; never once its issue has come.
    var usedAt = EventTime.never
    /// As which artefacts, one bit each.
    var artefacts: UInt8 = 0
}

/// A line of descent in a forked family.
struct BranchRecord: TableRecord {
    /// The branch it left.
    var parent: UInt8 = 0
    /// When a token of it that is newer than every fork on it was first used after the fork.
    var usedAt = EventTime.never
    /// The generation in ``parent`` of the token whose second successor began it.
    var fork: UInt32 = 0
    /// Its last generation; branch 0 has it in its family.
    var newest: UInt32 = 0
    /// Its tokens up to this generation say nothing about who uses it: another branch descends from them too.
    var shared: UInt32 = 0
}

/// A client within a session.
struct SessionRecord: TableRecord {
    /// Last successful redemption of a code that the log does not identify.
    var redeemedAt = EventTime.never
    /// The family created last.
    var family = FamilyNumber()
    /// Whole seconds after ``redeemedAt`` at which a redemption was refused; ``notRefused`` if none was.
    var refusedAfter = SessionRecord.notRefused

    /// Longer after than a refusal is of interest.
    static let notRefused = UInt8.max

    /// When a redemption was refused right after a successful one, to the second before.
    var refusedAt: Int64? {
        refusedAfter == Self.notRefused ? nil : redeemedAt &+ EventTime.microseconds(Int(refusedAfter))
    }
}
