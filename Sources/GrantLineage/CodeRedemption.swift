// Authorization codes: issued, redeemed, presented again.

import AuthEvents

extension LineageState {
    /// A refusal this soon after a redemption may be the same code again: longer than most codes live.
    private static var refusalWindow: Int64 { EventTime.microseconds(60) }

    /// RFC 6749 §4.1.2: the code "is bound to the client identifier and redirection URI".
    mutating func issueCode(_ response: GrantEvent) {
        guard response.code.isPresent else { return }
        var code = codes.value(of: response.code) ?? CodeRecord()
        if !code.issueSeen && response.client.isKnown { code.client = response.client }
        code.issueSeen = true
        codes.set(response.code, code)
    }

    /// A code is presented at the token endpoint.
    mutating func redeem(
        _ request: GrantEvent,
        _ session: SessionRecord?,
        _ batch: EventBatch,
        _ index: Int,
        _ derived: inout DerivedFields
    ) {
        let code = codes.value(of: request.code)
        if let code, isRepeated(code, request) { return redeemAgain(code, request, &derived) }
        describe(code, request, &derived)
        guard request.succeeded else {
            if !request.code.isPresent { describeSessionFamily(request, &derived) }
            if let session { noteRefusal(request, session) }
            return
        }
        let family = createFamily(request, batch, index)
        if request.code.isPresent {
            recordRedemption(of: code ?? CodeRecord(), request, family)
        } else if request.session.isComplete {
            var session = sessions.value(of: request.session) ?? SessionRecord()
            session.redeemedAt = max(session.redeemedAt, request.time)
            if session.refusedAt != nil { session.refusedAfter = 0 }
            knowsRedemptionsBySession = true
            sessions.set(request.session, session)
        }
    }

    /// Whether this is the redemption that an earlier run has seen, read once more.
    ///
    /// A second redemption at the same time brings a token that nobody has seen.
    private mutating func isRepeated(_ code: CodeRecord, _ request: GrantEvent) -> Bool {
        guard mayRepeat, request.succeeded, code.redemptions > 0, code.redeemedAt == request.time else { return false }
        let issued = request.refreshTokenIssued
        return !issued.isPresent || isRemembered(tokens.value(of: issued))
    }

    /// Says of a redemption read once more what was said of it then, and learns nothing.
    private mutating func redeemAgain(
        _ code: CodeRecord,
        _ request: GrantEvent,
        _ derived: inout DerivedFields
    ) {
        var before = code
        before.redemptions = 0
        before.redeemedAt = EventTime.never
        describe(code.issueSeen ? before : nil, request, &derived)
    }

    /// Says what is known of the request's client within its session, which is returned.
    mutating func describeSession(_ request: GrantEvent, _ derived: inout DerivedFields) -> SessionRecord? {
        guard knowsRedemptionsBySession, request.session.isComplete,
            let session = sessions.value(of: request.session)
        else { return nil }
        // A late event, or one read once more, knows nothing of what came after it.
        if session.redeemedAt != EventTime.never, session.redeemedAt <= request.time,
            !(mayRepeat && session.redeemedAt == request.time)
        {
            derived[.grantSecondsSinceRedemption] = EventTime.seconds(from: session.redeemedAt, to: request.time)
        }
        if let refusedAt = session.refusedAt, refusedAt < request.time || (refusedAt == request.time && !mayRepeat) {
            derived[.grantCodeRefused] = 1
        }
        return session
    }

    /// Where no code is identified, a refused redemption is about the grant of its session, if about any.
    private mutating func describeSessionFamily(_ request: GrantEvent, _ derived: inout DerivedFields) {
        guard request.session.isComplete, let number = sessions.value(of: request.session)?.family,
            let family = families.value(of: number)
        else { return }
        describe(family, number, request, &derived)
    }

    private mutating func describe(_ code: CodeRecord?, _ request: GrantEvent, _ derived: inout DerivedFields) {
        guard request.code.isPresent else { return }
        let included: UInt32 = request.succeeded ? 1 : 0
        var code = code
        if !request.succeeded, let redeemedAt = code?.redeemedAt, redeemedAt > request.time { code?.redemptions = 0 }
        guard let code, code.redemptions > 0 || code.issueSeen else {
            derived[.codeState] = UInt32(CodeState.unknown.rawValue)
            derived[.codeRedemptions] = included
            return
        }
        let state: CodeState = code.redemptions > 0 ? .redeemed : .issued
        derived[.codeState] = UInt32(state.rawValue)
        derived[.codeRedemptions] = code.redemptions &+ included
        derived.set(.codeClientMismatch, request.client.differs(from: code.client))
        guard state == .redeemed else { return }
        derived[.codeSecondsSinceRedemption] = EventTime.seconds(from: code.redeemedAt, to: request.time)
        derived.set(.codeContext, request.context.compared(with: code.context))
        if let family = families.value(of: code.family) { describe(family, code.family, request, &derived) }
    }

    private mutating func recordRedemption(of code: CodeRecord, _ request: GrantEvent, _ family: FamilyNumber) {
        var code = code
        if code.redemptions == 0 {
            code.redeemedAt = request.time
            code.context = request.context
            code.family = family
            if !code.client.isKnown { code.client = request.client }
        }
        code.redemptions &+= 1
        codes.set(request.code, code)
    }

    /// Where no code is identified, two redemptions in one session are normal, but a refusal right after one is not.
    private mutating func noteRefusal(_ request: GrantEvent, _ session: SessionRecord) {
        guard request.refused, session.redeemedAt != EventTime.never, session.refusedAt == nil,
            (0...Self.refusalWindow).contains(request.time &- session.redeemedAt)
        else { return }
        var session = session
        session.refusedAfter = UInt8(EventTime.seconds(from: session.redeemedAt, to: request.time))
        sessions.set(request.session, session)
    }
}
