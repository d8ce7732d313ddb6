// Token families: created by a grant, found again by token, identifier or session.

import AuthEvents

extension LineageState {
    /// Creates the family of the grant that `request` obtained and returns its number.
    ///
    /// Where the server names its families and this one is known and alive, the grant becomes part of it.
    mutating func createFamily(_ request: GrantEvent, _ batch: EventBatch, _ index: Int) -> FamilyNumber {
        let scope = grantedScope(request, batch, index)
        let number: FamilyNumber
        var family: FamilyRecord
        if let (known, record) = identifiedFamily(request.family), !isRevoked(known, record) {
            (number, family) = (known, record)
            family.scope = scopes.union(record.scope, scope)
            if family.scope != scope { family.scopeMark = 0 }
            if !family.client.isKnown { family.client = request.client }
        } else {
            (number, family) = (nextFamily(), FamilyRecord())
            family.scope = scope
            family.scopeMark = scope == .unknown ? 0 : RequestContext.mark(request.scopeKey)
            family.client = request.client
            if request.family.isPresent { familyIDs.set(request.family, number) }
        }
        family.noteUse(by: request)
        families.set(number, family)
        noteAccessToken(request, number, scope, batch, index)
        addRoot(request.refreshTokenIssued, number)
        if request.session.isComplete {
            var session = sessions.value(of: request.session) ?? SessionRecord()
            session.family = number
            sessions.set(request.session, session)
        }
        return number
    }

    /// A family whose creation was not seen, as a successful use reveals it.
    func unknownFamily(_ request: GrantEvent) -> FamilyRecord {
        var family = FamilyRecord()
        family.client = request.client
        return family
    }

    private mutating func isRevoked(_ number: FamilyNumber, _ family: FamilyRecord) -> Bool {
        incident(number, family).revokedAt != EventTime.never
    }

    /// The family that `request` is about: by its refresh token, else by the family's identifier, else by session.
    mutating func family(
        of token: TokenRecord?,
        _ request: GrantEvent
    ) -> (number: FamilyNumber, record: FamilyRecord)? {
        if let number = token?.family, let record = families.value(of: number) { return (number, record) }
        if request.family.isPresent { return identifiedFamily(request.family) }
        guard request.session.isComplete, let number = sessions.value(of: request.session)?.family,
            let record = families.value(of: number)
        else { return nil }
        return (number, record)
    }

    /// Lets later events find the family by the identifier and session of `request`, if they find none so far.
    mutating func remember(_ number: FamilyNumber, _ request: GrantEvent) {
        if request.family.isPresent, identifiedFamily(request.family) == nil {
            familyIDs.set(request.family, number)
        }
        guard request.session.isComplete else { return }
        var session = sessions.value(of: request.session) ?? SessionRecord()
        if families.value(of: session.family) == nil {
            session.family = number
            sessions.set(request.session, session)
        }
    }

    private mutating func identifiedFamily(_ id: TokenFingerprint) -> (FamilyNumber, FamilyRecord)? {
        guard id.isPresent, let number = familyIDs.value(of: id), let record = families.value(of: number) else {
            return nil
        }
        return (number, record)
    }

    /// RFC 6749 §5.1: `scope` may be missing from a response "if identical to the scope requested by the client".
    mutating func grantedScope(_ request: GrantEvent, _ batch: EventBatch, _ index: Int) -> ScopeSetID {
        if let known = scopes.set(ofKey: request.scopeKey) { return known }
        var scope = ScopeSetID.unknown
        _ = batch.withText((.scope, .scopeRequested), of: index) {
            scope = scopes.set($0)
            scopes.remember(scope, key: request.scopeKey)
        }
        return scope
    }

    /// A token that a new grant returns again, as some servers do, goes over to it, unless it was exchanged already.
    private mutating func addRoot(_ issued: TokenFingerprint, _ number: FamilyNumber) {
        guard issued.isPresent else { return }
        if let token = tokens.value(of: issued), token.isRotated || token.family == number { return }
        tokens.set(issued, TokenRecord(number, generation: 0))
    }
}

extension FamilyRecord {
    /// Notes that `request` used the family with success.
    mutating func noteUse(by request: GrantEvent) {
        let now = Moment(request.time)
        context = request.context
        if !seenAt.isKnown { seenAt = now }
        usedAt = max(usedAt, now)
        if user == 0 { user = RequestContext.mark(request.user) }
        if confirmation == 0 { confirmation = request.confirmation }
    }
}
