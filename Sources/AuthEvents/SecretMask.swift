// Makes text from a log fit to be stored: whatever may be a credential is masked.

/// Masks what may be a secret in text that is kept as a sample or as evidence.
public enum SecretMask {
    /// What stands in the place of a masked run of characters.
    public static let mark = "[masked]"

    /// Masks every run that could be a token: 16 or more characters of base64url or hexadecimal with a digit,
    /// or the value behind a parameter name that carries secrets.
    ///
    /// Meant for raw lines that could not be read, where no field tells what is secret; it rather masks too much.
    public static func maskLine(_ text: String) -> String {
        var result = ""
        var run = ""
        var afterSecretName = false
        func flush() {
            guard !run.isEmpty else { return }
            let long = run.utf8.count >= 16 && run.utf8.contains { (0x30...0x39).contains($0) }
            result += afterSecretName || long ? mark : run
            afterSecretName = secretNames.contains(run.lowercased())
            run = ""
        }
        for character in text {
            if isTokenCharacter(character) {
                run.append(character)
            } else {
                flush()
                result.append(character)
            }
        }
        flush()
        return result
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

    /// Whether the bytes `eyJ` occur; nearly no text has them, so this comes before any work on characters.
    private static func mayHoldToken(_ text: String) -> Bool {
        var before: (UInt8, UInt8) = (0, 0)
        for byte in text.utf8 {
            if byte == UInt8(ascii: "J"), before == (UInt8(ascii: "e"), UInt8(ascii: "y")) { return true }
            before = (before.1, byte)
        }
        return false
    }

    /// Parameter names whose values are secret, in lower case.
    public static let secretNames: Set<String> = [
        "access_token", "refresh_token", "id_token", "code", "code_verifier", "client_secret", "password", "assertion",
        "client_assertion", "subject_token", "actor_token", "device_code", "user_code", "token", "secret", "bearer",
        "basic", "authorization", "cookie", "session_code",
    ]

    private static func isTokenCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_" || character == "-")
    }
}
