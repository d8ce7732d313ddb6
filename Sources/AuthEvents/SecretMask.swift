// Makes text from a log fit to be stored: whatever may be a credential is masked.

/// Masks what may be a secret in text that is kept as a sample or as evidence.
public enum SecretMask {
    /// What stands in the place of masked characters.
    public static let mark = "[masked]"

    /// Parameter names whose values are secret, in lower case.
    public static let secretNames: Set<String> = [
        "access_token", "refresh_token", "id_token", "code", "code_verifier", "client_secret", "password", "assertion",
        "client_assertion", "subject_token", "actor_token", "device_code", "user_code", "token", "secret", "bearer",
        "basic", "authorization", "cookie", "session_code", "api_key", "apikey", "pwd", "passwd",
    ]

    /// Names that are followed by their secret after a mere space (RFC 7235 §2.1).
    private static let schemes: Set<String> = ["bearer", "basic"]

    /// Masks every run that could be a token, and every value behind a name that carries secrets.
    ///
    /// A run could be a token if it has 16 or more characters of base64url or hexadecimal with a digit among them, or
    /// begins as a JSON Web Token does. Meant for raw text, where no field tells what is secret; it rather masks too
    /// much.
    public static func maskLine(_ text: String) -> String { mask(text, runs: true) }

    /// Like ``maskLine(_:)`` for the beginning of a line that was cut: a token cut in half is not left over.
    public static func maskCutLine(_ text: String) -> String {
        var head = text[...]
        while let last = head.last, isTokenCharacter(last) { head.removeLast() }
        return maskLine(String(head))
    }

    /// Masks JSON Web Tokens, and every value behind a name that carries secrets; everything else stays as it is.
    ///
    /// Meant for fields whose meaning is known, where identifiers have to stay readable.
    public static func maskValue(_ text: String) -> String {
        let masked = maskTokens(text)
        // Without an assignment there is nothing behind a name.
        guard masked.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }) else { return masked }
        return mask(masked, runs: false)
    }

    private static func mask(_ text: String, runs: Bool) -> String {
        var result = ""
        var rest = text[...]
        while let first = rest.first {
            guard isTokenCharacter(first) else {
                result.append(rest.removeFirst())
                continue
            }
            let run = rest.prefix(while: isTokenCharacter)
            let name = run.lowercased()
            if secretNames.contains(name), let gap = gapBeforeValue(rest.dropFirst(run.count), after: name) {
                rest = rest.dropFirst(run.count + gap.count)
                result += run + gap
                let value = valuePrefix(rest, after: gap)
                // `Authorization: Bearer …`: the name of a scheme is no secret, what follows it is.
                if value.isEmpty || schemes.contains(value.lowercased()) { continue }
                result += mark
                rest = rest.dropFirst(value.count)
            } else if runs, couldBeToken(run) {
                // The segments of a JSON Web Token go together.
                result += mark
                rest = rest.dropFirst(run.count)
                while rest.first == ".", let next = rest.dropFirst().first, isTokenCharacter(next) {
                    rest = rest.dropFirst().drop(while: isTokenCharacter)
                }
            } else {
                result += run
                rest = rest.dropFirst(run.count)
            }
        }
        return result
    }

    /// A value in quotes ends at the same quote, another at the next delimiter.
    private static func valuePrefix(_ text: Substring, after gap: Substring) -> Substring {
        if let quote = gap.last, quote == "\"" || quote == "'" { return text.prefix { $0 != quote } }
        return text.prefix { !isDelimiter($0) }
    }

    /// Masks JSON Web Tokens inside a field's value; everything else stays as it is.
    ///
    /// RFC 7519 §3: a JWT begins with a base64url-encoded JSON object, so with `eyJ`.
    public static func maskTokens(_ text: String) -> String {
        guard mayHoldToken(text) else { return text }
        var result = ""
        var run = ""
        func flush() {
            if let start = run.firstRange(of: "eyJ"), run.utf8.count >= 20 {
                result += run[..<start.lowerBound] + mark
            } else {
                result += run
            }
            run = ""
        }
        for character in text {
            if isTokenCharacter(character) || character == "." {
                run.append(character)
            } else {
                flush()
                result.append(character)
            }
        }
        flush()
        return result
    }

    /// What stands between a secret's name and its value; `nil` when no value follows.
    private static func gapBeforeValue(_ text: Substring, after name: String) -> Substring? {
        let gap = text.prefix { "=:\"'\\ ".contains($0) }
        let isAssignment = gap.contains { $0 == "=" || $0 == ":" }
        return isAssignment || schemes.contains(name) && !gap.isEmpty ? gap : nil
    }

    private static func couldBeToken(_ run: Substring) -> Bool {
        guard run.utf8.count >= 16 else { return false }
        return run.hasPrefix("eyJ") || run.utf8.contains { (0x30...0x39).contains($0) }
    }

    /// Whether the bytes `eyJ` occur; nearly no text has them, so this comes before any work on characters.
    private static func mayHoldToken(_ text: String) -> Bool {
        var before: (UInt8, UInt8) = (0, 0)
        for byte in text.utf8 {
            if byte == UInt8(ascii: "J"), before == (UInt8(ascii: "e"), UInt8(ascii: "y")) { return true }
            before = (before.1, byte)
        }
        return false
    }

    private static func isTokenCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_" || character == "-")
    }

    private static func isDelimiter(_ character: Character) -> Bool {
        character.isWhitespace || "\"'&,;{}[]()<>|".contains(character)
    }
}
