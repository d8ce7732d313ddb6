// The field names every rule may use, whoever wrote the log.

/// A field of the canonical event.
///
/// Names are the IANA OAuth parameter names where one exists
/// (https://www.iana.org/assignments/oauth-parameters). The raw value is the field's column in every row.
public enum CanonicalField: Int, CaseIterable, Sendable {
    // Envelope.

    /// When it happened, as the log wrote it.
    case time
    /// The authorization server's issuer identifier (RFC 8414 §2).
    case issuer
    /// Realm, tenant or organisation inside the server.
    case tenant
    /// The format that read the line, such as `keycloak-text`.
    case source
    /// The server's own identifier of the log record.
    case eventID
    /// The record's number, for logs whose writer counts without leaving a number out.
    case sequence
    /// What happened; see ``EventKind``.
    case kind
    /// `success`, `failure` or `unknown`.
    case outcome
    /// OAuth error code (RFC 6749 §4.1.2.1, §5.2).
    case error
    /// The server's words about the error (RFC 6749 §5.2).
    case errorDescription
    /// The vendor's name of the event.
    case nativeType
    /// The vendor's name of the error.
    case nativeError
    /// The server's own statement that something was replayed; see ``ServerVerdict``.
    case verdict

    // Parties.

    /// The client as claimed in the request (RFC 6749 §2.2).
    case clientID
    /// How the client authenticated (IANA token endpoint authentication methods).
    case clientAuthMethod
    /// Subject of the authorization (RFC 7662 §2.2).
    case sub
    /// Human-readable user name (RFC 7662 §2.2).
    case username
    /// The acting party in delegation (RFC 8693 §4.1).
    case act
    /// Session identifier (OpenID Connect Front-Channel Logout §3).
    case sid
    /// Address the request came from.
    case ip
    /// Whose address it is: `user_agent`, `client_backend`, `proxy` or `unknown`.
    case ipRole
    /// The address's network: IPv4 /24 or IPv6 /48.
    case network
    /// The User-Agent header.
    case userAgent

    // Request.

    /// The full IANA grant type value (RFC 6749 §4, RFC 8628, RFC 8693).
    case grantType
    /// Response type (RFC 6749 §3.1.1).
    case responseType
    /// Response mode (OAuth 2.0 Multiple Response Type Encoding Practices §2.1).
    case responseMode
    /// Redirection URI (RFC 6749 §3.1.2).
    case redirectURI
    /// Scope asked for (RFC 6749 §3.3).
    case scopeRequested
    /// Scope granted (RFC 6749 §3.3).
    case scope
    /// Resource indicator (RFC 8707).
    case resource
    /// Audience (RFC 7519 §4.1.3).
    case aud
    /// PKCE method: `S256`, `plain` (RFC 7636 §4.2).
    case codeChallengeMethod
    /// Whether the authorization request had a `code_challenge` (RFC 7636 §4.3).
    case codeChallengePresent
    /// Whether the token request had a `code_verifier` (RFC 7636 §4.5).
    case codeVerifierPresent
    /// Whether the authorization request had a `state` (RFC 6749 §4.1.1).
    case statePresent
    /// OpenID Connect `prompt` (OpenID Connect Core §3.1.2.1).
    case prompt

    // Artefacts, as fingerprints.

    /// The authorization code issued or presented (RFC 6749 §1.3.1).
    case code
    /// The refresh token presented (RFC 6749 §1.5).
    case refreshToken
    /// The refresh token issued (RFC 6749 §5.1).
    case refreshTokenIssued
    /// The access token issued, used, introspected or revoked (RFC 6749 §1.4).
    case accessToken
    /// The token exchanged (RFC 8693 §2.1).
    case subjectToken
    /// The device code (RFC 8628 §3.2).
    case deviceCode
    /// The server's identifier of the token family.
    case family
    /// Lifetime of the access token in seconds (RFC 6749 §5.1).
    case expiresIn
    /// What the token is bound to (RFC 7800 §3.1).
    case cnf
    /// Token type (RFC 6749 §7.1).
    case tokenType

    // HTTP.

    /// Request method (RFC 9110 §9).
    case httpMethod
    /// Path of the request target, without query.
    case httpPath
    /// Response status code (RFC 9110 §15).
    case httpStatus

    // Hygiene.

    /// Names of parameters whose raw secret value stands in the line, outside a URL.
    case credentialInLog
    /// Names of parameters whose raw secret value stands in a URL (RFC 9700 §4.2).
    case credentialInURL

    /// The name used in rules, reports and the database.
    public var name: String { Self.names[rawValue] }

    /// All names in column order.
    public static let names: [String] = allCases.map { snakeCase("\($0)") }

    /// The field called `name`, if there is one.
    public init?(name: String) {
        guard let column = Self.names.firstIndex(of: name) else { return nil }
        self.init(rawValue: column)
    }

    /// Fields whose values are sets of space-separated words.
    public static let wordSets: Set<CanonicalField> = [
        .scope, .scopeRequested, .responseType, .prompt, .credentialInLog, .credentialInURL,
    ]

    /// `clientID` → `client_id`: an underscore before each run of capitals.
    private static func snakeCase(_ name: String) -> String {
        var result = ""
        var wasUppercase = false
        for character in name {
            if character.isUppercase && !wasUppercase { result += "_" }
            wasUppercase = character.isUppercase
            result += character.lowercased()
        }
        return result
    }
}
