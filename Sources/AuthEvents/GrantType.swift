// How a token was asked for.

/// The grant types that lineage tells apart, with their full IANA values.
public enum GrantType: String, CaseIterable, BitwiseCopyable, Sendable {
    /// RFC 6749 §4.1.
    case authorizationCode = "authorization_code"
    /// RFC 6749 §6.
    case refreshToken = "refresh_token"
    /// RFC 6749 §4.4.
    case clientCredentials = "client_credentials"
    /// RFC 6749 §4.3, forbidden by RFC 9700 §2.4.
    case password
    /// RFC 6749 §4.2; a pseudo grant type, since it never reaches the token endpoint.
    case implicit
    /// RFC 8628 §3.4.
    case deviceCode = "urn:ietf:params:oauth:grant-type:device_code"
    /// RFC 8693 §2.1.
    case tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange"
    /// RFC 7523 §2.1.
    case jwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    /// RFC 7522 §2.1.
    case saml2Bearer = "urn:ietf:params:oauth:grant-type:saml2-bearer"
    /// User-Managed Access 2.0 Grant §3.3.1.
    case umaTicket = "urn:ietf:params:oauth:grant-type:uma-ticket"
    /// OpenID Connect Client-Initiated Backchannel Authentication §10.1.
    case ciba = "urn:openid:params:grant-type:ciba"
}
