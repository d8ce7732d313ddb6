// The fields that lineage adds to an event, and what a source must deliver for them.

public import AuthEvents
public import ClientRegistry

/// A field that says how an event relates to the events before it.
///
/// Values are read as of the event, before it is applied, unless ``meaning`` says otherwise.
public enum DerivedField: Int, CaseIterable, Sendable {
    /// State of the presented code.
    case codeState
    /// Successful redemptions of the presented code.
    case codeRedemptions
    /// Age of the code's first redemption.
    case codeSecondsSinceRedemption
    /// Whether another client presents the code.
    case codeClientMismatch
    /// Context of the request compared with the code's first redemption.
    case codeContext
    /// State of the presented refresh token.
    case refreshTokenState
    /// Age of the presented refresh token's rotation.
    case refreshTokenSecondsSinceRotation
    /// Number of successors of the presented refresh token.
    case refreshTokenGenerationsBehind
    /// Context of the request compared with the presented refresh token's rotation.
    case refreshTokenContext
    /// Whether another client presents the refresh token.
    case refreshTokenClientMismatch
    /// Branches of a forked family that are in use.
    case familyLiveBranches
    /// Rotations in the family.
    case familyRotations
    /// Scope beyond what the family was created with.
    case grantScopeAdded
    /// Age of the grant's revocation.
    case grantRevokedSecondsAgo
    /// Context of the request compared with the grant's last use.
    case grantContext
    /// Age of the session's last code redemption.
    case grantSecondsSinceRedemption
    /// Whether a code was refused right after a redemption.
    case grantCodeRefused
    /// Whether the client registry has the client.
    case clientRegistered
    /// Whether the client can keep a secret.
    case clientType
    /// Whether the redirection URI is one of the client's.
    case clientRedirectURIRegistered
    /// Whether the grant type is one of the client's.
    case clientGrantTypeRegistered
    /// Scope values that are none of the client's.
    case clientScopeNotRegistered
    /// Whether the address is in a network of the client's.
    case clientNetworkRegistered
    /// Whether the client may authenticate so.
    case clientAuthMethodRegistered
    /// Whether the access token lives longer than the client's may.
    case clientAccessTokenLifetimeExceeded

    /// The name used in rules, reports and the database, such as `code.state`.
    public var name: String { specification.name }

    /// All names in order of raw value.
    public static let names: [String] = allCases.map(\.name)

    /// The field called `name`, if there is one.
    public init?(name: String) {
        guard let index = Self.names.firstIndex(of: name) else { return nil }
        self.init(rawValue: index)
    }

    /// What the field says, in one sentence.
    public var meaning: String { specification.meaning }

    /// The type of its value.
    public var type: DerivedFieldType { specification.type }

    /// Canonical fields without which a source cannot have it; the event's time is taken for granted.
    public var needs: [CanonicalField] { specification.needs }

    /// Canonical fields of which a source needs one, if there are any.
    public var needsOneOf: [CanonicalField] { specification.needsOneOf }

    /// What the client registry has to say for it; `nil` for what does not come from there.
    public var registryAttribute: RegistryAttribute? { specification.registryAttribute }

    /// Whether the source must also log token requests that succeed.
    ///
    /// All that lineage follows do: codes become redeemed, tokens rotated and families known by successes only.
    public var needsSuccess: Bool { registryAttribute == nil }

    private var specification: DerivedFieldSpecification { DerivedFieldSpecification.all[rawValue] }
}

/// The type of a derived field's value.
public enum DerivedFieldType: Sendable, Equatable {
    /// A whole number, never negative.
    case number
    /// `true` or `false`.
    case boolean
    /// One of the given words.
    case word([String])
    /// A set of space-separated words.
    case words
}
