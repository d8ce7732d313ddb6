// What an authorization server says happened.

/// The operation an event reports.
///
/// The token endpoint has one kind; `grant_type` tells its uses apart.
public enum EventKind: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    /// Authorization request (RFC 6749 §4.1.1).
    case authorizationRequest
    /// Authorization response: the code or token is issued, or the request refused (RFC 6749 §4.1.2).
    case authorizationResponse
    /// Pushed authorization request (RFC 9126 §2).
    case parRequest
    /// Device authorization request (RFC 8628 §3.1).
    case deviceAuthorization
    /// The user enters the user code (RFC 8628 §3.3).
    case deviceVerification
    /// Access token request (RFC 6749 §4.1.3, §6).
    case tokenRequest
    /// Token introspection (RFC 7662).
    case tokenIntrospect
    /// Token revocation (RFC 7009).
    case tokenRevoke
    /// UserInfo request (OpenID Connect Core §5.3).
    case userinfo
    /// The resource owner consents.
    case consentGrant
    /// The resource owner refuses.
    case consentDeny
    /// A consent is withdrawn.
    case consentRevoke
    /// The resource owner signs in.
    case sessionLogin
    /// The resource owner signs out.
    case sessionLogout
    /// A client authenticates, reported apart from its request (RFC 6749 §2.3).
    case clientAuthenticate
    /// A client is registered (RFC 7591).
    case clientRegister
    /// A client's registration changes (RFC 7592 §2.2).
    case clientUpdate
    /// A client is deleted (RFC 7592 §2.3).
    case clientDelete
    /// A client's credentials change.
    case clientSecret
    /// A user's account is switched off, locked for good or deleted.
    case userDisable
    /// A user's account is switched on again.
    case userEnable
    /// A user's password or other credential changes, or is reset.
    case userCredential
    /// The server's configuration changes.
    case serverChange
    /// A request that is none of the above, seen in an access log.
    case httpAccess
    /// Anything else the server says about authorization.
    case other
    /// What became of an input; said by the audit itself, see ``LogFact``.
    case logInput
    /// Something is missing in a log: numbers, or events for a long time; said by the audit itself.
    case logGap
    /// Times that cannot be right; said by the audit itself.
    case logTime

    /// The name used in rules, reports and the database, such as `token.request`.
    public var name: String { Self.names[Int(rawValue)] }

    /// All names in order of raw value.
    public static let names = [
        "authorization.request", "authorization.response", "par.request", "device.authorization",
        "device.verification", "token.request", "token.introspect", "token.revoke", "userinfo", "consent.grant",
        "consent.deny", "consent.revoke", "session.login", "session.logout", "client.authenticate", "client.register",
        "client.update", "client.delete", "client.secret", "user.disable", "user.enable", "user.credential",
        "server.change", "http.access", "other", "log.input", "log.gap", "log.time",
    ]

    /// Whether such events are about a log and not in it.
    public var isAboutLogs: Bool { self == .logInput || self == .logGap || self == .logTime }

    /// The kinds of event that logs have.
    public static let logged = allCases.filter { !$0.isAboutLogs }

    /// Whether lineage learns from such events; only theirs have group keys.
    @inlinable
    public var isFollowed: Bool {
        switch self {
        case .tokenRequest, .authorizationRequest, .authorizationResponse, .tokenRevoke, .consentGrant, .sessionLogin,
            .sessionLogout,
            .clientRegister, .clientUpdate,
            .clientDelete, .userDisable, .userEnable, .userCredential:
            true
        default: false
        }
    }

    /// Whether lineage compares where such events come from and what they ask for.
    @inlinable
    public var isGrantRequest: Bool { self == .tokenRequest || self == .authorizationResponse }

    /// The kind called `name`, if there is one.
    public init?(name: String) {
        guard let index = Self.names.firstIndex(of: name) else { return nil }
        self.init(rawValue: UInt8(index))
    }
}

/// How the operation ended.
public enum EventOutcome: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    /// The log does not say.
    case unknown
    /// The server did what was asked.
    case success
    /// The server refused or failed.
    case failure

    /// The name used in rules, reports and the database.
    public var name: String { "\(self)" }

    /// The outcome called `name`, if there is one.
    public init?(name: String) {
        guard let outcome = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = outcome
    }
}

/// The server's own statement about a presented artefact.
public enum ServerVerdict: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    /// No statement.
    case none
    /// The authorization code had been used before.
    case codeReplay
    /// The refresh token had been used before.
    case refreshReuse
    /// The artefact was issued to another client.
    case clientMismatch

    /// The name used in rules, reports and the database.
    public var name: String { Self.names[Int(rawValue)] }

    private static let names = ["none", "code_replay", "refresh_reuse", "client_mismatch"]

    /// The verdict called `name`, if there is one.
    public init?(name: String) {
        guard let index = Self.names.firstIndex(of: name) else { return nil }
        self.init(rawValue: UInt8(index))
    }
}
