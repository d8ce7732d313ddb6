// What ends a family or makes it suspect: revocation, reuse of a refresh token, replay of its code.

import AuthEvents

extension LineageState {
    /// A retry this soon after a rotation is the same device that did not get the answer.
    private static var retryWindow: Int64 { EventTime.microseconds(60) }

    /// What is known to be wrong with the family.
    mutating func incident(_ number: FamilyNumber, _ family: FamilyRecord) -> FamilyIncident {
        family.hasIncident ? incidents.value(of: number) ?? FamilyIncident() : FamilyIncident()
    }

    /// Notes the first time that something happened to family `number`.
    mutating func note(_ what: WritableKeyPath<FamilyIncident, Int64>, at time: Int64, of number: FamilyNumber) {
        guard var family = families.value(of: number) else { return }
        var incident = incident(number, family)
        guard incident[keyPath: what] == EventTime.never else { return }
        incident[keyPath: what] = time
        incidents.set(number, incident)
        guard !family.hasIncident else { return }
        family.hasIncident = true
        families.set(number, family)
    }

    /// Whether something had happened when `request` was made.
    ///
    /// What came later does not count, nor does what an earlier run has seen at that very time if it is read once more.
    func isBefore(_ time: Int64, _ request: GrantEvent) -> Bool {
        time != EventTime.never && (time < request.time || time == request.time && !mayRepeat)
    }

    /// The same to the second.
    func isBefore(_ moment: Moment, _ request: GrantEvent) -> Bool {
        let now = Moment(request.time)
        return moment.isKnown && (moment < now || moment == now && !mayRepeat)
    }

    /// Says what has happened to the family before.
    mutating func describeIncident(
        _ family: FamilyRecord,
        _ number: FamilyNumber,
        _ request: GrantEvent,
        _ derived: inout DerivedFields
    ) {
        guard family.hasIncident else { return }
        let incident = incident(number, family)
        func set(_ field: DerivedField, _ time: Int64) {
            if isBefore(time, request) { derived[field] = EventTime.seconds(from: time, to: request.time) }
        }
        set(.grantRevokedSecondsAgo, incident.revokedAt)
        set(.familyReuseSecondsAgo, incident.reusedAt)
        set(.grantCodeReplayedSecondsAgo, incident.codeReplayedAt)
    }

    /// RFC 9700 §4.14.2: when a refresh token is used that was rotated before, the server "will revoke the active refresh token".
    mutating func noteReuse(
        of token: TokenRecord?,
        _ number: FamilyNumber,
        _ family: FamilyRecord,
        _ request: GrantEvent
    ) {
        guard !request.succeeded else { return }
        var isRetry = false
        var isForeign = false
        if let token, token.isRotated, token.rotatedAt <= request.time {
            let isSoon = request.time &- token.rotatedAt <= Self.retryWindow
            let context = request.context.compared(with: token.context)
            isRetry = isSoon && context != .different && generationsBehind(token, family) == 1
            isForeign = !isSoon && context == .different && request.refused
        }
        if request.verdict == .refreshReuse && !isRetry || isForeign { note(\.reusedAt, at: request.time, of: number) }
    }

    /// The server says that a family was reused of which nothing was seen: its identifier is the server's word, so nobody
    /// else can make them up.
    mutating func noteReuseOfUnknownFamily(_ request: GrantEvent) {
        let number = nextFamily()
        var family = unknownFamily(request)
        family.seenAt = Moment(request.time)
        families.set(number, family)
        familyIDs.set(request.family, number)
        note(\.reusedAt, at: request.time, of: number)
    }
}
