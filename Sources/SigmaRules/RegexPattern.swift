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

    /// Whether it matters how many bytes a character has: beyond ASCII, or where one character of any kind is meant.
    ///
    /// `.*` and `[^a]+` take as many bytes as they take characters' bytes, so those do not count.
    var countsCharacters: Bool {
        let bytes = Array(source.utf8)
        if bytes.contains(where: { $0 >= 0x80 }) { return true }
        func repeats(_ index: Int) -> Bool {
            index < bytes.count && (bytes[index] == UInt8(ascii: "*") || bytes[index] == UInt8(ascii: "+"))
        }
        var index = 0
        var classStart: Int?
        /// A class that holds a negated one.
        var openClass: Int?
        while index < bytes.count {
            switch (bytes[index], classStart) {
            case (UInt8(ascii: "\\"), nil):
                // \W, \D, \S and whatever is rare: named properties, \N, \R, \X, \x{…}.
                let escaped = index + 1 < bytes.count ? bytes[index + 1] : 0
                if "WDSHVNRXpPxo".utf8.contains(escaped), !repeats(index + 2) { return true }
                index += 1
            case (UInt8(ascii: "\\"), let start?):
                if index + 1 < bytes.count, "WDSHVpP".utf8.contains(bytes[index + 1]) { openClass = start }
                index += 1
            case (UInt8(ascii: "["), nil): classStart = index
            case (UInt8(ascii: "]"), let start?)
            where index > start + 1 && !(index == start + 2 && bytes[start + 1] == 0x5E):
                let isOpen = bytes[start + 1] == UInt8(ascii: "^") || openClass == start
                if isOpen, !repeats(index + 1) { return true }
                classStart = nil
            case (UInt8(ascii: "."), nil): if !repeats(index + 1) { return true }
            default: break
            }
            index += 1
        }
        return false
    }

    /// Whether PCRE2's just-in-time code gets the pattern wrong: up to 10.42, with `PCRE2_MATCH_INVALID_UTF`, it does not
    /// let `\W`, `\D` and `\S` match a character beyond ASCII.
    var isMistakenByJIT: Bool {
        countsCharacters && ["\\W", "\\D", "\\S", "\\H", "\\V", "\\N"].contains { source.contains($0) }
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
