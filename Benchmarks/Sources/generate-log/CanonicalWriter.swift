// One flat JSON object a line, with the names of the canonical event.

/// Writes the `grantaudit-json` format.
struct CanonicalWriter: LineWriter {
    var random: RandomSource

    mutating func append(
        _ event: LogEvent,
        _ population: borrowing Population,
        to buffer: inout LineBuffer
    ) -> Bool {
        guard let kind = Self.kind(of: event) else { return false }
        buffer.append("{\"time\":\"")
        buffer.append(time: event.time)
        buffer.append("Z\"")
        buffer.member("kind", kind)
        let success: StaticString = event.kind == .authorizationRequest ? "unknown" : "success"
        buffer.member("outcome", event.refusal == nil ? success : "failure")
        if let refusal = event.refusal { buffer.member("error", refusal.error) }
        if let grantType = event.grantType { buffer.member("grant_type", grantType.name) }
        buffer.member("client_id", population.clients[event.client].id)
        if event.isBackChannel {
            buffer.member("client_auth_method", population.clients[event.client].kind.authentication)
        }
        appendUser(of: event, population, to: &buffer)
        appendRequest(of: event, population, to: &buffer)
        appendArtefacts(of: event, to: &buffer)
        buffer.member("event_id", uuid: random.identifier())
        buffer.append(",\"tenant\":\"prod\"}")
        return true
    }

    private func appendUser(of event: LogEvent, _ population: borrowing Population, to buffer: inout LineBuffer) {
        buffer.member("sub", uuid: event.subject)
        if let user = event.user { buffer.member("username") { $0.append(username: user) } }
        buffer.member("sid", uuid: event.session)
        buffer.member("ip") { $0.append(address: event.address) }
        buffer.member("user_agent", population.userAgents[event.userAgent])
    }

    private func appendRequest(of event: LogEvent, _ population: borrowing Population, to buffer: inout LineBuffer) {
        if !event.scope.isEmpty { buffer.member("scope") { event.scope.append(to: &$0) } }
        if !event.scopeRequested.isEmpty {
            buffer.member("scope_requested") { event.scopeRequested.append(to: &$0) }
        }
        if event.redirect != nil {
            buffer.append(",\"redirect_uri\":\"")
            population.appendRedirect(of: event, to: &buffer)
            buffer.append("\"")
        }
        if let responseType = event.responseType {
            buffer.member("response_type", responseType.name)
            if let challenge = event.challenge { buffer.member("code_challenge_method", challenge.name) }
            buffer.append(",\"code_challenge_present\":")
            buffer.append(event.challenge == nil ? "false" : "true")
        }
        if event.grantType == .authorizationCode { buffer.append(",\"code_verifier_present\":true") }
    }

    private func appendArtefacts(of event: LogEvent, to buffer: inout LineBuffer) {
        if let code = event.code { buffer.member("code_hash") { $0.append(base64URL: code) } }
        buffer.member("access_token_id", uuid: event.accessToken)
        if event.leak == .tokenInLog, let token = event.accessToken {
            buffer.member("access_token") { $0.append(base64URL: token) }
        }
        buffer.member("refresh_token_id", uuid: event.refreshToken)
        buffer.member("refresh_token_issued_id", uuid: event.refreshTokenIssued)
        buffer.member("family", uuid: event.family)
        if event.kind == .tokenRequest && event.accessToken != nil {
            buffer.append(",\"expires_in\":")
            buffer.append(number: LogEvent.accessTokenSeconds)
        }
    }

    private static func kind(of event: LogEvent) -> StaticString? {
        switch event.kind {
        case .authorizationRequest: "authorization.request"
        case .authorizationResponse: "authorization.response"
        case .login: "session.login"
        case .tokenRequest: "token.request"
        case .introspection: "token.introspect"
        case .revocation: "token.revoke"
        case .apiCall: nil
        }
    }
}
