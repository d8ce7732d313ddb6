// The ordinary life of an authorization server: what happens when nobody attacks.

/// An endless stream of ordinary events, isolated failures included.
struct Traffic {
    private enum Step {
        case newGrant
        case signIn(Int)
        case respond(Int)
        case redeem(Int)
        case refresh(Int)
        case revoke(Int)
        case clientCredentials
        case introspection
        case wrongPassword
        case expiredArtefact
        case wrongSecret
        case apiCall
    }

    private var schedule = Schedule<Step>()
    private var random: RandomSource
    private var grants: [Grant] = []
    private var freeGrants: [Int] = []
    /// Access tokens that may be introspected: issued lately, and never revoked.
    private var liveTokens: [LogEvent] = []
    private var oldestLiveToken = 0
    /// People who just signed in and may go on to a second client in the same session.
    private var signedIn: [Grant] = []

    /// Traffic that belongs to `seed` and begins at `start`; API calls are for formats that show them.
    init(seed: UInt64, start: Int64, withAPICalls: Bool) {
        random = RandomSource(seed: seed)
        let steps: [Step] = [
            .newGrant, .clientCredentials, .introspection, .wrongPassword, .expiredArtefact, .wrongSecret,
        ]
        for (index, step) in steps.enumerated() { schedule.add(step, at: start + Int64(index)) }
        if withAPICalls { schedule.add(.apiCall, at: start + 7) }
    }

    /// When the next event happens.
    var nextTime: Int64 { schedule.nextTime ?? .max }

    /// The next event; nil if what happens leaves no trace.
    mutating func next(_ population: inout Population) -> LogEvent? {
        guard let (time, step) = schedule.removeNext() else { return nil }
        switch step {
        case .newGrant: return beginGrant(at: time, population)
        case .signIn(let index):
            schedule.add(.respond(index), at: time + random.wait(mean: 300))
            rememberSignIn(of: grants[index])
            return grants[index].login(at: time)
        case .respond(let index):
            schedule.add(.redeem(index), at: time + 150 + random.wait(mean: 800))
            return grants[index].authorizationResponse(at: time)
        case .redeem(let index): return redeem(index, at: time)
        case .refresh(let index): return refresh(index, at: time, population)
        case .revoke(let index):
            freeGrants.append(index)
            return grants[index].revocation(at: time)
        case .clientCredentials: return clientCredentials(at: time, population)
        case .introspection: return introspection(at: time, population)
        case .wrongPassword: return wrongPassword(at: time, population)
        case .expiredArtefact: return expiredArtefact(at: time, &population)
        case .wrongSecret: return wrongSecret(at: time, &population)
        case .apiCall: return apiCall(at: time, population)
        }
    }

    private mutating func beginGrant(at time: Int64, _ population: borrowing Population) -> LogEvent {
        schedule.add(.newGrant, at: time + random.wait(mean: 570))
        let isSecondClient = random.chance(0.08) && !signedIn.isEmpty
        let grant = isSecondClient ? secondGrant(population) : firstGrant(population)
        let index: Int
        if let free = freeGrants.popLast() {
            index = free
            grants[free] = grant
        } else {
            index = grants.count
            grants.append(grant)
        }
        if isSecondClient {
            schedule.add(.respond(index), at: time + random.wait(mean: 200))
        } else {
            schedule.add(.signIn(index), at: time + 2_000 + random.wait(mean: 6_000))
        }
        return grant.authorizationRequest(at: time)
    }

    private mutating func firstGrant(_ population: borrowing Population) -> Grant {
        let client = population.busyClient(&random) { $0.hasUsers }
        var grant = Grant(client: client, user: Population.user(&random), in: population, &random)
        settleEnd(of: &grant)
        return grant
    }

    private mutating func rememberSignIn(of grant: Grant) {
        if signedIn.count < 64 {
            signedIn.append(grant)
        } else {
            signedIn[random.below(64)] = grant
        }
    }

    /// Single sign-on: the same session and browser, another client.
    private mutating func secondGrant(_ population: borrowing Population) -> Grant {
        let first = signedIn.remove(at: random.below(signedIn.count))
        var client = first.client
        while client == first.client { client = population.busyClient(&random) { $0.hasUsers } }
        var grant = Grant(
            client: client,
            user: first.user,
            browser: first.browser,
            session: first.session,
            in: population,
            &random
        )
        settleEnd(of: &grant)
        return grant
    }

    private mutating func settleEnd(of grant: inout Grant) {
        while grant.refreshesLeft < 60 && random.chance(0.875) { grant.refreshesLeft += 1 }
        grant.isRevokedAtEnd = random.chance(0.25)
    }

    private mutating func redeem(_ index: Int, at time: Int64) -> LogEvent {
        let event = grants[index].redemption(at: time, &random)
        continueGrant(index, after: event)
        return event
    }

    private mutating func refresh(_ index: Int, at time: Int64, _ population: borrowing Population) -> LogEvent {
        grants[index].refreshesLeft -= 1
        if random.chance(0.01) && population.clients[grants[index].client].kind == .mobile {
            grants[index].browser.address = Population.address(ofUser: grants[index].user, place: random.within(1...2))
            grants[index].backend = grants[index].browser
        }
        // RFC 6749 §6: a narrower scope is legal, and so is going back to the full grant afterwards.
        var narrower: ScopeSet?
        if random.chance(0.04) {
            var scope = grants[index].scope
            for scopeIndex in ScopeSet.apiScopes where random.chance(0.5) { scope.remove(ScopeSet(index: scopeIndex)) }
            narrower = scope.isEmpty ? nil : scope
        }
        let event = grants[index].refresh(at: time, scope: narrower, &random)
        continueGrant(index, after: event)
        return event
    }

    private mutating func continueGrant(_ index: Int, after event: LogEvent) {
        if !grants[index].isRevokedAtEnd { rememberToken(of: event) }
        if grants[index].refreshesLeft > 0 {
            schedule.add(.refresh(index), at: event.time + 60_000 + random.wait(mean: 840_000))
        } else if grants[index].isRevokedAtEnd {
            schedule.add(.revoke(index), at: event.time + 60_000 + random.wait(mean: 840_000))
        } else {
            freeGrants.append(index)
        }
    }

    private mutating func rememberToken(of event: LogEvent) {
        if liveTokens.count < 4_096 {
            liveTokens.append(event)
        } else {
            liveTokens[oldestLiveToken] = event
            oldestLiveToken = (oldestLiveToken + 1) % liveTokens.count
        }
    }

    private mutating func liveToken(at time: Int64) -> LogEvent? {
        for _ in 0..<8 where !liveTokens.isEmpty {
            let token = liveTokens[random.below(liveTokens.count)]
            if time - token.time < Int64(LogEvent.accessTokenSeconds) * 1_000 { return token }
        }
        return nil
    }

    private mutating func clientCredentials(at time: Int64, _ population: borrowing Population) -> LogEvent {
        schedule.add(.clientCredentials, at: time + random.wait(mean: 620))
        let client = population.busyClient(&random) { $0.isConfidential }
        var event = LogEvent(time: time, kind: .tokenRequest, client: client)
        event.grantType = .clientCredentials
        event.set(population.clients[client].backend(random.below(3)))
        event.accessToken = random.identifier()
        event.scope = population.clients[client].scopes.subtracting([.identity, .offlineAccess])
        rememberToken(of: event)
        return event
    }

    private mutating func introspection(at time: Int64, _ population: borrowing Population) -> LogEvent? {
        schedule.add(.introspection, at: time + random.wait(mean: 620))
        guard let token = liveToken(at: time) else { return nil }
        let client = population.busyClient(&random) { $0 == .service }
        var event = LogEvent(time: time, kind: .introspection, client: client)
        event.set(population.clients[client].backend(random.below(3)))
        event.accessToken = token.accessToken
        event.user = token.user
        event.scope = token.scope
        return event
    }

    private mutating func wrongPassword(at time: Int64, _ population: borrowing Population) -> LogEvent {
        schedule.add(.wrongPassword, at: time + random.wait(mean: 2_500))
        let client = population.busyClient(&random) { $0.hasUsers }
        let grant = Grant(client: client, user: random.below(Population.userCount), in: population, &random)
        return grant.login(at: time, refusal: .passwordWrong)
    }

    /// A code or refresh token that was issued before this log begins and has expired.
    private mutating func expiredArtefact(at time: Int64, _ population: inout Population) -> LogEvent {
        schedule.add(.expiredArtefact, at: time + random.wait(mean: 5_000))
        let client = population.nextInTurn { $0.hasUsers }
        let grant = Grant(client: client, user: random.below(Population.userCount), in: population, &random)
        if random.chance(0.3) { return grant.refusedRedemption(at: time, .codeExpired) }
        return grant.refusedRefresh(at: time, .refreshTokenExpired, token: grant.refreshToken)
    }

    private mutating func wrongSecret(at time: Int64, _ population: inout Population) -> LogEvent {
        schedule.add(.wrongSecret, at: time + random.wait(mean: 10_000))
        let client = population.nextInTurn { $0.isConfidential }
        var event = LogEvent(time: time, kind: .tokenRequest, client: client)
        event.grantType = .clientCredentials
        event.refusal = .clientNotAuthenticated
        event.address = Population.strangerAddress(&random)
        event.userAgent = population.clients[client].backendUserAgent
        return event
    }

    private mutating func apiCall(at time: Int64, _ population: borrowing Population) -> LogEvent? {
        schedule.add(.apiCall, at: time + random.wait(mean: 160))
        guard let token = liveToken(at: time) else { return nil }
        var event = LogEvent(time: time, kind: .apiCall, client: token.client)
        event.address = token.address
        event.userAgent = token.userAgent
        if random.chance(0.03) { event.refusal = .accessTokenExpired }
        return event
    }
}
