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
    private static let secretNameMax = secretNames.map(\.utf8.count).max() ?? 0
    /// What may stand between a name and its value.
    private static let gapBytes = Array("=:\"'\\ ".utf8)
    /// What ends a value without quotes.
    private static let delimiters = Array(" \t\r\n\u{0B}\u{0C}\"'&,;{}[]()<>|".utf8)

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

    /// Masks JSON Web Tokens, every value behind a name that carries secrets, and the password of a URI; everything
    /// else stays as it is.
    ///
    /// Meant for fields whose meaning is known, where identifiers have to stay readable.
    public static func maskValue(_ text: String) -> String {
        let masked = maskTokens(text)
        // Without an assignment there is nothing behind a name.
        guard masked.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }) else { return masked }
        return maskPassword(mask(masked, runs: false))
    }

    /// Masks the password of `https://user:password@host/` (RFC 3986 §3.2.1); a user name may be the trick itself.
    private static func maskPassword(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "@")), let start = text.firstRange(of: "://")?.upperBound else {
            return text
        }
        let authority = text[start...].prefix { !"/?#".contains($0) }
        guard let end = authority.lastIndex(of: "@"), let colon = authority[..<end].firstIndex(of: ":") else {
            return text
        }
        return text[...colon] + mark + text[end...]
    }

    private static func mask(_ text: String, runs: Bool) -> String {
        var text = text
        return text.withUTF8 { mask($0, runs: runs) }
    }

    /// Works on bytes: every character that matters is ASCII, and the text may be long.
    private static func mask(_ text: UnsafeBufferPointer<UInt8>, runs: Bool) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            guard isTokenByte(text[index]) else {
                result.append(text[index])
                index += 1
                continue
            }
            let end = endOfRun(text, index)
            if let value = startOfValue(text, name: index..<end) {
                result += text[index..<value]
                index = value
                let end = endOfValue(text, value)
                // `Authorization: Bearer …`: the name of a scheme is no secret, what follows it is.
                if end == value || schemes.contains(word(text, value..<end)) { continue }
                result += mark.utf8
                index = end
            } else if runs, couldBeToken(text[index..<end]) {
                // The segments of a JSON Web Token go together.
                result += mark.utf8
                index = end
                while index + 1 < text.count, text[index] == UInt8(ascii: "."), isTokenByte(text[index + 1]) {
                    index = endOfRun(text, index + 1)
                }
            } else {
                result += text[index..<end]
                index = end
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func endOfRun(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        text[start...].firstIndex { !isTokenByte($0) } ?? text.count
    }

    /// Where the value behind `name` begins; `nil` if it is no name of a secret or no value follows.
    private static func startOfValue(_ text: UnsafeBufferPointer<UInt8>, name: Range<Int>) -> Int? {
        let start = text[name.upperBound...].firstIndex { !gapBytes.contains($0) } ?? text.count
        let gap = text[name.upperBound..<start]
        guard !gap.isEmpty, name.count <= secretNameMax else { return nil }
        let name = word(text, name)
        guard secretNames.contains(name) else { return nil }
        let isAssignment = gap.contains { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }
        return isAssignment || schemes.contains(name) ? start : nil
    }

    /// A value in quotes ends at the same quote, another at the next delimiter.
    private static func endOfValue(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        let quote = text[start - 1]
        let isQuoted = quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
        return text[start...].firstIndex { isQuoted ? $0 == quote : delimiters.contains($0) } ?? text.count
    }

    private static func word(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: text[range], as: UTF8.self).lowercased()
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

    private static func couldBeToken(_ run: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard run.count >= 16 else { return false }
        return run.starts(with: "eyJ".utf8) || run.contains { (0x30...0x39).contains($0) }
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
        character.asciiValue.map(isTokenByte) ?? false
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "-")
    }
}
