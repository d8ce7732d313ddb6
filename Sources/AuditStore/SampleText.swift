// Makes a rejected line fit to be kept: no secret, no NUL, not long.

import AuthEvents

/// Prepares samples of rejected lines for the database.
enum SampleText {
    /// How many characters of a sample are kept.
    static let characterMax = 240
    /// How many characters of a line are looked at.
    private static let lineMax = 4096

    /// The beginning of `line` with everything masked that may be a secret.
    static func prepared(_ line: String) -> String {
        var head = line.prefix(lineMax)
        if head.endIndex != line.endIndex {
            // A token cut in half is too short to be recognised as one.
            while let last = head.last, isTokenCharacter(last) { head.removeLast() }
        }
        let masked = withoutNUL(SecretMask.maskLine(String(head)))
        return masked.count > characterMax ? String(masked.prefix(characterMax)) + "…" : masked
    }

    /// `text` with NUL replaced: SQLite's text functions end at the first one.
    static func withoutNUL(_ text: String) -> String {
        guard text.utf8.contains(0) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
    }

    private static func isTokenCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-_.~+/=".contains(character))
    }
}
