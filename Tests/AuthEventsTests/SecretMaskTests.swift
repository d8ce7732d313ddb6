// What may be a secret is masked, and ordinary text stays readable.

import AuthEvents
import Testing

@Suite struct SecretMaskTests {
    static let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.c2ln-bmF0dXJlIG9m_Gxpbm"

    @Test(arguments: [
        ("", ""),
        ("no shape of the format matches", "no shape of the format matches"),
        ("WARN [org.keycloak.events] type=LOGIN", "WARN [org.keycloak.events] type=LOGIN"),
        ("2026-01-05 10:00:00,123 INFO", "2026-01-05 10:00:00,123 INFO"),
        ("short1 id42", "short1 id42"),
        // Sixteen characters with a digit, whatever they are.
        ("abcdefghijklmno1", "[masked]"),
        ("abcdefghijklmn1", "abcdefghijklmn1"),
        ("abcdefghijklmnop", "abcdefghijklmnop"),
        ("id 550e8400-e29b-41d4-a716-446655440000.", "id [masked]."),
        ("sha 9f86d081884c7d659a2feaa0c55ad015!", "sha [masked]!"),
        // The value behind a name that carries secrets, however short.
        ("access_token=abc&x=y", "access_token=[masked]&x=y"),
        ("?code=xy&state=s", "?code=[masked]&state=s"),
        ("{\"client_secret\":\"pw\",\"a\":\"b\"}", "{\"client_secret\":\"[masked]\",\"a\":\"b\"}"),
        ("'refresh_token': 'rt-raw', 'scope': 'openid'", "'refresh_token': '[masked]', 'scope': 'openid'"),
        ("Authorization: Bearer abc", "Authorization: Bearer [masked]"),
        ("PASSWORD=Hunter2;", "PASSWORD=[masked];"),
        ("authorization: basic", "authorization: basic"),
        ("password=ab.cd&x=1", "password=[masked]&x=1"),
        ("jwt eyJhbGciOiJub25lIn0.abcdefghij.klmnopqrst end", "jwt [masked] end"),
        ("code", "code"),
    ])
    func maskLine(_ text: String, _ expected: String) {
        #expect(SecretMask.maskLine(text) == expected)
    }

    @Test func maskLineLeavesNothingOfAToken() {
        let masked = SecretMask.maskLine("token \(Self.token) end")
        for part in Self.token.split(separator: ".") { #expect(!masked.contains(part)) }
        #expect(masked.hasPrefix("token "))
        #expect(masked.hasSuffix(" end"))
    }

    @Test(arguments: SecretMask.secretNames.sorted()) func maskLineKnowsTheName(_ name: String) {
        #expect(SecretMask.maskLine("\(name)=zq") == "\(name)=[masked]")
        #expect(SecretMask.maskLine("\(name.uppercased())=\"zq\"") == "\(name.uppercased())=\"[masked]\"")
    }

    @Test(arguments: [
        ("", ""),
        ("Bearer \(token)", "Bearer [masked]"),
        (token, "[masked]"),
        ("a=\(token)&b=c", "a=[masked]&b=c"),
        ("\(token) \(token)", "[masked] [masked]"),
        ("\"\(token)\",\"x\"", "\"[masked]\",\"x\""),
        ("idp.\(token)", "idp.[masked]"),
        ("eyJhbGciOiJub25lIn0.e30.", "[masked]"),
    ])
    func maskTokens(_ text: String, _ expected: String) {
        #expect(SecretMask.maskTokens(text) == expected)
    }

    @Test(arguments: [
        "https://shop.example.com/callback?x=1", "550e8400-e29b-41d4-a716-446655440000",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "openid profile email",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "urn:ietf:params:oauth:grant-type:token-exchange",
        "access_token refresh_token", "eyJ", "heyJude", "keyJournal-entry", "EYJHBGCIOIJUB25LIN0XX", "größe 2026",
    ])
    func maskTokensLeavesOrdinaryText(_ text: String) {
        #expect(SecretMask.maskTokens(text) == text)
    }

    @Test(arguments: [
        ("https://app.example/cb", "https://app.example/cb"),
        ("https://app.example/cb?x=1&code=Splx&a=b", "https://app.example/cb?x=1&code=[masked]&a=b"),
        ("https://app.example/cb#access_token=2Yot", "https://app.example/cb#access_token=[masked]"),
        ("https://root:hunter2@app.example/@me", "https://root:[masked]@app.example/@me"),
        ("https://app.example:8080/a@b", "https://app.example:8080/a@b"),
        ("https://app.example/@me", "https://app.example/@me"),
        ("https://app.example@evil.example", "https://app.example@evil.example"),
        ("alice@example.com", "alice@example.com"),
        ("d3b07384d113edec49eaa6238ad5ff00", "d3b07384d113edec49eaa6238ad5ff00"),
    ])
    func maskValue(_ text: String, _ expected: String) {
        #expect(SecretMask.maskValue(text) == expected)
        #expect(SecretMask.maskValue(expected) == expected)
    }

    @Test func maskingTwiceChangesNothing() {
        for text in ["access_token=abc", "Bearer \(Self.token)", "id 550e8400-e29b-41d4-a716-446655440000"] {
            let line = SecretMask.maskLine(text)
            #expect(SecretMask.maskLine(line).replacing("[[masked]]", with: "[masked]") == line)
            let tokens = SecretMask.maskTokens(text)
            #expect(SecretMask.maskTokens(tokens) == tokens)
        }
    }
}
