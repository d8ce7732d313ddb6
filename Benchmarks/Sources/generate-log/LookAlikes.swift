// Harmless sequences that a careless rule would report.

extension IncidentPlanner {
    /// The events of `lookAlike`, among ordinary clients.
    mutating func plan(_ lookAlike: LookAlike, at time: Int64, _ population: inout Population) -> Incident {
        switch lookAlike {
        case .codeSentTwice: codeSentTwice(at: time, &population)
        case .refreshSentTwice: refreshSentTwice(at: time, &population)
        case .scopeNarrowedAndWidened: scopeNarrowedAndWidened(at: time, &population)
        case .someWrongSecrets: someWrongSecrets(at: time, &population)
        case .someWrongPasswords: someWrongPasswords(at: time, &population)
        case .secondClientInSession: secondClientInSession(at: time, &population)
        case .loopbackRedirect: loopbackRedirect(at: time, &population)
        }
    }

    /// The client sends its redemption again at once, and the second is refused.
    private mutating func codeSentTwice(at time: Int64, _ population: inout Population) -> Incident {
        var incident = Incident(nil, client: population.nextInTurn { $0.hasUsers })
        let grant = newGrant(incident, population)
        let redeemed = issueTokens(of: grant, at: time, in: &incident)
        incident.add(grant.refusedRedemption(at: redeemed + Int64(random.within(20...900)), .codeUsed))
        return incident
    }

    /// The client sends its refresh again at once, and the second is refused.
    private mutating func refreshSentTwice(at time: Int64, _ population: inout Population) -> Incident {
        var incident = Incident(nil, client: population.nextInTurn { $0.hasUsers })
        var grant = newGrant(incident, population)
        let now = issueTokens(of: grant, at: time, in: &incident) + seconds(300...900)
        let token = grant.refreshToken
        incident.add(grant.refresh(at: now, &random))
        let again = now + Int64(random.within(20...900))
        incident.add(grant.refusedRefresh(at: again, .refreshTokenReused, token: token))
        return incident
    }

    /// RFC 6749 §6: the client may ask for less, and later for everything again.
    private mutating func scopeNarrowedAndWidened(at time: Int64, _ population: inout Population) -> Incident {
        var incident = Incident(nil, client: population.nextInTurn { $0.hasUsers })
        var grant = newGrant(incident, population)
        var now = issueTokens(of: grant, at: time, in: &incident)
        for scope in [.identity, grant.scope] {
            now += seconds(300...900)
            incident.add(grant.refresh(at: now, scope: scope, &random))
        }
        return incident
    }

    /// A deployment with yesterday's secret: 14 failures in four minutes.
    private mutating func someWrongSecrets(at time: Int64, _ population: inout Population) -> Incident {
        let client = population.nextInTurn { $0.isConfidential }
        var incident = Incident(nil, client: client)
        for attempt in 0..<Int64(14) {
            var event = LogEvent(time: time + attempt * 17_000, kind: .tokenRequest, client: client)
            event.grantType = .clientCredentials
            event.refusal = .clientNotAuthenticated
            event.set(population.clients[client].backend(0))
            incident.add(event)
        }
        return incident
    }

    /// Somebody forgot a password, and remembered it.
    private mutating func someWrongPasswords(at time: Int64, _ population: inout Population) -> Incident {
        var incident = Incident(nil, client: population.nextInTurn { $0.hasUsers })
        let grant = newGrant(incident, population)
        for attempt in 1...Int64(4) {
            incident.add(grant.login(at: time + attempt * 9_000, refusal: .passwordWrong))
        }
        _ = issueTokens(of: grant, at: time + 50_000, in: &incident)
        return incident
    }

    /// Single sign-on: one session, two clients, two codes.
    private mutating func secondClientInSession(at time: Int64, _ population: inout Population) -> Incident {
        var incident = Incident(nil, client: population.nextInTurn { $0.hasUsers })
        let first = newGrant(incident, population)
        let redeemed = issueTokens(of: first, at: time, in: &incident)
        let second = Grant(
            client: population.nextInTurn { $0.hasUsers },
            user: first.user,
            browser: first.browser,
            session: first.session,
            in: population,
            &random
        )
        let requested = redeemed + seconds(2...30)
        incident.add(second.authorizationRequest(at: requested))
        incident.add(second.authorizationResponse(at: requested + 120))
        incident.add(second.redemption(at: requested + 600, &random))
        return incident
    }

    /// RFC 8252 §7.3: `http` is fine where the request never leaves the machine.
    private mutating func loopbackRedirect(at time: Int64, _ population: inout Population) -> Incident {
        var incident = Incident(nil, client: population.nextInTurn { $0 == .mobile })
        var grant = newGrant(incident, population)
        grant.redirect = .loopback(random.within(49_152...65_535))
        _ = issueTokens(of: grant, at: time, in: &incident)
        return incident
    }
}
