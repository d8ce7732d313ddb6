// One grant from authorization request to revocation, and the events of its life.

/// Where a request comes from.
struct Origin: Equatable {
    var address: UInt32
    /// Index of the user agent in the population.
    var userAgent: Int
}

/// A user's grant to a client, with the tokens that are current.
struct Grant {
    let client: Int
    let user: Int
    let session: Identifier
    let family: Identifier
    let code: Identifier
    let scope: ScopeSet
    /// The user's browser or device.
    var browser: Origin
    /// Where token requests come from: the browser or device, or a confidential client's server.
    var backend: Origin
    var refreshToken: Identifier
    /// How often the client will still refresh.
    var refreshesLeft = 0
    /// Whether the client revokes the refresh token at the end.
    var isRevokedAtEnd = false
    var challenge: LogEvent.ChallengeMethod? = .s256
    var redirect = LogEvent.RedirectTarget.registered
    var responseType = LogEvent.ResponseType.code

    /// A new grant of `user` to `client`; with `session`, of somebody who has signed in before.
    init(
        client: Int,
        user: Int,
        browser: Origin? = nil,
        session: Identifier? = nil,
        in population: borrowing Population,
        _ random: inout RandomSource
    ) {
        self.client = client
        self.user = user
        self.session = session ?? random.identifier()
        family = random.identifier()
        code = random.identifier()
        refreshToken = random.identifier()
        let details = population.clients[client]
        var granted = details.scopes.intersection([.identity, .offlineAccess])
        for index in ScopeSet.apiScopes where details.scopes.contains(ScopeSet(index: index)) && random.chance(0.75) {
            granted.insert(ScopeSet(index: index))
        }
        scope = granted
        let browser =
            browser
            ?? Origin(
                address: Population.address(ofUser: user, place: random.chance(0.1) ? 1 : 0),
                userAgent: population.browsers.lowerBound + random.below(population.browsers.count)
            )
        self.browser = browser
        backend = details.kind.isConfidential ? details.backend(random.below(3)) : browser
    }

    /// The browser asks for a code.
    func authorizationRequest(at time: Int64) -> LogEvent {
        var event = frontChannel(.authorizationRequest, at: time)
        event.scope = []
        event.user = nil
        event.session = nil
        return event
    }

    /// The user signs in, or fails to.
    func login(at time: Int64, refusal: LogEvent.Refusal? = nil) -> LogEvent {
        var event = frontChannel(.login, at: time)
        event.scope = []
        event.scopeRequested = []
        event.responseType = nil
        event.challenge = nil
        event.refusal = refusal
        return event
    }

    /// The server issues a code, or a token in the implicit grant.
    func authorizationResponse(at time: Int64, accessToken: Identifier? = nil) -> LogEvent {
        var event = frontChannel(.authorizationResponse, at: time)
        event.code = responseType == .code ? code : nil
        event.accessToken = accessToken
        return event
    }

    /// The client redeems the code.
    func redemption(at time: Int64, _ random: inout RandomSource) -> LogEvent {
        var event = tokenRequest(.authorizationCode, at: time)
        event.code = code
        event.accessToken = random.identifier()
        event.refreshTokenIssued = refreshToken
        event.scope = scope
        event.redirect = redirect
        return event
    }

    /// Somebody presents the code and is refused.
    func refusedRedemption(at time: Int64, _ refusal: LogEvent.Refusal, from origin: Origin? = nil) -> LogEvent {
        var event = tokenRequest(.authorizationCode, at: time)
        event.code = code
        event.redirect = redirect
        event.refusal = refusal
        event.set(origin)
        return event
    }

    /// The client exchanges the current refresh token for its successor.
    mutating func refresh(
        at time: Int64,
        scope granted: ScopeSet? = nil,
        from origin: Origin? = nil,
        _ random: inout RandomSource
    ) -> LogEvent {
        var event = tokenRequest(.refreshToken, at: time)
        event.refreshToken = refreshToken
        refreshToken = random.identifier()
        event.refreshTokenIssued = refreshToken
        event.accessToken = random.identifier()
        event.scope = granted ?? scope
        if let granted { event.scopeRequested = granted }
        event.set(origin)
        return event
    }

    /// Somebody presents a refresh token and is refused.
    func refusedRefresh(
        at time: Int64,
        _ refusal: LogEvent.Refusal,
        token: Identifier,
        from origin: Origin? = nil
    ) -> LogEvent {
        var event = tokenRequest(.refreshToken, at: time)
        event.refreshToken = token
        event.refusal = refusal
        event.set(origin)
        return event
    }

    /// The client revokes its refresh token (RFC 7009).
    func revocation(at time: Int64) -> LogEvent {
        var event = backChannel(.revocation, at: time)
        event.refreshToken = refreshToken
        event.family = family
        return event
    }

    private func frontChannel(_ kind: LogEvent.Kind, at time: Int64) -> LogEvent {
        var event = LogEvent(time: time, kind: kind, client: client)
        event.user = user
        event.session = session
        event.set(browser)
        event.scope = scope
        event.scopeRequested = scope
        event.redirect = redirect
        event.responseType = responseType
        event.challenge = responseType == .code ? challenge : nil
        return event
    }

    private func backChannel(_ kind: LogEvent.Kind, at time: Int64) -> LogEvent {
        var event = LogEvent(time: time, kind: kind, client: client)
        event.user = user
        event.session = session
        event.set(backend)
        return event
    }

    private func tokenRequest(_ grantType: LogEvent.GrantType, at time: Int64) -> LogEvent {
        var event = backChannel(.tokenRequest, at: time)
        event.grantType = grantType
        event.family = family
        return event
    }
}

extension LogEvent {
    /// Lets the event come from `origin`, if given.
    mutating func set(_ origin: Origin?) {
        guard let origin else { return }
        address = origin.address
        userAgent = origin.userAgent
    }
}

extension Client {
    /// One of the client's servers.
    func backend(_ number: Int) -> Origin {
        Origin(address: backendAddress + UInt32(number), userAgent: backendUserAgent)
    }
}
