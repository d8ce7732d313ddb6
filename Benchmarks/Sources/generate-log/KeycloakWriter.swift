// Keycloak's event log: key="value" text, bare or as the message of a JSON object.

/// Writes the `keycloak-json` and `keycloak-text` formats.
///
/// The order of the keys is Keycloak's: the event's own, the error, then details. A missing user is the text `null`.
struct KeycloakWriter: LineWriter {
    var random: RandomSource
    let isJSON: Bool
    private var sequence = 0

    /// A writer of JSON objects or of text.
    init(random: RandomSource, isJSON: Bool) {
        self.random = random
        self.isJSON = isJSON
    }

    mutating func append(
        _ event: LogEvent,
        _ population: borrowing Population,
        to buffer: inout LineBuffer
    ) -> Bool {
        guard let type = Self.type(of: event) else { return false }
        let thread = random.below(64)
        sequence += 1
        appendHead(of: event, thread: thread, to: &buffer)
        appendEvent(event, type, population, to: &buffer)
        guard isJSON else { return true }
        buffer.append("\",\"threadName\":\"executor-thread-")
        buffer.append(number: thread)
        buffer.append("\",\"threadId\":")
        buffer.append(number: thread + 40)
        buffer.append(",\"mdc\":{},\"ndc\":\"\",\"hostName\":\"keycloak-")
        buffer.append(number: random.below(4))
        buffer.append("\",\"processName\":\"/usr/lib/jvm/java-21/bin/java\",\"processId\":1}")
        return true
    }

    private func appendHead(of event: LogEvent, thread: Int, to buffer: inout LineBuffer) {
        if isJSON {
            buffer.append("{\"timestamp\":\"")
            buffer.append(time: event.time)
            buffer.append("Z\",\"sequence\":")
            buffer.append(number: sequence)
            buffer.append(",\"loggerClassName\":\"org.jboss.logging.Logger\",\"loggerName\":\"org.keycloak.events\"")
            buffer.append(event.refusal == nil ? ",\"level\":\"DEBUG\"" : ",\"level\":\"WARN\"")
            buffer.append(",\"message\":\"")
        } else {
            buffer.append(time: event.time, dateEnd: " ", fraction: ",")
            buffer.append(event.refusal == nil ? " DEBUG" : " WARN ")
            buffer.append(" [org.keycloak.events] (executor-thread-")
            buffer.append(number: thread)
            buffer.append(") ")
        }
    }

    private func appendEvent(
        _ event: LogEvent,
        _ type: StaticString,
        _ population: borrowing Population,
        to buffer: inout LineBuffer
    ) {
        let quote: StaticString = isJSON ? "\\\"" : "\""
        buffer.append("type=")
        buffer.append(quote)
        buffer.append(type)
        if event.refusal != nil { buffer.append("_ERROR") }
        buffer.append(quote)
        buffer.pair("realmId", quote) { $0.append("5c1e9b2a-7f04-4d0e-9a53-2f6f0a3c1d77") }
        buffer.pair("realmName", quote) { $0.append("prod") }
        let client = population.clients[event.client].id
        buffer.pair("clientId", quote) { $0.append(client) }
        let subject = event.refusal == nil || event.kind == .login ? event.subject : nil
        buffer.pair("userId", quote) { text in
            if let subject { text.append(uuid: subject) } else { text.append("null") }
        }
        buffer.pair("sessionId", quote, uuid: event.session)
        buffer.pair("ipAddress", quote) { $0.append(address: event.address) }
        if let refusal = event.refusal { buffer.pair("error", quote) { $0.append(Self.error(of: refusal)) } }
        switch event.kind {
        case .authorizationResponse, .login: appendLogin(event, population, quote, to: &buffer)
        default: appendToken(event, population, quote, to: &buffer)
        }
    }

    private func appendLogin(
        _ event: LogEvent,
        _ population: borrowing Population,
        _ quote: StaticString,
        to buffer: inout LineBuffer
    ) {
        buffer.pair("auth_method", quote) { $0.append("openid-connect") }
        buffer.pair("auth_type", quote) { $0.append("code") }
        if let responseType = event.responseType {
            buffer.pair("response_type", quote) { $0.append(responseType.name) }
        }
        buffer.append(", redirect_uri=")
        buffer.append(quote)
        population.appendRedirect(of: event, to: &buffer)
        buffer.append(quote)
        if event.refusal == nil { buffer.pair("consent", quote) { $0.append("no_consent_required") } }
        buffer.pair("code_id", quote, uuid: event.session)
        if let user = event.user { buffer.pair("username", quote) { $0.append(username: user) } }
        if let responseType = event.responseType {
            let mode: StaticString = responseType == .code ? "query" : "fragment"
            buffer.pair("response_mode", quote) { $0.append(mode) }
        }
    }

    private func appendToken(
        _ event: LogEvent,
        _ population: borrowing Population,
        _ quote: StaticString,
        to buffer: inout LineBuffer
    ) {
        if let token = event.accessToken {
            buffer.pair("token_id", quote) { text in
                text.append(Self.tokenPrefix(of: event))
                text.append(uuid: token)
            }
        }
        if event.refusal == .refreshTokenReused {
            buffer.pair("reason", quote) { $0.append("Maximum allowed refresh token reuse exceeded") }
        } else if event.refusal == .refreshTokenExpired {
            buffer.pair("reason", quote) { $0.append("Token is not active") }
        }
        if let grantType = event.grantType { buffer.pair("grant_type", quote) { $0.append(grantType.name) } }
        if event.refreshToken != nil || event.refreshTokenIssued != nil {
            buffer.pair("refresh_token_type", quote) { $0.append("Refresh") }
        }
        if !event.scope.isEmpty { buffer.pair("scope", quote) { event.scope.append(to: &$0) } }
        if event.grantType == .refreshToken {
            buffer.pair("updated_refresh_token_id", quote, uuid: event.refreshTokenIssued)
        }
        buffer.pair("refresh_token_id", quote, uuid: event.refreshToken ?? event.refreshTokenIssued)
        if event.code != nil { buffer.pair("code_id", quote, uuid: event.session) }
        let client = population.clients[event.client]
        if event.kind == .revocation { buffer.pair("revoked_client", quote) { $0.append(client.id) } }
        if event.refusal != .clientNotAuthenticated {
            // Public clients are reported as `client-secret` too.
            let signs = client.kind == .service || client.kind == .partner
            let method: StaticString = signs ? "client-jwt" : "client-secret"
            buffer.pair("client_auth_method", quote) { $0.append(method) }
        }
        if event.grantType == .password, let user = event.user {
            buffer.pair("username", quote) { $0.append(username: user) }
        } else if event.grantType == .clientCredentials && event.refusal == nil {
            buffer.pair("username", quote) { text in
                text.append("service-account-")
                text.append(client.id)
            }
        }
    }

    private static func type(of event: LogEvent) -> StaticString? {
        switch event.kind {
        case .authorizationResponse: "LOGIN"
        case .login: event.refusal == nil ? nil : "LOGIN"
        case .tokenRequest:
            switch event.grantType {
            case .authorizationCode: "CODE_TO_TOKEN"
            case .refreshToken: "REFRESH_TOKEN"
            case .password: "LOGIN"
            case .clientCredentials, nil: "CLIENT_LOGIN"
            }
        case .introspection: "INTROSPECT_TOKEN"
        case .revocation: "REVOKE_GRANT"
        case .authorizationRequest, .apiCall: nil
        }
    }

    private static func error(of refusal: LogEvent.Refusal) -> StaticString {
        switch refusal {
        case .codeUsed, .codeOfOtherClient: "invalid_code"
        case .codeExpired: "expired_code"
        case .refreshTokenReused, .refreshTokenExpired, .accessTokenExpired: "invalid_token"
        case .clientNotAuthenticated: "invalid_client_credentials"
        case .clientNotAuthorized: "not_allowed"
        case .scopeTooWide: "invalid_request"
        case .redirectNotRegistered: "invalid_redirect_uri"
        case .passwordWrong: "invalid_user_credentials"
        }
    }

    /// Session kind, token kind and grant, two letters each.
    private static func tokenPrefix(of event: LogEvent) -> StaticString {
        switch event.grantType {
        case .authorizationCode: "onrtac:"
        case .refreshToken: "onrtrt:"
        case .password: "onrtro:"
        case .clientCredentials: "trrtcc:"
        case nil: event.user == nil ? "trrtcc:" : "onrtac:"
        }
    }
}

extension LineBuffer {
    /// Appends `, key="value"` with the text that `value` appends.
    fileprivate mutating func pair(_ key: StaticString, _ quote: StaticString, value: (inout LineBuffer) -> Void) {
        append(", ")
        append(key)
        append("=")
        append(quote)
        value(&self)
        append(quote)
    }

    /// Appends `, key="identifier"`; nothing if there is none.
    fileprivate mutating func pair(_ key: StaticString, _ quote: StaticString, uuid identifier: Identifier?) {
        guard let identifier else { return }
        pair(key, quote) { $0.append(uuid: identifier) }
    }
}
