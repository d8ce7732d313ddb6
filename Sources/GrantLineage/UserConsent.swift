// What users have agreed to, client by client.

import AuthEvents

extension LineageState {
    /// A user agrees to what a client asks for.
    mutating func noteConsent(_ event: AuthEvent, _ batch: EventBatch, _ index: Int) {
        guard event.client != 0 else { return }
        let (clientKey, now) = (ValueKey(event.client), Moment(event.time))
        var client = clientRecords.value(of: clientKey) ?? ClientRecord()
        if !client.consentsSince.isKnown {
            client.consentsSince = now
            clientRecords.set(clientKey, client)
        }
        guard event.user != 0 else { return }
        let key = ValueKey(.consent, event.client, event.user)
        var scope = ScopeSetID.unknown
        _ = batch.withText((.scope, .scopeRequested), of: index) { scope = scopes.set($0) }
        guard let pair = pairs.value(of: key) else { return pairs.set(key, PairRecord(seenAt: now, scope: scope)) }
        // Whoever agreed to what is not said has agreed to anything.
        let isAny = pair.scope == .unknown || scope == .unknown
        pairs.set(key, PairRecord(seenAt: pair.seenAt, scope: isAny ? .unknown : scopes.union(pair.scope, scope)))
    }

    /// OpenID Connect Core §3.1.2.4: the server "MUST obtain an authorization decision" before it gives anything to a client.
    ///
    /// Says what of a new grant the user has not agreed to. That is told once; and what was granted while nothing was learned
    /// yet counts as agreed to, for who knows when that was.
    mutating func describeConsent(
        _ request: GrantEvent,
        _ client: ClientRecord,
        _ batch: EventBatch,
        _ index: Int,
        _ derived: inout DerivedFields
    ) {
        guard request.grantType == .authorizationCode || request.grantType == .deviceCode, request.user != 0,
            isBefore(client.consentsSince, request)
        else { return }
        let granted = grantedScope(request, batch, index)
        guard granted != .unknown else { return }
        let key = ValueKey(.consent, request.clientKey, request.user)
        let pair = pairs.value(of: key)
        if let pair, pair.scope == .unknown || pair.scope == granted { return }
        let union = scopes.union(pair?.scope ?? .unknown, granted)
        guard union != .unknown, union != pair?.scope else { return }
        pairs.set(key, PairRecord(seenAt: pair?.seenAt ?? Moment(request.time), scope: union))
        guard hasLearned(since: observedSince, at: request.time) else { return }
        let added = ScopeWords.beyondClaims(scopes.words(of: granted, beyond: pair?.scope ?? .unknown))
        texts.set(.grantScopeWithoutConsent, added, &derived)
    }
}
