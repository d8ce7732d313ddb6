// Attacks and bad practice that a single request shows, and guessing.

extension IncidentPlanner {
    /// RED-01: a code is sent over `http` to a host that is not the user's machine.
    mutating func insecureRedirect(at time: Int64, _ population: inout Population) -> Incident {
        var incident = newIncident(.insecureRedirect, &population)
        var grant = newGrant(incident, population)
        grant.redirect = .insecure(random.below(1_000))
        incident.key = .uuid(grant.session)
        _ = issueCode(of: grant, at: time, in: &incident)
        return incident
    }

    /// RED-02: redirection URIs that nobody registered, refused.
    mutating func unregisteredRedirect(at time: Int64, _ population: inout Population) -> Incident {
        var incident = newIncident(.unregisteredRedirect, &population)
        for attempt in 0..<Int64(3) {
            var grant = newGrant(incident, population)
            grant.browser = attacker(incident, population)
            grant.redirect = .foreign(random.below(1_000))
            var event = grant.authorizationResponse(at: time + attempt * 90_000)
            event.refusal = .redirectNotRegistered
            event.code = nil
            event.scope = []
            event.user = nil
            event.session = nil
            incident.add(event)
        }
        return incident
    }

    /// PKC-01: the challenge is the verifier itself.
    mutating func plainChallenge(at time: Int64, _ population: inout Population) -> Incident {
        var incident = newIncident(.plainChallenge, &population)
        var grant = newGrant(incident, population)
        grant.challenge = .plain
        incident.key = .code(grant.code)
        _ = issueTokens(of: grant, at: time, in: &incident)
        return incident
    }

    /// GRT-01: the client handles the user's password.
    mutating func passwordGrant(at time: Int64, _ population: inout Population) -> Incident {
        var incident = newIncident(.passwordGrant, &population)
        let grant = newGrant(incident, population)
        incident.key = .uuid(grant.session)
        var event = grant.redemption(at: time, &random)
        event.grantType = .password
        event.code = nil
        event.redirect = nil
        event.set(attacker(incident, population))
        incident.add(event)
        return incident
    }

    /// GRT-02: an access token is sent through the browser.
    mutating func implicitGrant(at time: Int64, _ population: inout Population) -> Incident {
        var incident = newIncident(.implicitGrant, &population)
        var grant = newGrant(incident, population)
        grant.responseType = .token
        incident.key = .uuid(grant.session)
        let answered = time + seconds(3...8)
        incident.add(grant.authorizationRequest(at: time))
        incident.add(grant.authorizationResponse(at: answered, accessToken: random.identifier()))
        return incident
    }

    /// BRU-01: many wrong secrets for one client within eight minutes.
    mutating func secretGuessing(at time: Int64, _ population: inout Population) -> Incident {
        var incident = newIncident(.secretGuessing, &population)
        let guesses = random.within(25...45)
        let span = seconds(240...470)
        for guess in 0..<guesses {
            incident.add(wrongSecret(incident, at: time + span * Int64(guess) / Int64(guesses), population))
        }
        return incident
    }

    /// BRU-02: one network tries a few secrets for each of many clients.
    mutating func secretSpraying(at time: Int64, _ population: inout Population) -> Incident {
        var incident = newIncident(.secretSpraying, &population)
        for target in 1...15 {
            let client = newClient(.secretSpraying, suffix: target < 10 ? "-0\(target)" : "-\(target)", &population)
            for _ in 0..<random.within(2...3) {
                var event = wrongSecret(incident, at: time + seconds(0...2_400), population)
                event.client = client
                if target > 12 { event.refusal = .clientNotAuthorized }
                incident.add(event)
            }
        }
        return incident
    }

    /// HYG-01: the log holds an access token that still works.
    mutating func credentialInLog(at time: Int64, _ population: inout Population) -> Incident {
        var incident = newIncident(.credentialInLog, &population)
        let grant = newGrant(incident, population)
        incident.key = .uuid(grant.session)
        let issued = issueCode(of: grant, at: time, in: &incident)
        var event = grant.redemption(at: issued + seconds(1...2), &random)
        event.leak = .tokenInLog
        incident.add(event)
        return incident
    }

    /// HYG-02: an access token in a query (RFC 9700 §4.3.2).
    mutating func tokenInURL(at time: Int64, _ population: inout Population) -> Incident {
        var incident = newIncident(.tokenInURL, &population)
        var event = LogEvent(time: time, kind: .apiCall, client: incident.client)
        event.accessToken = random.identifier()
        event.leak = .tokenInURL
        event.set(attacker(incident, population))
        incident.add(event)
        return incident
    }

    private mutating func wrongSecret(
        _ incident: Incident,
        at time: Int64,
        _ population: borrowing Population
    ) -> LogEvent {
        var event = LogEvent(time: time, kind: .tokenRequest, client: incident.client)
        event.grantType = .clientCredentials
        event.refusal = .clientNotAuthenticated
        event.set(attacker(incident, population))
        return event
    }
}
