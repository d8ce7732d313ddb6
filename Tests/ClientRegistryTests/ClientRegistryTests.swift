// What a registry answers: as of times, for issuers and tenants, and about each kind of value.

import FieldRows
import Testing

@testable import ClientRegistry

@Suite struct ClientRegistryTests {
    private static let versions = """
        valid_from: 2026-01-02
        valid_until: 2026-01-20
        clients:
          - { client_id: shop, client_type: public, valid_until: 2026-01-10 }
          - { client_id: shop, client_type: confidential, valid_from: 2026-01-10, valid_until: 2026-01-12 }
          - { client_id: shop, client_type: public, valid_from: 2026-01-15 }
          - { client_id: open, client_type: public }
          - { client_id: open, client_type: confidential, valid_from: 2026-01-10 }
        """

    @Test(
        arguments: [
            ("shop", january(2) - 1, "silent"), ("shop", january(2), "public"), ("shop", january(10) - 1, "public"),
            ("shop", january(10), "confidential"), ("shop", january(12) - 1, "confidential"),
            ("shop", january(12), "unregistered"), ("shop", january(15) - 1, "unregistered"),
            ("shop", january(15), "public"), ("shop", january(20) - 1, "public"), ("shop", january(20), "silent"),
            // A version without an end is over when the next one begins.
            ("open", january(10) - 1, "public"), ("open", january(10), "confidential"),
            ("ghost", january(5), "unregistered"), ("Shop", january(5), "unregistered"),
            ("", january(5), "unregistered"), ("ghost", january(1), "silent"),
            ("shop", .min, "silent"), ("shop", .max, "silent"),
        ] as [(String, Int64, String)]
    )
    func answersAsOfATime(_ id: String, _ time: Int64, _ expected: String) throws {
        let registry = try ClientRegistry(yaml: Self.versions)
        switch registry.client(id, at: time) {
        case .silent: #expect(expected == "silent")
        case .unregistered: #expect(expected == "unregistered")
        case .registered(let version): #expect(registry.clientType(version)?.rawValue == expected)
        }
    }

    private static let owners = """
        clients:
          - { client_id: app, issuer: "https://a.example.com", client_type: public }
          - { client_id: app, issuer: "https://b.example.com", tenant: t, client_type: confidential }
          - { client_id: one, issuer: "https://a.example.com", client_type: public }
        """

    @Test(
        arguments: [
            ("app", "https://a.example.com", "", "public"), ("app", "https://b.example.com", "", "confidential"),
            ("app", "https://b.example.com", "t", "confidential"), ("app", "https://b.example.com", "u", "silent"),
            // Which one is meant is not known.
            ("app", "", "", "silent"), ("app", "https://c.example.com", "", "silent"),
            ("app", "https://a.example.com/", "", "silent"),
            // The tenant says more about the second.
            ("app", "", "t", "confidential"), ("app", "", "u", "public"), ("one", "", "", "public"),
            ("one", "https://b.example.com", "t", "unregistered"), ("one", "https://c.example.com", "", "silent"),
            ("ghost", "https://a.example.com", "", "unregistered"), ("ghost", "", "", "unregistered"),
        ] as [(String, String, String, String)]
    )
    func answersForIssuersAndTenants(_ id: String, _ issuer: String, _ tenant: String, _ expected: String) throws {
        let registry = try ClientRegistry(yaml: Self.owners)
        switch registry.client(id, issuer: issuer, tenant: tenant) {
        case .silent: #expect(expected == "silent")
        case .unregistered: #expect(expected == "unregistered")
        case .registered(let version): #expect(registry.clientType(version)?.rawValue == expected)
        }
    }

    private static let redirects = """
        clients:
          - client_id: web
            client_type: confidential
            redirect_uris: [https://shop.example.com/cb, "http://127.0.0.1:8080/cb"]
          - client_id: native
            application_type: native
            redirect_uris: ["http://127.0.0.1/cb", "http://[::1]:1/cb?x=1", "http://localhost", com.example.app:/cb]
          - client_id: unsaid
            redirect_uris: ["http://localhost:3000/cb"]
          - client_id: declared
            application_type: web
            redirect_uris: ["http://localhost:3000/cb"]
          - client_id: patterns
            redirect_uri_patterns: ["https://shop.example.com/app/*", "https://*.example.org/cb"]
          - client_id: everything
            redirect_uris: []
            redirect_uri_patterns: ["*"]
          - client_id: none
            redirect_uris: []
          - client_id: silent
        """

    @Test(
        arguments: [
            ("web", "https://shop.example.com/cb", true), ("web", "https://shop.example.com/cb/", false),
            ("web", "https://shop.example.com/CB", false), ("web", "HTTPS://shop.example.com/cb", false),
            ("web", "https://shop.example.com/cb?a=b", false), ("web", "https://shop.example.com/cb#a", false),
            ("web", "https://shop.example.com/c", false), ("web", "", false),
            ("web", "http://127.0.0.1:8080/cb", true), ("web", "http://127.0.0.1:8081/cb", false),
            ("native", "http://127.0.0.1/cb", true), ("native", "http://127.0.0.1:51004/cb", true),
            ("native", "http://127.0.0.1:0/cb", true), ("native", "http://127.0.0.1:/cb", false),
            ("native", "http://127.0.0.1:123456/cb", false), ("native", "http://127.0.0.1:80x/cb", false),
            ("native", "http://127.0.0.1:80@evil.example.net/cb", false),
            ("native", "http://127.0.0.1.example.net/cb", false),
            ("native", "http://127.0.0.1:51004/cb/", false), ("native", "http://127.0.0.1:51004", false),
            ("native", "https://127.0.0.1:51004/cb", false), ("native", "http://127.0.0.2:51004/cb", false),
            ("native", "http://[::1]:51004/cb?x=1", true), ("native", "http://[::1]:51004/cb?x=2", false),
            ("native", "http://localhost:51004", true), ("native", "http://localhost:51004/", false),
            ("native", "http://localhost:51004/cb", false), ("native", "com.example.app:/cb", true),
            ("unsaid", "http://localhost:3001/cb", true), ("declared", "http://localhost:3001/cb", false),
            ("patterns", "https://shop.example.com/app/a?b#c", true),
            ("patterns", "https://shop.example.com/app/", true),
            ("patterns", "https://shop.example.com/app", false), ("patterns", "https://a.example.org/cb", true),
            ("patterns", "https://a.b.example.org/cb", true), ("patterns", "https://a.example.org/cb2", false),
            ("patterns", "https://evil.example.net/.example.org/cb", false),
            ("patterns", "https://evil.example.net?.example.org/cb", false),
            ("patterns", "https://evil.example.net#.example.org/cb", false),
            ("patterns", "https://evil.example.net\\.example.org/cb", false),
            ("patterns", "https://a@evil.example.org/cb", false), ("patterns", "https://.example.org/cb", true),
            ("patterns", "https://example.org/cb", false),
            ("everything", "anything", true), ("none", "https://shop.example.com/cb", false),
            ("silent", "https://shop.example.com/cb", nil),
        ] as [(String, String, Bool?)]
    )
    func comparesRedirectURIs(_ id: String, _ uri: String, _ expected: Bool?) throws {
        let registry = try ClientRegistry(yaml: Self.redirects)
        #expect(registry.ask(registry.hasRedirectURI, uri, try registry.version(id)) == expected)
    }

    @Test(
        arguments: [
            ("203.0.113.0", true), ("203.0.113.255", true), ("203.0.114.0", false), ("::ffff:203.0.113.7", true),
            ("2001:db8::1", true), ("2001:db9::1", false), ("192.0.2.1", true), ("192.0.2.2", false),
            ("localhost", nil), ("", nil), ("203.0.113.7:443", nil),
        ] as [(String, Bool?)]
    )
    func looksForAddressesInNetworks(_ address: String, _ expected: Bool?) throws {
        let registry = try ClientRegistry(
            yaml: """
                clients:
                  - { client_id: a, networks: [203.0.113.0/24, "2001:db8::/32", 192.0.2.1] }
                  - { client_id: b, networks: [] }
                  - { client_id: c }
                """
        )
        #expect(registry.ask(registry.hasAddress, address, try registry.version("a")) == expected)
        #expect(registry.ask(registry.hasAddress, address, try registry.version("b")) == expected.map { _ in false })
        #expect(registry.ask(registry.hasAddress, address, try registry.version("c")) == nil)
    }

    @Test func comparesWordsByTheirBytes() throws {
        let registry = try ClientRegistry(
            yaml: """
                clients:
                  - client_id: a
                    scope: openid orders.read
                    grant_types: [authorization_code]
                    token_endpoint_auth_method: [client_secret_basic, private_key_jwt]
                    access_token_lifetime: 300
                  - client_id: b
                """
        )
        let (a, b) = (try registry.version("a"), try registry.version("b"))
        for (text, expected) in [("openid", true), ("OpenID", false), ("orders.read", true), ("orders", false)] {
            #expect(registry.ask(registry.hasScopeValue, text, a) == expected)
            #expect(registry.ask(registry.hasScopeValue, text, b) == nil)
        }
        #expect(registry.ask(registry.hasGrantType, "authorization_code", a) == true)
        // A word of the registry, but not of this list.
        #expect(registry.ask(registry.hasGrantType, "openid", a) == false)
        #expect(registry.ask(registry.hasGrantType, "authorization_code", b) == nil)
        #expect(registry.ask(registry.hasAuthMethod, "private_key_jwt", a) == true)
        #expect(registry.ask(registry.hasAuthMethod, "none", a) == false)
        #expect(registry.accessTokenLifetime(a) == 300 && registry.accessTokenLifetime(b) == nil)
    }

    @Test func knowsWhatItSays() throws {
        let registry = try ClientRegistry(yaml: "clients: [{ client_id: a, scope: x }, { client_id: b, networks: [] }]")
        let said = RegistryAttribute.allCases.filter(registry.says)
        #expect(said == [.client, .scope, .networks])
        #expect(RegistryAttribute.allCases.allSatisfy(ClientRegistry.complete.says))
        let keys = Set(RegistryKey.ofClient.map(\.name))
        #expect(RegistryAttribute.allCases.allSatisfy { keys.contains($0.rawValue) })
    }

    /// Neither the order of entries nor that of values matters, and both answer as somebody would who looks at the
    /// entries one by one.
    @Test func orderDoesNotMatter() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<100 {
            let clients = RegisteredClients.random(using: &generator)
            var shuffled = clients
            shuffled.versions.shuffle(using: &generator)
            let (one, other) = (ClientRegistry(clients), ClientRegistry(shuffled))
            #expect(RegistryText.yaml(clients) == RegistryText.yaml(shuffled))
            for _ in 0..<100 {
                let id = RegisteredClients.ids.randomElement(using: &generator) ?? ""
                let time = january(.random(in: 1...12, using: &generator)) - .random(in: 0...1, using: &generator)
                let tenant = ["", "t", "u"].randomElement(using: &generator) ?? ""
                let answers = [one, other].map { registry in
                    switch registry.client(id, tenant: tenant, at: time) {
                    case .silent: "silent"
                    case .unregistered: "unregistered"
                    case .registered(let version): "\(registry.accessTokenLifetime(version) ?? -1)"
                    }
                }
                let expected = clients.slowAnswer(id, tenant: tenant, at: time)
                #expect(answers == [expected, expected], "\(id) \(tenant) \(time)\n\(RegistryText.yaml(clients))")
            }
        }
    }
}

extension RegisteredClients {
    static let ids = ["a", "b", "c", "é", "ghost"]

    /// Versions of a few clients that do not overlap; the lifetime tells them apart.
    static func random(using generator: inout some RandomNumberGenerator) -> RegisteredClients {
        var clients = RegisteredClients()
        for id in ids.dropLast() {
            for tenant in [nil, "t"] as [String?] where Bool.random(using: &generator) {
                var days = Array(Int64(2)...10).shuffled(using: &generator).prefix(4).sorted()
                if Bool.random(using: &generator), !days.isEmpty { days.removeLast() }
                for (place, day) in days.enumerated() {
                    var client = RegisteredClient(clientID: id)
                    client.tenant = tenant
                    client.accessTokenLifetime = clients.versions.count
                    if place > 0 || Bool.random(using: &generator) { client.validFrom = january(day) }
                    let next = place + 1 < days.count ? days[place + 1] : 12
                    if Bool.random(using: &generator) {
                        client.validUntil = january(.random(in: day + 1...next, using: &generator))
                    }
                    clients.versions.append(client)
                }
            }
        }
        return clients
    }

    /// The same answer by looking at all entries.
    func slowAnswer(_ id: String, tenant: String, at time: Int64) -> String {
        func fits(_ client: RegisteredClient) -> Bool { tenant.isEmpty || client.tenant ?? tenant == tenant }
        let covering = versions.filter(fits)
        let named = covering.filter { $0.clientID == id }
        guard !named.isEmpty else { return covering.isEmpty ? "silent" : "unregistered" }
        let exact = tenant.isEmpty ? [] : named.filter { $0.tenant == tenant }
        let meant = exact.isEmpty ? named : exact
        guard Set(meant.map(\.tenant)).count == 1 else { return "silent" }
        let begun = meant.filter { $0.validFrom ?? .min <= time }
        guard let last = begun.max(by: { $0.validFrom ?? .min < $1.validFrom ?? .min }) else { return "unregistered" }
        return time < last.validUntil ?? .max ? "\(last.accessTokenLifetime ?? -1)" : "unregistered"
    }
}
