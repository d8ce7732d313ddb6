// Access tokens: issued, used, introspected, exchanged, revoked.

import AuthEvents

extension LineageState {
    /// Remembers an access token that `request` obtained, with what it is good for.
    mutating func noteAccessToken(
        _ request: GrantEvent,
        _ family: FamilyNumber,
        _ scope: ScopeSetID,
        _ batch: EventBatch,
        _ index: Int
    ) {
        guard request.accessToken.isPresent else { return }
        var token = accessTokens.value(of: request.accessToken) ?? AccessTokenRecord()
        token.family = family
        token.scope = scope
        if let lifetime = batch.wholeNumber(.expiresIn, of: index) {
            token.expiresAt = Moment(request.time &+ EventTime.microseconds(lifetime))
        }
        accessTokens.set(request.accessToken, token)
    }

    /// RFC 7009 §2.1: revoking one access token need not end the grant.
    mutating func revokeAccessToken(_ request: GrantEvent) {
        guard var token = accessTokens.value(of: request.accessToken), !token.revokedAt.isKnown else { return }
        token.revokedAt = Moment(request.time)
        accessTokens.set(request.accessToken, token)
    }

    /// An access token is used or introspected; its grant is of interest only once it is revoked.
    mutating func use(_ request: GrantEvent, _ derived: inout DerivedFields) {
        var number: FamilyNumber?
        if request.accessToken.isPresent {
            let token = accessTokens.value(of: request.accessToken)
            if let state = state(of: token, request) {
                derived.set(.accessTokenState, state)
                if state == .unknown { noteUnissued(request.accessToken, as: .accessToken, request) }
            }
            guard let token else { return }
            if token.expiresAt.isKnown, token.expiresAt < Moment(request.time) {
                derived[.accessTokenSecondsSinceExpiry] = token.expiresAt.seconds(to: request.time)
            }
            number = token.family
        }
        if let number, let family = families.value(of: number) {
            describeRevoked(family, number, request, &derived)
        } else if let (number, family) = family(of: nil, request) {
            describeRevoked(family, number, request, &derived)
        }
    }

    /// A token is exchanged for another one (RFC 8693 §2.1).
    mutating func exchangeToken(
        _ request: GrantEvent,
        _ batch: EventBatch,
        _ index: Int,
        _ derived: inout DerivedFields
    ) {
        guard request.subjectToken.isPresent else { return }
        let token = accessTokens.value(of: request.subjectToken)
        if let state = state(of: token, request) {
            derived.set(.subjectTokenState, state)
            if state == .unknown { noteUnissued(request.subjectToken, as: .subjectToken, request) }
        }
        guard let token, token.scope != .unknown else { return }
        let added = batch.withText(request.scopeFields, of: index) { scopes.words($0, beyond: token.scope) }
        texts.set(.subjectTokenScopeAdded, added ?? [], &derived)
    }

    /// What the token was when `request` was made; `nil` when it may have been issued before the log was followed.
    private mutating func state(of token: AccessTokenRecord?, _ request: GrantEvent) -> AccessTokenState? {
        guard let token else {
            let isCovered =
                accessTokens.count > 0 && isObserved(for: limits.accessTokenLifetimeSeconds, before: request)
            return isCovered ? .unknown : nil
        }
        if isBefore(token.revokedAt, request) { return .revoked }
        if let family = families.value(of: token.family),
            isBefore(incident(token.family, family).revokedAt, request)
        {
            return .revoked
        }
        return token.expiresAt.isKnown && token.expiresAt < Moment(request.time) ? .expired : .active
    }

    private mutating func describeRevoked(
        _ family: FamilyRecord,
        _ number: FamilyNumber,
        _ request: GrantEvent,
        _ derived: inout DerivedFields
    ) {
        if isBefore(incident(number, family).revokedAt, request) { describe(family, number, request, &derived) }
    }
}
