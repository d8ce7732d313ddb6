// Authorization codes: issued, redeemed, presented again.

import AuthEvents
import NetworkPlaces

extension LineageState {
    /// A refusal this soon after a redemption may be the same code again: longer than most codes live.
    private static var refusalWindow: Int64 { EventTime.microseconds(60) }

    /// RFC 6749 §4.1.2: the code "is bound to the client identifier and redirection URI".
    mutating func issueCode(
        _ response: GrantEvent,
        _ batch: EventBatch,
        _ index: Int,
        _ derived: inout DerivedFields
    ) {
        guard response.code.isPresent else { return }
        var code = codes.value(of: response.code) ?? CodeRecord()
        if code.redemptions > 0, isBefore(code.redeemedAt, response) {
            derived.set(.codeState, CodeState.redeemed)
            derived[.codeSecondsSinceRedemption] = EventTime.seconds(from: code.redeemedAt, to: response.time)
        }
        if !code.issueSeen {
            if code.isOrphan { noteLateIssue(of: response.code, as: .code, batch, index) }
            code.isOrphan = false
            if response.client.isKnown { code.client = response.client }
            code.issuedAt = Moment(response.time)
            if batch.isUsersAddress(index) {
                code.issueNetwork = response.context.network
                code.country = place?.country ?? 0
            }
            code.redirectURI = RequestContext.mark(response.redirectURI)
            code.scope = grantedScope(response, batch, index)
            code.challenge = batch.flag(.codeChallengePresent, of: index).map { $0 ? 1 : 0 } ?? 2
        }
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
        if let code { describeIssue(code, request, batch, index, &derived) }
        if let code, isRepeated(code, request) { return redeemAgain(code, request, &derived) }
        describe(code, request, &derived)
        if let code { noteReplay(of: code, request) }
        guard request.succeeded else {
            if let code { noteRefusal(of: code, request, batch, index) }
            if !request.code.isPresent { describeSessionFamily(request, &derived) }
            if let session { noteRefusal(request, session) }
            return
        }
        let isOrphan = request.code.isPresent && !isIssued(code, request) && isIssueLogged(request)
        if isOrphan { derived[.codeOrphan] = 1 }
        describeRequestedScope(request, batch, index, authorized: code?.scope ?? .unknown, &derived)
        let family = createFamily(request, batch, index)
        if request.code.isPresent {
            recordRedemption(of: code ?? CodeRecord(), request, family, isOrphan: isOrphan)
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
        if request.verdict == .codeReplay, request.context.compared(with: family.context) != .same {
            note(\.codeReplayedAt, at: request.time, of: number)
        }
    }

    /// Says how the request compares with the authorization that the code comes from.
    private func describeIssue(
        _ code: CodeRecord,
        _ request: GrantEvent,
        _ batch: EventBatch,
        _ index: Int,
        _ derived: inout DerivedFields
    ) {
        guard code.issueSeen else { return }
        derived[.codeSecondsSinceIssue] = code.issuedAt.seconds(to: request.time)
        derived.set(
            .codeRedirectURIMismatch,
            RequestContext.differ(code.redirectURI, RequestContext.mark(request.redirectURI))
        )
        if code.challenge < 2 { derived.set(.codeChallengePresent, code.challenge == 1) }
        let network = request.context.network
        if code.issueNetwork != 0, network != 0, batch.isUsersAddress(index) {
            derived.set(.codeNetworkMismatch, network != code.issueNetwork)
            if let country = place?.country, country != 0, code.country != 0 {
                derived.set(.codeCountryMismatch, country != code.country)
            }
        }
        derived.set(.codeRefusedNetworkMismatch, RequestContext.differ(code.refusedNetwork, network))
    }

    /// Whether the code was seen being issued, and not only later than it is presented.
    private func isIssued(_ code: CodeRecord?, _ request: GrantEvent) -> Bool {
        guard let code, code.issueSeen else { return false }
        return code.issuedAt <= Moment(request.time)
    }

    /// Longer than any code should live.
    private static var issueLag: UInt32 { 3600 }

    /// Whether the log shows how codes of the client are issued, and did so long enough for the code of `request`.
    private mutating func isIssueLogged(_ request: GrantEvent) -> Bool {
        guard let since = clientRecords.value(of: ValueKey(request.clientKey))?.codesSince else { return false }
        return since.isKnown && since.seconds(to: request.time) >= Self.issueLag
    }

    /// Notes that a code that was not used yet is refused, as it is to a thief who lacks the verifier.
    ///
    /// Only of codes that were seen being issued: whoever guesses codes must not fill the memory.
    private mutating func noteRefusal(
        of code: CodeRecord,
        _ request: GrantEvent,
        _ batch: EventBatch,
        _ index: Int
    ) {
        guard request.refused, code.issueSeen, code.redemptions == 0, code.refusedNetwork == 0,
            request.context.network != 0
        else { return }
        var code = code
        code.refusedNetwork = request.context.network
        codes.set(request.code, code)
    }

    /// Notes that a used code was presented by somebody else, or with success.
    ///
    /// RFC 6749 §4.1.2: the server then "SHOULD revoke (when possible) all tokens previously issued based on that
    /// authorization code". A client that merely repeats its request is no reason to ask for it.
    private mutating func noteReplay(of code: CodeRecord, _ request: GrantEvent) {
        guard code.redemptions > 0, isBefore(code.redeemedAt, request) else { return }
        let isForeign =
            request.context.compared(with: code.context) == .different
            || request.client.differs(from: code.client) == true
        if request.succeeded || isForeign { note(\.codeReplayedAt, at: request.time, of: code.family) }
    }

    private mutating func describe(_ code: CodeRecord?, _ request: GrantEvent, _ derived: inout DerivedFields) {
        guard request.code.isPresent else { return }
        let included: UInt32 = request.succeeded ? 1 : 0
        var code = code
        if !request.succeeded, let redeemedAt = code?.redeemedAt, redeemedAt > request.time { code?.redemptions = 0 }
        guard let code, code.redemptions > 0 || code.issueSeen else {
            derived.set(.codeState, CodeState.unknown)
            derived[.codeRedemptions] = included
            return
        }
        let state: CodeState = code.redemptions > 0 ? .redeemed : .issued
        derived.set(.codeState, state)
        derived[.codeRedemptions] = code.redemptions &+ included
        derived.set(.codeClientMismatch, request.client.differs(from: code.client))
        guard state == .redeemed else { return }
        derived[.codeSecondsSinceRedemption] = EventTime.seconds(from: code.redeemedAt, to: request.time)
        derived.set(.codeContext, request.context.compared(with: code.context))
        if let family = families.value(of: code.family) { describe(family, code.family, request, &derived) }
    }

    private mutating func recordRedemption(
        of code: CodeRecord,
        _ request: GrantEvent,
        _ family: FamilyNumber,
        isOrphan: Bool
    ) {
        var code = code
        if isOrphan { code.isOrphan = true }
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
