// A merge closes what has changed, adds what is new, and leaves the rest alone.

import Testing

@testable import ClientRegistry

@Suite struct RegistryMergeTests {
    private static let history = """
        valid_from: 2026-01-01
        clients:
          - { client_id: gone, tenant: t }
          - { client_id: same, tenant: t, scope: a b, networks: [203.0.113.0/24] }
          - { client_id: new-uri, tenant: t, redirect_uris: [https://a.example.com], redirect_uri_patterns: ["https://a/*"] }
          - { client_id: back, tenant: t, valid_until: 2026-01-03 }
          - { client_id: elsewhere, tenant: u }
        """

    private func clients(_ text: String) throws -> RegisteredClients {
        let file = RegistryFile(parsing: text, file: "f")
        try #require(file.isUsable, "\(file.remarks)")
        return file.clients
    }

    private static let export = """
        clients:
          - { client_id: same, tenant: t, scope: b a }
          - { client_id: new-uri, tenant: t, redirect_uris: [https://b.example.com] }
          - { client_id: back, tenant: t }
          - { client_id: fresh, tenant: t, client_type: public }
        """

    @Test func keepsTheHistory() throws {
        let merge = try RegistryMerge(clients(Self.export), into: clients(Self.history), at: january(10))
        #expect([merge.added, merge.changed, merge.closed, merge.unchanged] == [2, 1, 1, 1])
        #expect(
            RegistryText.yaml(merge.clients) == """
                valid_from: 2026-01-01
                clients:
                  - client_id: back
                    tenant: t
                    valid_until: 2026-01-03
                  - client_id: back
                    tenant: t
                    valid_from: 2026-01-10
                  - client_id: elsewhere
                    tenant: u
                  - client_id: fresh
                    tenant: t
                    client_type: public
                    valid_from: 2026-01-10
                  - client_id: gone
                    tenant: t
                    valid_until: 2026-01-10
                  - client_id: new-uri
                    tenant: t
                    redirect_uris: [https://a.example.com]
                    redirect_uri_patterns: ["https://a/*"]
                    valid_until: 2026-01-10
                  - client_id: new-uri
                    tenant: t
                    redirect_uris: [https://b.example.com]
                    valid_from: 2026-01-10
                  - client_id: same
                    tenant: t
                    scope: a b
                    networks: ["203.0.113.0/24"]

                """
        )
    }

    @Test func theSameExportAgainChangesNothing() throws {
        let once = try RegistryMerge(clients(Self.export), into: clients(Self.history), at: january(10)).clients
        for day in [10, 11] as [Int64] {
            let twice = try RegistryMerge(clients(Self.export), into: once, at: january(day))
            #expect(RegistryText.yaml(twice.clients) == RegistryText.yaml(once))
            #expect([twice.added, twice.changed, twice.closed, twice.unchanged] == [0, 0, 0, 4])
        }
    }

    @Test func anotherExportOfTheSameDayReplacesTheFirst() throws {
        let first = try RegistryMerge(
            clients("clients: [{ client_id: a, scope: x }, { client_id: b }]"),
            into: clients("clients: [{ client_id: a, scope: w }]"),
            at: january(10)
        ).clients
        let second = try RegistryMerge(clients("clients: [{ client_id: a, scope: z }]"), into: first, at: january(10))
        #expect(
            RegistryText.yaml(second.clients) == """
                clients:
                  - client_id: a
                    scope: w
                    valid_until: 2026-01-10
                  - client_id: a
                    scope: z
                    valid_from: 2026-01-10

                """
        )
    }

    @Test func exportsComeInTheOrderOfTheirDays() throws {
        let later = try RegistryMerge(clients(Self.export), into: clients(Self.history), at: january(10)).clients
        #expect(throws: RegistryMerge.Problem(clientID: "new-uri")) {
            let export = "clients: [{ client_id: new-uri, tenant: t }]"
            _ = try RegistryMerge(clients(export), into: later, at: january(9))
        }
    }

    /// Whatever comes, what is written stays a registry, and yesterday's answers stay as they were.
    @Test func thePastStays() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<50 {
            var history = RegisteredClients()
            for day in [13, 14, 15] as [Int64] {
                var export = RegisteredClients()
                for id in RegisteredClients.ids where Bool.random(using: &generator) {
                    var client = RegisteredClient(clientID: id)
                    client.accessTokenLifetime = .random(in: 0...2, using: &generator)
                    export.versions.append(client)
                }
                guard !export.versions.isEmpty else { continue }
                let before = ClientRegistry(history)
                history = try RegistryMerge(export, into: history, at: january(day)).clients
                let file = RegistryFile(parsing: RegistryText.yaml(history), file: "f")
                #expect(file.isUsable, "\(file.remarks)")
                let after = ClientRegistry(file.clients)
                for id in RegisteredClients.ids {
                    for past in 12..<day where !before.isEmpty {
                        #expect(lifetime(before, id, january(past)) == lifetime(after, id, january(past)))
                    }
                    let expected = export.versions.first { $0.clientID == id }?.accessTokenLifetime
                    #expect(lifetime(after, id, january(day)) == expected)
                }
            }
        }
    }

    private func lifetime(_ registry: ClientRegistry, _ id: String, _ time: Int64) -> Int? {
        guard case .registered(let version) = registry.client(id, at: time) else { return nil }
        return registry.accessTokenLifetime(version)
    }
}

extension ClientRegistry {
    fileprivate var isEmpty: Bool { !says(.client) }
}
