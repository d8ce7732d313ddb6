// The fields that lineage adds to an event, and what a source must deliver for them.

public import AuthEvents
public import ClientRegistry

/// A field that says how an event relates to the events before it.
///
/// Values are read as of the event, before it is applied, unless ``meaning`` says otherwise.
public enum DerivedField: Int, CaseIterable, Sendable {
    /// Country of the address.
    case ipCountry
    /// Autonomous system of the address.
    case ipASN
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
    /// Age of the presented code.
    case codeSecondsSinceIssue
    /// Whether the redirection URI is not the one that the code was issued for.
    case codeRedirectURIMismatch
    /// Whether the code was asked for with a challenge.
    case codeChallengePresent
    /// Whether the code is presented from another network than it was issued to.
    case codeNetworkMismatch
    /// Whether the code was refused before in another network.
    case codeRefusedNetworkMismatch
    /// Whether the code was never issued, as far as the log tells.
    case codeOrphan
    /// Whether the code is presented from another country than it was issued to.
    case codeCountryMismatch
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
    /// How long the family has been known.
    case familyAgeSeconds
    /// How long the family was not used.
    case familyIdleSeconds
    /// Age of the first reuse of one of the family's refresh tokens.
    case familyReuseSecondsAgo
    /// Whether the user is not the family's.
    case familyUserMismatch
    /// Whether the family's tokens are bound to a key.
    case familyConfirmationPresent
    /// Whether the key is not the family's.
    case familyConfirmationMismatch
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
    /// Scope granted beyond what was asked for.
    case grantScopeNotRequested
    /// Scope that the user did not agree to.
    case grantScopeWithoutConsent
    /// Age of the first replay of the grant's authorization code.
    case grantCodeReplayedSecondsAgo
    /// Age of the change of the user's credentials, if the grant is older.
    case grantCredentialChangedSecondsAgo
    /// State of the access token used.
    case accessTokenState
    /// How long ago the access token used has expired.
    case accessTokenSecondsSinceExpiry
    /// State of the token exchanged.
    case subjectTokenState
    /// Scope beyond that of the token exchanged.
    case subjectTokenScopeAdded
    /// Age of the session's end.
    case sessionEndedSecondsAgo
    /// Age of the user's deactivation.
    case userDisabledSecondsAgo
    /// How long the user got no token.
    case userIdleSeconds
    /// How fast the user would have had to travel since the last sign-in.
    case userTravelKmh
    /// Age of the client's deletion.
    case clientDeletedSecondsAgo
    /// How long the client got no token.
    case clientIdleSeconds
    /// Whether the client gets a token for the first time.
    case baselineClientFirstSeen
    /// Whether the client gets a token from this network for the first time.
    case baselineNetworkFirstSeen
    /// Whether the client gets a token by this grant type for the first time.
    case baselineGrantTypeFirstSeen
    /// Whether the client gets a code for this redirection URI for the first time.
    case baselineRedirectURIFirstSeen
    /// Scope that the client was never granted before.
    case baselineScopeFirstSeen
    /// Share of the client's authorization requests with PKCE.
    case baselinePKCEPercent
    /// Lifetime of the access token compared with the longest the client got before.
    case baselineLifetimeFactor
    /// Whether the user signs in from this country for the first time.
    case baselineUserCountryFirstSeen
    /// Token requests in this hour compared with the same hour of other weeks.
    case baselineRateZ
    /// The same by logarithms.
    case baselineRateLogZ
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

    /// What events of other kinds must tell for it, by any of these kinds; empty when the event itself is enough.
    public var origins: [EventKind] { specification.origins }

    /// Canonical fields that events of ``origins`` must have.
    public var originNeeds: [CanonicalField] { specification.originNeeds }

    /// Whether it is compared with what is usual, which takes time to learn.
    public var isLearned: Bool { specification.isLearned }

    /// Whether it comes from files that say where networks are.
    public var isAboutPlaces: Bool { specification.isAboutPlaces }

    /// What the client registry has to say for it; `nil` for what does not come from there.
    public var registryAttribute: RegistryAttribute? { specification.registryAttribute }

    /// Whether the source must also log token requests that succeed.
    ///
    /// All that lineage follows do: codes become redeemed, tokens rotated and families known by successes only.
    public var needsSuccess: Bool { registryAttribute == nil && self != .ipCountry && self != .ipASN }

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
    /// Any text.
    case text
    /// A set of space-separated words.
    case words
}
