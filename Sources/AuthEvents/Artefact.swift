// The things a grant consists of; an event refers to them by fingerprint only.

/// Which token or code a fingerprint stands for; the raw value is its place among an event's fingerprints.
public enum Artefact: Int, CaseIterable, BitwiseCopyable, Sendable {
    /// Authorization code (RFC 6749 §1.3.1).
    case code
    /// Refresh token presented (RFC 6749 §1.5).
    case refreshToken
    /// Refresh token issued (RFC 6749 §5.1).
    case refreshTokenIssued
    /// Access token (RFC 6749 §1.4).
    case accessToken
    /// Subject token of an exchange (RFC 8693 §2.1).
    case subjectToken
    /// Device code (RFC 8628 §3.2).
    case deviceCode
    /// The server's identifier of the token family.
    case family

    /// The canonical field that shows it.
    public var field: CanonicalField {
        switch self {
        case .code: .code
        case .refreshToken: .refreshToken
        case .refreshTokenIssued: .refreshTokenIssued
        case .accessToken: .accessToken
        case .subjectToken: .subjectToken
        case .deviceCode: .deviceCode
        case .family: .family
        }
    }

    /// The artefact that `field` shows, if it shows one.
    public init?(field: CanonicalField) {
        guard let artefact = Self.allCases.first(where: { $0.field == field }) else { return nil }
        self = artefact
    }
}

/// What kind of reference to an artefact a log writes; only equal kinds can be joined.
public enum ReferenceKind: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    /// The server's own identifier.
    case id = 1
    /// The JWT ID (RFC 7519 §4.1.7).
    case jti
    /// A hash made by the server.
    case hash
    /// The raw secret.
    case secret
    /// The last characters only.
    case suffix
    /// A running number.
    case counter

    /// The kind called `name` in format files.
    public init?(name: String) {
        guard let kind = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
        self = kind
    }
}
