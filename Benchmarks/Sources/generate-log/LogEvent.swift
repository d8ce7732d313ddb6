// One thing the imagined authorization server does, before a format writes it down.

/// An event with everything that any format can show.
struct LogEvent {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    var time: Int64
    let kind: Kind
    /// Index of the client in the population.
    var client: Int
    /// Why it was refused; nil if it succeeded.
    var refusal: Refusal?
    var grantType: GrantType?
    var user: Int?
    var session: Identifier?
    var address: UInt32 = 0
    /// Index of the user agent in the population.
    var userAgent = 0
    var scope: ScopeSet = []
    var scopeRequested: ScopeSet = []
    var redirect: RedirectTarget?
    var responseType: ResponseType?
    var challenge: ChallengeMethod?
    var code: Identifier?
    var accessToken: Identifier?
    /// The refresh token presented.
    var refreshToken: Identifier?
    /// The refresh token issued.
    var refreshTokenIssued: Identifier?
    var family: Identifier?
    var leak: Leak?

    /// Lifetime of every access token.
    static let accessTokenSeconds = 900

    /// The operation.
    enum Kind {
        case authorizationRequest
        case authorizationResponse
        case login
        case tokenRequest
        case introspection
        case revocation
        case apiCall
    }

    /// Why the server said no.
    enum Refusal {
        case codeUsed
        case codeExpired
        case codeOfOtherClient
        case refreshTokenReused
        case refreshTokenExpired
        case clientNotAuthenticated
        case clientNotAuthorized
        case scopeTooWide
        case redirectNotRegistered
        case passwordWrong
        case accessTokenExpired

        /// The OAuth error code (RFC 6749 §4.1.2.1, §5.2), or the server's word where OAuth has none.
        var error: StaticString {
            switch self {
            case .codeUsed, .codeExpired, .codeOfOtherClient, .refreshTokenReused, .refreshTokenExpired: "invalid_grant"
            case .clientNotAuthenticated: "invalid_client"
            case .clientNotAuthorized: "unauthorized_client"
            case .scopeTooWide: "invalid_scope"
            case .redirectNotRegistered: "invalid_redirect_uri"
            case .passwordWrong: "invalid_credentials"
            case .accessTokenExpired: "invalid_token"
            }
        }
    }

    /// The grant used at the token endpoint.
    enum GrantType {
        case authorizationCode
        case refreshToken
        case clientCredentials
        case password

        /// The IANA grant type value.
        var name: StaticString {
            switch self {
            case .authorizationCode: "authorization_code"
            case .refreshToken: "refresh_token"
            case .clientCredentials: "client_credentials"
            case .password: "password"
            }
        }
    }

    /// What is asked of the authorization endpoint.
    enum ResponseType {
        case code
        case token

        /// The IANA response type value.
        var name: StaticString { self == .code ? "code" : "token" }
    }

    /// PKCE method (RFC 7636 §4.2).
    enum ChallengeMethod {
        case s256
        case plain

        /// The IANA method value.
        var name: StaticString { self == .s256 ? "S256" : "plain" }
    }

    /// Where the browser is sent.
    enum RedirectTarget {
        /// The client's registered `https` URI.
        case registered
        /// An `http` URI on a host that is not the machine itself.
        case insecure(Int)
        /// An `https` URI on a host nobody registered.
        case foreign(Int)
        /// An `http` URI on the machine itself with this port (RFC 8252 §7.3).
        case loopback(Int)
    }

    /// A raw access token where it must not be.
    enum Leak {
        case tokenInLog
        case tokenInURL
    }
}
