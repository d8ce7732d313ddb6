// One event of a log as sentences: what was asked, by whom, and how it ended.

import Detections

/// Tells what an event says.
struct EventSentences {
    /// What was asked, by whom and how it ended.
    let what: String
    /// What else matters of it.
    let details: [String]

    /// Told from the fields of one event; parties and details that `before` already had are left out.
    init(_ fields: [NamedValue], after before: [NamedValue] = []) {
        let values = Dictionary(fields.map { ($0.name, $0.value) }) { first, _ in first }
        let earlier = Dictionary(before.map { ($0.name, $0.value) }) { first, _ in first }
        var what = Self.action(values)
        for (name, words) in Self.parties {
            guard let value = values[name], value != earlier[name] else { continue }
            // The name says more than the number behind it.
            if name == "sub", values["username"] != nil { continue }
            what += " \(words) \(StoryWords.shown(value))"
        }
        self.what = what + Self.ending(values)
        let known = Set(Self.details(earlier))
        details = Self.details(values).filter { !known.contains($0) }
    }

    private static let parties = [
        ("client_id", "by client"), ("username", "for user"), ("sub", "for user"), ("act", "acting party"),
        ("ip", "from"), ("user_agent", "with the software"), ("sid", "in session"),
    ]

    private static func action(_ values: [String: String]) -> String {
        let kind = values["kind"] ?? "other"
        if kind == "token.request", let grantType = values["grant_type"] {
            return grantTypes[grantType] ?? "Token request with grant type \(StoryWords.shown(grantType))"
        }
        if kind == "http.access" {
            let method = values["http_method"].map { " " + StoryWords.shown($0) } ?? ""
            return "Request\(method)\(values["http_path"].map { " to " + StoryWords.shown($0) } ?? "")"
        }
        if kind == "other", let type = values["native_type"] {
            return "Event \(StoryWords.shown(type))"
        }
        return kinds[kind] ?? "Event of kind \(StoryWords.shown(kind))"
    }

    private static let grantTypes = [
        "authorization_code": "Redemption of an authorization code",
        "refresh_token": "Exchange of a refresh token",
        "password": "Token request with a user's password",
        "client_credentials": "Token request of a client for itself",
        "urn:ietf:params:oauth:grant-type:device_code": "Token request with a device code",
        "urn:ietf:params:oauth:grant-type:token-exchange": "Token exchange",
        "urn:ietf:params:oauth:grant-type:jwt-bearer": "Token request with a signed assertion",
        "urn:ietf:params:oauth:grant-type:saml2-bearer": "Token request with a SAML assertion",
        "urn:openid:params:grant-type:ciba": "Token request after a request on another device",
    ]

    private static let kinds = [
        "authorization.request": "Authorization request", "authorization.response": "Authorization response",
        "par.request": "Pushed authorization request", "device.authorization": "Request for a device code",
        "device.verification": "Entry of a device's user code", "token.request": "Token request",
        "token.introspect": "Introspection of a token", "token.revoke": "Revocation of a token",
        "userinfo": "Request for user information", "consent.grant": "Consent given",
        "consent.deny": "Consent refused", "consent.revoke": "Consent withdrawn", "session.login": "Sign-in",
        "session.logout": "Sign-out", "client.authenticate": "Authentication of a client",
        "client.register": "Registration of a client", "client.update": "Change of a client",
        "client.delete": "Deletion of a client", "client.secret": "Change of a client's credentials",
        "server.change": "Change of the server's configuration", "other": "Event",
    ]

    private static func ending(_ values: [String: String]) -> String {
        let status = values["http_status"].map { "answered with \(StoryWords.shown($0))" }
        switch values["outcome"] {
        case "success": return ": succeeded."
        case "failure":
            let reasons = [values["error"] ?? values["native_error"], values["error_description"]].compactMap(\.self)
                .map { StoryWords.shown($0) }
            let reason = reasons.isEmpty ? status : reasons.joined(separator: ", ")
            return ": refused" + (reason.map { " (\($0))." } ?? ".")
        default: return status.map { ": \($0)." } ?? "; the log does not say how it ended."
        }
    }

    private static func details(_ values: [String: String]) -> [String] {
        var result: [String] = []
        if let verdict = values["verdict"] {
            result.append("The server itself says: \(verdicts[verdict] ?? StoryWords.shown(verdict)).")
        }
        if let requested = values["scope_requested"] {
            result.append("Scope asked for: \(StoryWords.shown(words: requested)).")
        }
        if let granted = values["scope"] { result.append("Scope: \(StoryWords.shown(words: granted)).") }
        if let uri = values["redirect_uri"] { result.append("The redirection URI was \(StoryWords.shown(uri)).") }
        if let type = values["response_type"] { result.append("Asked for: \(StoryWords.shown(words: type)).") }
        if values["code_challenge_present"] == "false" {
            result.append("There was no code challenge (PKCE).")
        } else if let method = values["code_challenge_method"] {
            result.append("The code challenge (PKCE) was made with the method \(StoryWords.shown(method)).")
        }
        if values["code_verifier_present"] == "false" { result.append("There was no code verifier (PKCE).") }
        if let audience = values["aud"] ?? values["resource"] {
            result.append("It was about \(StoryWords.shown(audience)).")
        }
        if let text = values["expires_in"], let seconds = Int64(text) {
            result.append("The access token lives \(DurationText.seconds(seconds)).")
        }
        let credentials = [values["credential_in_log"], values["credential_in_url"]].compactMap(\.self)
        if !credentials.isEmpty {
            let names = StoryWords.shown(words: credentials.joined(separator: " "))
            result.append("The line shows in plain text: \(names). The value is not kept here.")
        }
        return result
    }

    private static let verdicts = [
        "code_replay": "the code was used before", "refresh_reuse": "the refresh token was used before",
        "client_mismatch": "it belongs to another client",
    ]
}
