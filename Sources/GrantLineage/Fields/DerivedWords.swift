// The words that derived fields can say.

/// The values of a field that says one of a few words.
public protocol DerivedWord: CaseIterable, RawRepresentable<UInt8>, Sendable {}

extension DerivedWord {
    /// The value as rules see it.
    public var name: String { "\(self)" }
}

/// Values of `code.state`.
public enum CodeState: UInt8, DerivedWord {
    /// Never seen before.
    case unknown
    /// Issued, not yet redeemed.
    case issued
    /// Redeemed at least once.
    case redeemed
}

/// Values of `refresh_token.state`.
public enum RefreshTokenState: UInt8, DerivedWord {
    /// Never seen before.
    case unknown
    /// Issued and not yet exchanged.
    case active
    /// Exchanged for a successor.
    case rotated
    /// Exchanged for a successor, yet accepted by a server whose rotation is optional.
    case superseded
    /// Its family was revoked.
    case revoked
}

/// Values of `access_token.state` and `subject_token.state`.
public enum AccessTokenState: UInt8, DerivedWord {
    /// Never seen being issued.
    case unknown
    /// Issued, and neither expired nor revoked as far as the log tells.
    case active
    /// Its lifetime was over.
    case expired
    /// It, or its grant, was revoked.
    case revoked
}

/// Values of the `context` fields.
public enum ContextMatch: UInt8, DerivedWord {
    /// Network and user agent, as far as known of both, are equal.
    case same
    /// Network or user agent differs.
    case different
}
