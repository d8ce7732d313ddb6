// How closely a log identifies the grants that its events belong to.

/// What a log can join: nothing, sessions, codes and tokens, or each token with its successor.
public enum LinkageLevel: Int, CaseIterable, Comparable, Sendable {
    /// No artefact and no session has an identifier.
    case none
    /// Sessions or token families have.
    case session
    /// Codes or tokens have.
    case artefact
    /// A refresh names the token presented and the token issued, so that each can be followed to the next.
    case succession

    /// The short name, `L0` to `L3`.
    public var name: String { "L\(rawValue)" }

    /// What can be followed, in a few words.
    public var meaning: String {
        switch self {
        case .none: "no session, code or token has an identifier"
        case .session: "sessions or token families have identifiers, codes and tokens have none"
        case .artefact: "codes or tokens have identifiers, but a refresh does not say which token it led to"
        case .succession: "each refresh names the token presented and the token issued"
        }
    }

    /// Whether `left` identifies grants less closely.
    public static func < (left: LinkageLevel, right: LinkageLevel) -> Bool { left.rawValue < right.rawValue }
}
