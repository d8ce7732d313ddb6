// Regular expressions as rules write them.

/// A pattern for the `re` modifier with its sub-modifiers.
struct RegexPattern: Sendable, Hashable {
    let source: String
    /// Sub-modifier `i`.
    var ignoresCase = false
    /// Sub-modifier `m`.
    var multiline = false
    /// Sub-modifier `s`.
    var dotMatchesNewline = false

    /// Where in the value the match has to stand (`re|startswith`, `re|endswith`).
    var placement = TextPlacement.contains

    /// The pattern as PCRE2 gets it.
    var anchored: String {
        switch placement {
        case .contains: source
        case .whole: "\\A(?:\(source))\\z"
        case .prefix: "\\A(?:\(source))"
        case .suffix: "(?:\(source))\\z"
        }
    }

    /// Longest pattern that is accepted, in bytes.
    static let sourceBytesMax = 16_384
}

/// Why a pattern cannot be used.
struct RegexProblem: Error, Equatable {
    let message: String
    /// Offset in the pattern's UTF-8 where the problem was noticed.
    let offset: Int
}
