// Attacks on authorization codes and tokens that are already issued.

extension IncidentPlanner {
    /// COD-01: two successes for one code.
    mutating func codeRedeemedTwice(at time: Int64, _ population: inout Population) -> Incident {
        var incident = newIncident(.codeRedeemedTwice, &population)
        let grant = newGrant(incident, population)
        incident.key = .code(grant.code)
        let redeemed = issueTokens(of: grant, at: time, in: &incident)
        var second = grant.redemption(at: redeemed + seconds(5...50), &random)
        second.refreshTokenIssued = random.identifier()
        second.set(attacker(incident, population))
        incident.add(second)
        return incident
    }

    /// COD-02: a success, then the code is presented again from elsewhere and refused.
    mutating func codeReplayed(at time: Int64, _ population: inout Population) -> Incident {
        var incident = newIncident(.codeReplayed, &population)
        let grant = newGrant(incident, population)
        incident.key = format.isKeycloak ? .uuid(grant.session) : .code(grant.code)
        let redeemed = issueTokens(of: grant, at: time, in: &incident)
        // Keycloak's codes live for 60 s, so a later refusal says nothing about a replay.
        let replay = redeemed + seconds(31...55)
        incident.add(grant.refusedRedemption(at: replay, .codeUsed, from: attacker(incident, population)))
        return incident
    }

    /// COD-03: one client's code is presented by another client and refused.
    mutating func codeOfOtherClient(at time: Int64, _ population: inout Population) -> Incident {
        var incident = newIncident(.codeOfOtherClient, &population)
        let victim = newClient(.codeOfOtherClient, suffix: "-victim", &population)
        let grant = Grant(client: victim, user: random.below(Population.userCount), in: population, &random)
        incident.key = .code(grant.code)
        let issued = issueCode(of: grant, at: time, in: &incident)
        var event = grant.refusedRedemption(
            at: issued + seconds(3...20),
            .codeOfOtherClient,
            from: attacker(incident, population)
        )
        event.client = incident.client
        event.session = nil
        event.user = nil
        event.family = nil
        incident.add(event)
        return incident
    }

    /// SCP-02: a refresh asks for a scope that was never granted, and gets it or, where that can be seen, does not.
    mutating func scopeEscalation(at time: Int64, _ population: inout Population) -> Incident {
        var incident = newIncident(.scopeEscalation, &population)
        var grant = newGrant(incident, population)
        incident.key = .uuid(grant.session)
        var now = issueTokens(of: grant, at: time, in: &incident) + seconds(300...900)
        incident.add(grant.refresh(at: now, &random))
        now += seconds(300...900)
        let wider = grant.scope.union(.admin)
        if format == .canonical && random.chance(0.5) {
            var event = grant.refusedRefresh(at: now, .scopeTooWide, token: grant.refreshToken)
            event.scopeRequested = wider
            incident.add(event)
        } else {
            incident.add(grant.refresh(at: now, scope: wider, &random))
        }
        return incident
    }

    /// RFT-01: a refresh token that was rotated is presented again much later from elsewhere and refused.
    mutating func refreshTokenReuse(at time: Int64, _ population: inout Population) -> Incident {
        var incident = newIncident(.refreshTokenReuse, &population)
        var grant = newGrant(incident, population)
        var now = issueTokens(of: grant, at: time, in: &incident) + seconds(300...600)
        let stolen = grant.refreshToken
        incident.key = .uuid(stolen)
        incident.add(grant.refresh(at: now, &random))
        if random.chance(0.5) { incident.add(grant.refresh(at: now + seconds(120...500), &random)) }
        now += seconds(610...1_500)
        let thief = attacker(incident, population)
        incident.add(grant.refusedRefresh(at: now, .refreshTokenReused, token: stolen, from: thief))
        return incident
    }

    /// RFT-03: one refresh token has two successors, and both are used.
    mutating func forkedFamily(at time: Int64, _ population: inout Population) -> Incident {
        var incident = newIncident(.forkedFamily, &population)
        var grant = newGrant(incident, population)
        incident.key = .uuid(grant.refreshToken)
        var now = issueTokens(of: grant, at: time, in: &incident) + seconds(300...600)
        var stolen = grant
        incident.add(grant.refresh(at: now, &random))
        now += seconds(200...600)
        let thief = attacker(incident, population)
        incident.add(stolen.refresh(at: now, from: thief, &random))
        now += seconds(200...600)
        incident.add(grant.refresh(at: now, &random))
        incident.add(stolen.refresh(at: now + seconds(60...300), from: thief, &random))
        return incident
    }

    /// REV-01: a refresh succeeds although the grant was revoked more than five minutes before.
    mutating func useAfterRevocation(at time: Int64, _ population: inout Population) -> Incident {
        var incident = newIncident(.useAfterRevocation, &population)
        var grant = newGrant(incident, population)
        var now = issueTokens(of: grant, at: time, in: &incident) + seconds(300...600)
        incident.add(grant.refresh(at: now, &random))
        incident.key = .uuid(grant.refreshToken)
        now += seconds(60...300)
        incident.add(grant.revocation(at: now))
        now += seconds(330...900)
        incident.add(grant.refresh(at: now, from: attacker(incident, population), &random))
        return incident
    }
}
