// Refresh tokens: presented, exchanged, presented again, revoked.

import AuthEvents

extension LineageState {
    /// A refresh token is presented at the token endpoint.
    mutating func refresh(
        _ request: GrantEvent,
        _ batch: EventBatch,
        _ index: Int,
        _ derived: inout DerivedFields
    ) {
        // Both lookups at once: each waits for memory, and together they wait no longer than one of them.
        let issued = tokens.value(of: request.refreshTokenIssued)
        let token = tokens.value(of: request.refreshToken)
        let found = family(of: token, request)
        let isNew = request.refreshTokenIssued.isPresent && !isRemembered(issued)
        describe(token, found, request, issuesNew: isNew, &derived)
        if let (number, family) = found {
            describe(family, number, request, &derived)
            describeScope(family, request, batch, index, &derived)
            noteReuse(of: token, number, family, request)
        } else if request.verdict == .refreshReuse, request.family.isPresent {
            noteReuseOfUnknownFamily(request)
        }
        // What a server refuses changes nothing, whatever the server says about it.
        guard request.succeeded else { return }
        let isIdentified =
            request.refreshToken.isPresent || request.refreshTokenIssued.isPresent || request.family.isPresent
            || request.session.isComplete
        guard isIdentified else { return }
        let number = found?.number ?? nextFamily()
        var family = found?.record ?? unknownFamily(request)
        if request.refreshToken.isPresent {
            let token = token ?? TokenRecord(number, generation: Int(family.newest))
            exchange(token, request, issuesNew: isNew, number, &family)
        } else if isNew {
            succeedUnknown(request, number, &family)
        }
        // This use counts: it may be the one that shows the second holder.
        if family.branches > 0 && !request.rotationOptional {
            derived[.familyLiveBranches] = liveBranches(number, family, at: request.time)
        }
        family.noteUse(by: request)
        families.set(number, family)
        noteAccessToken(request, number, family.scope, batch, index)
        // A family that was found will be found again.
        if found == nil { remember(number, request) }
    }

    /// A refresh token or a grant is revoked.
    ///
    /// RFC 7009 §2.1: revoking a refresh token ends the grant; revoking one access token need not.
    mutating func revoke(_ request: GrantEvent) {
        let isAccessTokenOnly =
            request.accessToken.isPresent && !request.refreshToken.isPresent && !request.family.isPresent
        if isAccessTokenOnly { return revokeAccessToken(request) }
        let token = tokens.value(of: request.refreshToken)
        guard let (number, _) = family(of: token, request) else { return }
        note(\.revokedAt, at: request.time, of: number)
    }

    /// Says what is known of the family, which the grant is followed by.
    mutating func describe(
        _ family: FamilyRecord,
        _ number: FamilyNumber,
        _ request: GrantEvent,
        _ derived: inout DerivedFields
    ) {
        derived[.familyRotations] = family.rotations
        if family.branches > 0 && !request.rotationOptional {
            derived[.familyLiveBranches] = liveBranches(number, family, at: request.time)
        }
        describeIncident(family, number, request, &derived)
        derived.set(.grantContext, request.context.compared(with: family.context))
        let user = RequestContext.mark(request.user)
        if RequestContext.differ(user, family.user) == true { derived[.familyUserMismatch] = 1 }
        if family.confirmation != 0 { derived[.familyConfirmationPresent] = 1 }
        if RequestContext.differ(request.confirmation, family.confirmation) == true {
            derived[.familyConfirmationMismatch] = 1
        }
        derived.set(.familyAgeSeconds, days: family.seenAt, to: request.time)
        if isBefore(family.usedAt, request) { derived.set(.familyIdleSeconds, days: family.usedAt, to: request.time) }
        if request.user != 0, let changedAt = users.value(of: ValueKey(request.user))?.changedAt,
            isBefore(changedAt, request), family.seenAt < changedAt
        {
            derived[.grantCredentialChangedSecondsAgo] = changedAt.seconds(to: request.time)
        }
    }

    private mutating func describe(
        _ token: TokenRecord?,
        _ found: (number: FamilyNumber, record: FamilyRecord)?,
        _ request: GrantEvent,
        issuesNew: Bool,
        _ derived: inout DerivedFields
    ) {
        guard request.refreshToken.isPresent else { return }
        if let (_, family) = found {
            derived.set(.refreshTokenClientMismatch, request.client.differs(from: family.client))
        }
        guard let token else {
            derived.set(.refreshTokenState, RefreshTokenState.unknown)
            // Of a grant that nobody knows, nothing is missing.
            if found != nil { noteUnissued(request.refreshToken, as: .refreshToken, request) }
            return
        }
        let isRotated = isRotated(token, asOf: request, issuesNew: issuesNew)
        var isRevoked = false
        if let (number, family) = found { isRevoked = isBefore(incident(number, family).revokedAt, request) }
        let isSuperseded = request.rotationOptional && request.succeeded
        let state: RefreshTokenState =
            isRevoked ? .revoked : !isRotated ? .active : isSuperseded ? .superseded : .rotated
        derived.set(.refreshTokenState, state)
        guard isRotated else { return }
        derived[.refreshTokenSecondsSinceRotation] = EventTime.seconds(from: token.rotatedAt, to: request.time)
        derived.set(.refreshTokenContext, request.context.compared(with: token.context))
        if let (_, family) = found { derived[.refreshTokenGenerationsBehind] = generationsBehind(token, family) }
    }

    /// Whether the presented token had been exchanged when `request` was made.
    ///
    /// A late request that succeeds with a new successor is a second exchange all the same: there are two now.
    private func isRotated(_ token: TokenRecord, asOf request: GrantEvent, issuesNew: Bool) -> Bool {
        guard token.isRotated else { return false }
        if token.rotatedAt < request.time || request.succeeded && issuesNew { return true }
        return token.rotatedAt == request.time && !mayRepeat
    }

    /// RFC 6749 §6: the scope "MUST NOT include any scope not originally granted by the resource owner".
    private mutating func describeScope(
        _ family: FamilyRecord,
        _ request: GrantEvent,
        _ batch: EventBatch,
        _ index: Int,
        _ derived: inout DerivedFields
    ) {
        guard family.scope != .unknown else { return }
        if request.succeeded, request.scopeKey != 0, RequestContext.mark(request.scopeKey) == family.scopeMark {
            return
        }
        var added = ScopeSetID.unknown
        _ = batch.withText(request.scopeFields, of: index) {
            added = scopes.added($0, beyond: family.scope, granted: request.succeeded)
        }
        if added != .unknown { derived[.grantScopeAdded] = added.rawValue }
    }

    /// The presented `token` is accepted; a new one issued for it is its successor.
    ///
    /// A server that answers a retry with the same successor again issues nothing new.
    private mutating func exchange(
        _ token: TokenRecord,
        _ request: GrantEvent,
        issuesNew: Bool,
        _ number: FamilyNumber,
        _ family: inout FamilyRecord
    ) {
        var token = token
        if token.family != number {
            // Its own family was forgotten.
            token = token.moved(to: number)
            family.newest = max(family.newest, UInt32(token.generation))
        }
        let issued = request.refreshTokenIssued
        if issued.isPresent && !issued.equals(request.refreshToken) {
            if issuesNew {
                let successor = successor(of: token, number, &family, request)
                tokens.set(issued, successor)
                family.rotations &+= 1
            }
            if !token.isRotated {
                token.rotatedAt = request.time
                token.context = request.context
            }
        }
        tokens.set(request.refreshToken, token)
        noteUse(of: token, number, family, at: request.time)
    }

    /// A refresh is accepted but the log does not say which token was presented: the newest, presumably.
    private mutating func succeedUnknown(
        _ request: GrantEvent,
        _ number: FamilyNumber,
        _ family: inout FamilyRecord
    ) {
        family.newest &+= 1
        family.rotations &+= 1
        tokens.set(request.refreshTokenIssued, TokenRecord(number, generation: Int(family.newest)))
    }

    /// Whether there is such a token, in a family that is remembered as well.
    mutating func isRemembered(_ token: TokenRecord?) -> Bool {
        guard let token else { return false }
        return families.value(of: token.family) != nil
    }
}
