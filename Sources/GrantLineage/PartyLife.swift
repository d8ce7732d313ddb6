// Users, sessions and clients: when they were last seen, and when they ended.

import AuthEvents

extension LineageState {
    /// Says what is known of the parties of a token request.
    mutating func describeParties(_ request: GrantEvent, _ derived: inout DerivedFields) {
        if request.user != 0, let user = users.value(of: ValueKey(request.user)) {
            if isBefore(user.endedAt, request) {
                derived[.userDisabledSecondsAgo] = user.endedAt.seconds(to: request.time)
            }
            if isBefore(user.usedAt, request) { derived.set(.userIdleSeconds, days: user.usedAt, to: request.time) }
        }
        if request.session.session != 0, endedSessions.count > 0,
            let session = endedSessions.value(of: ValueKey(request.session.session)), isBefore(session.endedAt, request)
        {
            derived[.sessionEndedSecondsAgo] = session.endedAt.seconds(to: request.time)
        }
        guard request.clientKey != 0, let client = clientRecords.value(of: ValueKey(request.clientKey)) else { return }
        if isBefore(client.deletedAt, request) {
            derived[.clientDeletedSecondsAgo] = client.deletedAt.seconds(to: request.time)
        }
        if isBefore(client.usedAt, request) { derived.set(.clientIdleSeconds, days: client.usedAt, to: request.time) }
    }

    /// A token request had success: the user is there.
    mutating func noteUser(of request: GrantEvent) {
        guard request.user != 0 else { return }
        let (key, now) = (ValueKey(request.user), Moment(request.time))
        var user = users.value(of: key) ?? UserRecord()
        guard user.usedAt < now else { return }
        user.usedAt = now
        if !user.seenAt.isKnown { user.seenAt = now }
        users.set(key, user)
    }

    /// An account is switched off or on, or its credentials change.
    mutating func changeUser(_ event: AuthEvent) {
        guard event.user != 0 else { return }
        let (key, now) = (ValueKey(event.user), Moment(event.time))
        var user = users.value(of: key) ?? UserRecord()
        switch event.kind {
        case .userDisable: if !user.endedAt.isKnown { user.endedAt = now }
        case .userEnable: user.endedAt = .never
        default: user.changedAt = max(user.changedAt, now)
        }
        users.set(key, user)
    }

    /// A user signs out of a session.
    mutating func endSession(_ event: AuthEvent) {
        guard event.session != 0 else { return }
        let key = ValueKey(event.session)
        var session = endedSessions.value(of: key) ?? SessionEnd()
        if !session.endedAt.isKnown { session.endedAt = Moment(event.time) }
        endedSessions.set(key, session)
    }

    /// A user gets a grant in a session that had ended: it goes on.
    mutating func resumeSession(of request: GrantEvent) {
        guard request.session.session != 0, endedSessions.count > 0 else { return }
        let key = ValueKey(request.session.session)
        guard var session = endedSessions.value(of: key), isBefore(session.endedAt, request) else { return }
        session.endedAt = .never
        endedSessions.set(key, session)
    }

    /// A client is registered or deleted.
    mutating func changeClient(_ event: AuthEvent) {
        guard event.client != 0 else { return }
        let key = ValueKey(event.client)
        guard var client = clientRecords.value(of: key) ?? (event.kind == .clientDelete ? ClientRecord() : nil) else {
            return
        }
        if event.kind == .clientRegister {
            client.deletedAt = .never
        } else if !client.deletedAt.isKnown {
            client.deletedAt = Moment(event.time)
        }
        clientRecords.set(key, client)
    }
}
