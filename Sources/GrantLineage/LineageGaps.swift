// What lineage had to forget for want of room, as rules that ask about it need to know.

import FieldRows

extension DerivedField {
    /// The tables that it is read from; none for what the client registry says.
    fileprivate var tables: [LineagePart] {
        switch self {
        case .ipCountry, .ipASN: []
        case .codeState, .codeRedemptions, .codeSecondsSinceRedemption, .codeClientMismatch, .codeContext,
            .codeSecondsSinceIssue, .codeRedirectURIMismatch, .codeChallengePresent, .codeNetworkMismatch,
            .codeRefusedNetworkMismatch, .codeOrphan, .codeCountryMismatch:
            [.codes]
        case .refreshTokenState: [.tokens, .families]
        case .refreshTokenSecondsSinceRotation, .refreshTokenGenerationsBehind, .refreshTokenContext: [.tokens]
        case .refreshTokenClientMismatch, .familyRotations, .grantContext, .familyAgeSeconds, .familyIdleSeconds,
            .familyUserMismatch, .familyConfirmationPresent, .familyConfirmationMismatch:
            [.tokens, .families, .familyIDs]
        case .grantRevokedSecondsAgo, .familyReuseSecondsAgo: [.tokens, .families, .familyIDs, .incidents]
        case .grantCodeReplayedSecondsAgo: [.codes, .tokens, .families, .familyIDs, .incidents]
        case .grantCredentialChangedSecondsAgo: [.tokens, .families, .familyIDs, .users]
        case .grantScopeNotRequested: [.codes, .scopes]
        case .grantScopeWithoutConsent: [.clients, .pairs, .scopes]
        case .accessTokenState, .accessTokenSecondsSinceExpiry, .subjectTokenState: [.accessTokens]
        case .subjectTokenScopeAdded: [.accessTokens, .scopes]
        case .sessionEndedSecondsAgo: [.endedSessions]
        case .userDisabledSecondsAgo, .userIdleSeconds, .userTravelKmh: [.users]
        case .baselineUserCountryFirstSeen: [.users, .pairs]
        case .clientDeletedSecondsAgo, .clientIdleSeconds, .baselineClientFirstSeen, .baselinePKCEPercent,
            .baselineLifetimeFactor:
            [.clients]
        case .baselineNetworkFirstSeen, .baselineGrantTypeFirstSeen, .baselineRedirectURIFirstSeen: [.clients, .pairs]
        case .baselineScopeFirstSeen: [.clients, .pairs, .scopes]
        case .baselineRateZ, .baselineRateLogZ: [.rates, .rateHistories]
        case .familyLiveBranches: [.tokens, .families, .branches]
        case .grantScopeAdded: [.tokens, .families, .familyIDs, .scopes]
        case .grantSecondsSinceRedemption, .grantCodeRefused: [.sessions]
        case .clientRegistered, .clientType, .clientRedirectURIRegistered, .clientGrantTypeRegistered,
            .clientScopeNotRegistered, .clientNetworkRegistered, .clientAuthMethodRegistered,
            .clientAccessTokenLifetimeExceeded:
            []
        }
    }
}

extension LineagePart {
    fileprivate var words: String {
        switch self {
        case .codes: "authorization codes"
        case .tokens: "refresh tokens"
        case .families: "token families"
        case .familyIDs: "identifiers of token families"
        case .sessions: "sessions"
        case .branches: "branches of token families"
        case .incidents: "revocations and reuses of token families"
        case .accessTokens: "access tokens"
        case .users: "users"
        case .endedSessions: "ended sessions"
        case .clients: "clients"
        case .pairs: "what clients were seen with"
        case .rates, .rateHistories: "rates of clients"
        case .unissued: "tokens that were never issued"
        case .scopes: "scopes of grants"
        }
    }
}

extension LineageTracker {
    /// Why nothing can be unusual yet, as `field`, which is learned, would have to say; `nil` if it can.
    public func learning(of field: DerivedField) -> String? {
        let isRate = field == .baselineRateZ || field == .baselineRateLogZ
        let needed = max(limits.learningSeconds, isRate ? LineageState.rateSecondsMin : 0)
        if limits.learningSeconds == 0 { return nil }
        let (since, until) = state.observed
        let seconds = since.isKnown ? Int(since.seconds(to: until)) : 0
        if seconds >= needed { return nil }
        return "what is usual is not known yet: \(seconds / 86_400) of \(needed / 86_400) days were seen"
    }

    /// Why `field` says too little of events since `time`: what it is read from was forgotten although it was still alive.
    public func gap(in field: DerivedField, since time: Int64) -> String? {
        if field.tables.isEmpty { return nil }
        let statistics = statistics
        let gaps = field.tables.compactMap { gap(in: $0, statistics, since: time) }
        return gaps.isEmpty ? nil : gaps.joined(separator: ", ")
    }

    private func gap(in part: LineagePart, _ statistics: LineageStatistics, since time: Int64) -> String? {
        if part == .scopes {
            let count = statistics.scopesNotRemembered
            return count > 0 ? "\(count) \(part.words) were not remembered for want of room" : nil
        }
        let records = statistics[part]
        guard let horizon = records.horizon,
            horizon.later(by: EventTime.microseconds(limits.lifetimeSeconds(part))) > time
        else { return nil }
        let day = CivilDate(daysSince1970: (horizon / 1_000_000) / 86_400).text
        return "\(records.evicted) \(part.words), last seen before \(day) or on it, were forgotten for want of room"
    }
}

extension LineageLimits {
    /// How long records of `part` are remembered at least, room permitting.
    fileprivate func lifetimeSeconds(_ part: LineagePart) -> Int {
        switch part {
        case .codes: codeLifetimeSeconds
        case .accessTokens: accessTokenLifetimeSeconds
        default: familyIdleSeconds
        }
    }
}
