// One flat JSON object a line, as a home-grown server might write it.

/// Writes the `flat` format.
struct FlatWriter: LineWriter {
    var random: RandomSource

    mutating func append(
        _ event: LogEvent,
        _ population: borrowing Population,
        to buffer: inout LineBuffer
    ) -> Bool {
        guard let name = Self.name(of: event) else { return false }
        buffer.append("{\"time\":\"")
        buffer.append(time: event.time)
        buffer.append("Z\"")
        buffer.member("event", name)
        buffer.member("outcome", event.refusal == nil ? "success" : "failure")
        if let refusal = event.refusal { buffer.member("error", refusal.error) }
        if let grantType = event.grantType { buffer.member("grant_type", grantType.name) }
        buffer.member("client_id", population.clients[event.client].id)
        if event.isBackChannel {
            buffer.member("client_auth", population.clients[event.client].kind.authentication)
        }
        buffer.member("sub", uuid: event.subject)
        buffer.member("session_id", uuid: event.session)
        buffer.member("ip") { $0.append(address: event.address) }
        buffer.member("user_agent", population.userAgents[event.userAgent])
        if !event.scope.isEmpty { buffer.member("scope") { event.scope.append(to: &$0) } }
        if event.redirect != nil { appendRedirect(of: event, population, to: &buffer) }
        if let code = event.code { buffer.member("code_hash") { $0.append(base64URL: code) } }
        buffer.member("access_token_id", uuid: event.accessToken)
        buffer.member("refresh_token_id", uuid: event.refreshTokenIssued)
        buffer.member("parent_refresh_token_id", uuid: event.refreshToken)
        buffer.member("request_id", uuid: random.identifier())
        buffer.append(",\"realm\":\"prod\",\"node\":\"as-0")
        buffer.append(number: random.below(4))
        buffer.append("\",\"duration_ms\":")
        buffer.append(number: 2 + random.below(24))
        buffer.append("}")
        return true
    }

    private func appendRedirect(of event: LogEvent, _ population: borrowing Population, to buffer: inout LineBuffer) {
        buffer.append(",\"redirect_uri\":\"")
        population.appendRedirect(of: event, to: &buffer)
        buffer.append("\"")
    }

    private static func name(of event: LogEvent) -> StaticString? {
        switch event.kind {
        case .authorizationResponse: event.refusal == nil ? "authorization.code_issued" : "authorization.failed"
        case .tokenRequest where event.refusal != nil: "token.failed"
        case .tokenRequest: event.grantType == .refreshToken ? "token.refreshed" : "token.issued"
        case .introspection: "token.introspected"
        case .revocation: "token.revoked"
        case .login: event.refusal == nil ? nil : "login.failed"
        case .authorizationRequest, .apiCall: nil
        }
    }
}
