// Registry files say what they mean, and everything that is wrong with them at once.

import Testing

@testable import ClientRegistry

@Suite struct RegistryFileTests {
    private static let everything = """
        valid_from: 2026-01-01
        valid_until: 2027-01-01T00:00:00+01:00
        clients:
          - client_id: shop
            issuer: https://login.example.com
            tenant: customers
            client_name: Web shop
            client_type: confidential
            application_type: web
            token_endpoint_auth_method: private_key_jwt
            redirect_uris: [https://shop.example.com/cb]
            grant_types: [authorization_code, refresh_token]
            scope: openid  orders.read
            networks: [203.0.113.0/24]
            access_token_lifetime: 300
            refresh_token_lifetime: 86400
            valid_from: 2026-01-05
            valid_until: 2026-03-01T12:00:00Z
          - client_id: 4711
            token_endpoint_auth_method: [none]
            redirect_uris: []
            scope: [a, "b c"]
            networks: ~
        """

    @Test func readsEverything() {
        let file = RegistryFile(parsing: Self.everything, file: "clients.yml")
        #expect(file.remarks.isEmpty && file.isUsable && file.clientCount == 2)
        var shop = RegisteredClient(clientID: "shop")
        (shop.issuer, shop.tenant, shop.clientName) = ("https://login.example.com", "customers", "Web shop")
        (shop.clientType, shop.applicationType) = (.confidential, .web)
        (shop.authMethods, shop.redirectURIs) = (["private_key_jwt"], ["https://shop.example.com/cb"])
        (shop.grantTypes, shop.scope) = (["authorization_code", "refresh_token"], ["openid", "orders.read"])
        (shop.networks, shop.accessTokenLifetime, shop.refreshTokenLifetime) = (["203.0.113.0/24"], 300, 86_400)
        (shop.validFrom, shop.validUntil) = (january(5), january(60) + 43_200_000_000)
        var other = RegisteredClient(clientID: "4711")
        (other.authMethods, other.redirectURIs, other.scope) = (["none"], [], ["a", "b", "c"])
        #expect(file.clients.versions == [shop, other])
        #expect(file.clients.validFrom == january(1))
        #expect(file.clients.validUntil == january(366) - 3_600_000_000)
        #expect(file.sha256.count == 64)
    }

    @Test func jsonIsYAML() {
        let file = RegistryFile(
            parsing: #"{"clients":[{"client_id":"shop","redirect_uris":["https://shop.example.com/cb"]}]}"#,
            file: "clients.json"
        )
        #expect(file.remarks.isEmpty)
        #expect(file.clients.versions.first?.redirectURIs == ["https://shop.example.com/cb"])
    }

    /// What stands behind `clients.yml:`, and the hint.
    @Test(
        arguments: [
            ("", "1:1: error: the registry is empty", "it needs 'clients', a list of maps"),
            ("[a]", "1:1: error: a registry has to be a map", "keys: clients, valid_from, valid_until"),
            ("valid_from: 2026-01-01", "1:1: error: the registry has no 'clients'", "it needs a list of maps"),
            ("clients: []", "1:10: error: 'clients' has to be a list of maps", "for example"),
            ("clients: [shop]", "1:11: error: each of 'clients' has to be a map", "keys: client_id"),
            ("clients: [{ client_name: x }]", "1:11: error: the client has no 'client_id'", nil),
            ("client: 1\nclients: [{ client_id: a }]", "1:1: error: unknown key 'client'", "did you mean 'clients'?"),
            (
                "clients:\n  - client_id: a\n    redirect_uri: x", "3:5: error: unknown key 'redirect_uri'",
                "'redirect_uris'"
            ),
            (
                "clients:\n  - client_id: a\n    client_secret: s3", "3:5: error: unknown key 'client_secret'",
                "no secrets"
            ),
            ("clients: [{ client_id: [a] }]", "1:24: error: 'client_id' has to be a text", "client_id: shop"),
            ("clients: [{ client_id: \"\" }]", "1:24: error: 'client_id' has to be a text", "client_id: shop"),
            (
                "clients: [{ client_id: a, client_type: secret }]",
                "1:40: error: 'client_type' has to be 'confidential' or 'public'", nil
            ),
            (
                "clients: [{ client_id: a, networks: [203.0.113.7/24] }]",
                "1:38: error: '203.0.113.7/24' has bits behind its prefix", "first address"
            ),
            ("clients: [{ client_id: a, networks: [x] }]", "1:38: error: 'x' is no network", "203.0.113.0/24"),
            (
                "clients: [{ client_id: a, networks: [10.0.0.0/33] }]",
                "1:38: error: the prefix length of '10.0.0.0/33' is not between 0 and 32", nil
            ),
            (
                "clients: [{ client_id: a, access_token_lifetime: 5m }]",
                "1:50: error: 'access_token_lifetime' has to be a number of seconds", "300"
            ),
            (
                "clients: [{ client_id: a, access_token_lifetime: -1 }]",
                "1:50: error: 'access_token_lifetime' has to be", "300"
            ),
            ("clients: [{ client_id: a, valid_from: soon }]", "1:39: error: 'soon' is no time", "2026-01-05T10:00:00Z"),
            (
                "clients: [{ client_id: a, valid_from: 2026-02-30T25:00:00Z }]",
                "1:39: error: '2026-02-30T25:00:00Z' is no time", "for example"
            ),
            (
                "clients: [{ client_id: a, redirect_uri_patterns: [x] }]", "1:51: error: 'x' has to have one '*'",
                "redirect_uris"
            ),
            (
                "clients: [{ client_id: a, redirect_uri_patterns: ['*.*'] }]", "1:51: error: '*.*' has to have one '*'",
                "redirect_uris"
            ),
            (
                "clients: [{ client_id: a }, { client_id: a }]",
                "1:29: error: the version of 'a' overlaps the one of line 1", "valid_until"
            ),
            (
                "clients:\n- { client_id: a, valid_from: 2026-01-05 }\n- { client_id: a, valid_until: 2026-01-06 }",
                "2:3: error: the version of 'a' overlaps the one of line 3", "valid_until"
            ),
            (
                "clients: [{ client_id: a, valid_from: 2026-01-05, valid_until: 2026-01-05 }]",
                "1:11: error: the version ends before it begins", nil
            ),
            (
                "valid_from: 2026-01-05\nvalid_until: 2026-01-05\nclients: [{ client_id: a }]",
                "1:1: error: the registry ends before it begins", "later"
            ),
            ("clients: [{ client_id: a, client_id: b }]", "1:27: error: key 'client_id' is given twice", nil),
            ("clients: {", "error: YAML", nil),
            (
                "clients: [{ client_id: a, redirect_uris: ['https://*.example.com'] }]",
                "1:43: warning: a '*' in 'redirect_uris' is compared as it is", "redirect_uri_patterns"
            ),
            (
                "clients: [{ client_id: a, redirect_uris: ['https://a.example.com#x'] }]",
                "1:43: warning: 'https://a.example.com#x' has a fragment", nil
            ),
            (
                "clients: [{ client_id: a, redirect_uri_patterns: ['https://a.example.com/*'] }]",
                "1:51: warning: 'https://a.example.com/*' is a pattern", "RFC 9700"
            ),
            (
                "clients: [{ client_id: a, redirect_uri_patterns: ['https://a.example.com*'] }]",
                "1:51: warning: 'https://a.example.com*' lets responses go to hosts of anybody", "RFC 9700"
            ),
            (
                "clients: [{ client_id: a, redirect_uri_patterns: ['*'] }]",
                "1:51: warning: '*' lets responses go to hosts of anybody", "RFC 9700"
            ),
        ] as [(String, String, String?)]
    )
    func saysWhatIsWrongAndWhere(_ text: String, _ expected: String, _ hint: String?) throws {
        let file = RegistryFile(parsing: text, file: "clients.yml")
        let remark = try #require(file.remarks.first)
        #expect(remark.description.contains(expected), "\(remark)")
        if let hint { #expect(remark.hint?.contains(hint) == true, "\(remark)") }
        #expect(file.isUsable == (remark.severity == .warning))
        #expect(!file.remarks.contains { $0.description.contains("s3") }, "a secret is repeated")
    }

    @Test func everythingIsSaidAtOnce() {
        let text =
            "clients:\n  - { client_id: a, x: 1 }\n  - { client_type: b }\n  - { client_id: c, scope: { d: e } }\n"
        let file = RegistryFile(parsing: text, file: "f")
        #expect(file.remarks.map(\.line) == [2, 3, 3, 4])
    }

    @Test func versionsMayTouch() {
        let text = """
            clients:
              - { client_id: a, valid_from: 2026-01-05 }
              - { client_id: a, valid_until: 2026-01-05 }
              - { client_id: a, tenant: t }
              - { client_id: a, issuer: i }
            """
        #expect(RegistryFile(parsing: text, file: "f").remarks.isEmpty)
    }

    @Test(
        arguments: [
            ("1970-01-01", 0), ("1969-12-31", -86_400), ("2024-02-29", 1_709_164_800), ("2000-03-01", 951_868_800),
            ("2026-01-05T10:00:00Z", 1_767_607_200), ("2026-01-05T10:00:00+01:30", 1_767_601_800),
            ("2026-01-05T10:00:00-01:00", 1_767_610_800), ("0000-01-01", -62_167_219_200),
            ("9999-12-31T23:59:59Z", 253_402_300_799), ("2025-02-29", nil), ("2100-02-29", nil), ("2026-04-31", nil),
            ("2026-00-01", nil), ("2026-01-00", nil), ("2026-13-01", nil), ("2026-1-05", nil), ("20260105", nil),
            ("2026-01-05T24:00:00Z", nil), ("2026-01-05T10:60:00Z", nil), ("2026-01-05T10:00:00", nil),
            ("2026-01-05 10:00:00Z", nil), ("2026-01-05T10:00:00.5Z", nil), ("2026-01-05T10:00:00+0130", nil),
            ("+026-01-05", nil), ("२०२६-01-05", nil), ("", nil),
        ] as [(String, Int64?)]
    )
    func readsTimes(_ text: String, _ seconds: Int64?) throws {
        let time = RegistryTime.microseconds(text)
        #expect(time == seconds.map { $0 * 1_000_000 })
        guard let time else { return }
        #expect(RegistryTime.microseconds(RegistryTime.text(time)) == time)
        if !text.contains("+"), !text.contains("-01:00") { #expect(RegistryTime.text(time) == text) }
    }

    @Test(arguments: ["/nonexistent/clients.yml", "/"])
    func aFileThatCannotBeReadIsAnError(_ path: String) {
        let file = RegistryFile(path: path)
        #expect(!file.isUsable && file.remarks.count == 1 && file.clients.versions.isEmpty)
    }

    @Test func theExampleOfThePageIsARegistry() {
        let file = RegistryFile(parsing: RegistryPage.example, file: "f")
        #expect(file.remarks.isEmpty && file.clientCount == 2)
        let page = RegistryPage.markdown()
        for key in RegistryKey.ofFile + RegistryKey.ofClient { #expect(page.contains("| `\(key.name)` |")) }
        for key in RegistryKey.ofClient where key.name != "client_id" {
            let text = "clients: [{ client_id: a, \(key.name): \(key.example) }]"
            #expect(RegistryFile(parsing: text, file: "f").isUsable, "\(key.name)")
        }
    }

    @Test(
        arguments: [
            "shop", "", "true", "Null", "4711", "-", "- a", "a: b", "a:", "a #b", "é", "ü ", " a", "a\nb", "\"\\", "*x",
            "https://a.example.com/*", "\u{0}\u{7F}\u{85}\u{2028}\u{FEFF}", "👩‍👧", "{organization}", "yes", "1e3", "~",
            "@x", "%",
        ]
    )
    func scalarsComeBack(_ text: String) throws {
        let yaml = "clients: [{ client_id: a, client_name: \(RegistryText.scalar(text)) }]"
        let file = RegistryFile(parsing: yaml, file: "f")
        if text.isEmpty { return #expect(!file.isUsable) }
        #expect(file.remarks.isEmpty, "\(file.remarks)")
        #expect(try #require(file.clients.versions.first?.clientName).utf8.elementsEqual(text.utf8), "\(yaml)")
    }

    @Test func whatIsWrittenIsRead() {
        var file = RegistryFile(parsing: Self.everything, file: "f")
        let text = RegistryText.yaml(file.clients)
        #expect(text.hasPrefix("valid_from: 2026-01-01\nvalid_until: 2026-12-31T23:00:00Z\nclients:\n"))
        let sorted = file.clients.sorted
        file = RegistryFile(parsing: text, file: "f")
        #expect(file.remarks.isEmpty, "\(file.remarks)\n\(text)")
        #expect(file.clients.versions == sorted)
        #expect(RegistryText.yaml(file.clients) == text)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<50 {
            let clients = RegisteredClients.random(using: &generator)
            guard !clients.versions.isEmpty else { continue }
            let again = RegistryFile(parsing: RegistryText.yaml(clients), file: "f")
            #expect(again.clients.versions == clients.sorted && again.isUsable)
        }
    }
}
