// The access log of a web server in front of the authorization server and one API.

/// Writes the `combined` format of nginx and Apache.
struct AccessLogWriter: LineWriter {
    var random: RandomSource

    mutating func append(
        _ event: LogEvent,
        _ population: borrowing Population,
        to buffer: inout LineBuffer
    ) -> Bool {
        buffer.append(address: event.address)
        let client = population.clients[event.client]
        if event.isBackChannel && client.kind == .web {
            // `$remote_user` is the claimed client_id of HTTP Basic authentication, even if that fails.
            buffer.append(" - ")
            buffer.append(client.id)
            buffer.append(" [")
        } else {
            buffer.append(" - - [")
        }
        buffer.append(commonLogTime: event.time)
        buffer.append("] \"")
        appendTarget(of: event, population, to: &buffer)
        buffer.append(" HTTP/1.1\" ")
        let status = Self.status(of: event)
        buffer.append(number: status)
        buffer.append(" ")
        buffer.append(number: status == 200 ? 900 + random.below(600) : status == 302 ? 0 : 26 + random.below(80))
        buffer.append(" \"-\" \"")
        buffer.append(population.userAgents[event.userAgent])
        buffer.append("\"")
        return true
    }

    private mutating func appendTarget(
        of event: LogEvent,
        _ population: borrowing Population,
        to buffer: inout LineBuffer
    ) {
        switch event.kind {
        case .authorizationRequest:
            buffer.append("GET /oauth/authorize")
            appendQuery(of: event, population, to: &buffer)
        case .authorizationResponse:
            buffer.append(event.refusal == nil ? "POST /oauth/authorize" : "GET /oauth/authorize")
            appendQuery(of: event, population, to: &buffer)
        case .login: buffer.append("POST /login")
        case .tokenRequest: buffer.append("POST /oauth/token")
        case .introspection: buffer.append("POST /oauth/introspect")
        case .revocation: buffer.append("POST /oauth/revoke")
        case .apiCall:
            buffer.append("GET /api/me")
            guard event.leak == .tokenInURL, let token = event.accessToken else { return }
            buffer.append("?client_id=")
            buffer.append(population.clients[event.client].id)
            buffer.append("&access_token=")
            buffer.append(base64URL: token)
        }
    }

    private mutating func appendQuery(
        of event: LogEvent,
        _ population: borrowing Population,
        to buffer: inout LineBuffer
    ) {
        buffer.append("?response_type=")
        buffer.append(event.responseType == .token ? "token" : "code")
        buffer.append("&client_id=")
        buffer.append(population.clients[event.client].id)
        buffer.append("&redirect_uri=")
        population.appendRedirect(of: event, inQuery: true, to: &buffer)
        buffer.append("&scope=")
        event.scopeRequested.append(to: &buffer, separator: "+", inQuery: true)
        buffer.append("&state=")
        buffer.append(base64URL: random.identifier(), count: 22)
        guard let challenge = event.challenge else { return }
        buffer.append("&code_challenge=")
        buffer.append(base64URL: random.identifier())
        buffer.append("&code_challenge_method=")
        buffer.append(challenge.name)
    }

    private static func status(of event: LogEvent) -> Int {
        switch event.refusal {
        case .clientNotAuthenticated, .accessTokenExpired: 401
        case .passwordWrong: event.kind == .login ? 401 : 400
        case .some: 400
        case nil: event.kind == .authorizationResponse || event.kind == .login ? 302 : 200
        }
    }
}
