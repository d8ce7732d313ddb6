// What is usual for a client, and what it does for the first time.

import AuthEvents
import FieldRows

extension LineageState {
    /// Networks and redirection URIs of one client that are told apart.
    private static var networksMax: UInt32 { 16 }
    private static var redirectURIsMax: UInt32 { 64 }
    /// From so many cases on there is something usual.
    private static var casesMin: UInt32 { 50 }

    /// Made once: the list is an array each time it is asked for.
    private static let grantTypes = GrantType.allCases

    /// Whether at `time` enough has been seen to say what is usual of what is known since `start`.
    func hasLearned(since start: Moment, at time: Int64) -> Bool {
        start.isKnown && start.seconds(to: time) >= UInt32(clamping: limits.learningSeconds)
    }

    /// Whether everything of the last `seconds` before `request` should be known.
    func isObserved(for seconds: Int, before request: GrantEvent) -> Bool {
        observedSince.isKnown && observedSince.seconds(to: request.time) >= UInt32(clamping: seconds)
    }

    /// A client gets a token: says what it does for the first time, and learns it.
    mutating func learn(
        _ request: GrantEvent,
        _ batch: EventBatch,
        _ index: Int,
        _ derived: inout DerivedFields
    ) {
        guard request.clientKey != 0 else { return }
        let (key, now) = (ValueKey(request.clientKey), Moment(request.time))
        let known = clientRecords.value(of: key)
        var client = known ?? ClientRecord()
        let isFirst = !isBefore(client.seenAt, request)
        if isFirst, hasLearned(since: observedSince, at: request.time) { derived[.baselineClientFirstSeen] = 1 }
        if !client.seenAt.isKnown { client.seenAt = now }
        client.usedAt = max(client.usedAt, now)
        let isKnownWell = hasLearned(since: client.seenAt, at: request.time)
        if isNew(.network, request.network, request, &client.networks, Self.networksMax), isKnownWell {
            derived[.baselineNetworkFirstSeen] = 1
        }
        let grantType = request.grantType.flatMap(Self.grantTypes.firstIndex).map { UInt64($0 + 1) } ?? 0
        var grantTypes: UInt32 = 0
        if isNew(.grantType, grantType, request, &grantTypes, 1), isKnownWell {
            derived[.baselineGrantTypeFirstSeen] = 1
        }
        learnRedirectURI(request, &client, isKnownWell, &derived)
        learnScope(request, &client, isKnownWell, batch, index, &derived)
        learnLifetime(&client, isKnownWell, batch, index, &derived)
        describeConsent(request, client, batch, index, &derived)
        clientRecords.set(key, client)
    }

    /// An authorization request or its answer: says whether the client used PKCE so far, and learns it.
    mutating func learnAuthorization(
        _ event: AuthEvent,
        _ batch: EventBatch,
        _ index: Int,
        _ derived: inout DerivedFields
    ) {
        guard event.client != 0 else { return }
        let key = ValueKey(event.client)
        var client = clientRecords.value(of: key) ?? ClientRecord()
        let before = client
        let isKnownWell = hasLearned(since: client.seenAt, at: event.time)
        if let hasChallenge = batch.flag(.codeChallengePresent, of: index) {
            if !hasChallenge, isKnownWell, client.requests >= Self.casesMin {
                derived[.baselinePKCEPercent] = UInt32(
                    UInt64(client.requestsWithChallenge) * 100 / UInt64(client.requests)
                )
            }
            client.requests &+= 1
            if hasChallenge { client.requestsWithChallenge &+= 1 }
        }
        if event.kind == .authorizationResponse, event.outcome == .success {
            let response = read(event, batch, index)
            learnRedirectURI(response, &client, isKnownWell, &derived)
            if response.code.isPresent, !client.codesSince.isKnown { client.codesSince = Moment(event.time) }
        }
        if client != before { clientRecords.set(key, client) }
    }

    private mutating func learnRedirectURI(
        _ request: GrantEvent,
        _ client: inout ClientRecord,
        _ isKnownWell: Bool,
        _ derived: inout DerivedFields
    ) {
        if isNew(.redirectURI, request.redirectURI, request, &client.redirectURIs, Self.redirectURIsMax), isKnownWell {
            derived[.baselineRedirectURIFirstSeen] = 1
        }
    }

    private mutating func learnScope(
        _ request: GrantEvent,
        _ client: inout ClientRecord,
        _ isKnownWell: Bool,
        _ batch: EventBatch,
        _ index: Int,
        _ derived: inout DerivedFields
    ) {
        var scopeTexts: UInt32 = 0
        guard isNew(.scope, request.scopeKey, request, &scopeTexts, 1) else { return }
        let (base, granted) = (client.scope, grantedScope(request, batch, index))
        guard granted != .unknown else { return }
        let union = scopes.union(base, granted)
        // Without room for the union the client keeps what it has.
        if union != .unknown { client.scope = union }
        guard isKnownWell, base != .unknown, union != base else { return }
        texts.set(.baselineScopeFirstSeen, scopes.words(of: granted, beyond: base), &derived)
    }

    private func learnLifetime(
        _ client: inout ClientRecord,
        _ isKnownWell: Bool,
        _ batch: EventBatch,
        _ index: Int,
        _ derived: inout DerivedFields
    ) {
        guard let number = batch.wholeNumber(.expiresIn, of: index), number > 0 else { return }
        let lifetime = UInt32(clamping: number)
        if isKnownWell, client.lifetimes >= Self.casesMin, lifetime / 2 >= client.longestLifetime {
            derived[.baselineLifetimeFactor] = lifetime / max(1, client.longestLifetime)
        }
        client.lifetimes &+= 1
        client.longestLifetime = max(client.longestLifetime, lifetime)
    }

    /// Whether the client of `request` was never seen with `value` before, which is counted in `count` and remembered up to
    /// `most` of them.
    private mutating func isNew(
        _ kind: PairKind,
        _ value: UInt64,
        _ request: GrantEvent,
        _ count: inout UInt32,
        _ most: UInt32
    ) -> Bool {
        guard value != 0, count <= most else { return false }
        let key = ValueKey(kind, request.clientKey, value)
        if let pair = pairs.value(of: key) { return !isBefore(pair.seenAt, request) && mayRepeat }
        count += 1
        guard count <= most else { return false }
        pairs.set(key, PairRecord(seenAt: Moment(request.time)))
        return true
    }
}
