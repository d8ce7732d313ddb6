// What the client registry says of events: field by field, and when it says nothing.

import AuthEvents
import ClientRegistry
import FieldRows
import GrantLineage
import Testing

@Suite struct ClientFieldsTests {
    private static let registry = """
        valid_from: 2023-01-01
        clients:
          - client_id: shop
            client_type: confidential
            token_endpoint_auth_method: private_key_jwt
            redirect_uris: [https://shop.example.com/cb]
            grant_types: [authorization_code]
            scope: openid orders.read
            networks: [203.0.113.0/24]
            access_token_lifetime: 300
          - client_id: cli
            client_type: public
          - client_id: tenant-app
            tenant: customers
            client_type: public
        """

    /// What an event says besides its client, and the fields that follow.
    struct Example: Sendable, CustomTestStringConvertible {
        var client = "shop"
        var kind = EventKind.tokenRequest
        var outcome = EventOutcome.success
        var fields: [CanonicalField: String] = [:]
        let expected: [String: String]

        var testDescription: String {
            "\(client) \(kind) \(outcome) \(fields.map { "\($0.key)=\($0.value)" }.sorted())"
        }
    }

    private static let shop = ["client.registered": "true", "client.type": "confidential"]

    private static func shop(_ more: [String: String]) -> [String: String] { shop.merging(more) { $1 } }

    static let examples = [
        Example(expected: shop),
        Example(client: "cli", expected: ["client.registered": "true", "client.type": "public"]),
        Example(client: "ghost", fields: [.redirectURI: "x", .scope: "y"], expected: ["client.registered": "false"]),
        Example(client: "", fields: [.redirectURI: "x"], expected: [:]),
        Example(
            client: "cli",
            fields: [
                .redirectURI: "x", .scope: "y", .grantType: "z", .ip: "192.0.2.1", .expiresIn: "9",
                .clientAuthMethod: "none",
            ],
            expected: ["client.registered": "true", "client.type": "public"]
        ),
        Example(
            fields: [
                .redirectURI: "https://shop.example.com/cb", .scope: "orders.read openid",
                .grantType: "authorization_code",
                .ip: "203.0.113.7", .expiresIn: "300", .clientAuthMethod: "private_key_jwt",
            ],
            expected: shop([
                "client.redirect_uri_registered": "true", "client.grant_type_registered": "true",
                "client.network_registered": "true", "client.auth_method_registered": "true",
                "client.access_token_lifetime_exceeded": "false",
            ])
        ),
        Example(
            fields: [
                .redirectURI: "https://shop.example.com/cb2", .scope: "write openid admin write",
                .grantType: "password",
                .ip: "198.51.100.7", .expiresIn: "301", .clientAuthMethod: "none",
            ],
            expected: shop([
                "client.redirect_uri_registered": "false", "client.grant_type_registered": "false",
                "client.network_registered": "false", "client.auth_method_registered": "false",
                "client.access_token_lifetime_exceeded": "true", "client.scope_not_registered": "admin write",
            ])
        ),
        // Granted when it was granted, asked for when it was not.
        Example(fields: [.scope: "openid", .scopeRequested: "admin"], expected: shop),
        Example(
            outcome: .failure,
            fields: [.scope: "openid", .scopeRequested: "admin"],
            expected: shop(["client.scope_not_registered": "admin"])
        ),
        Example(fields: [.scopeRequested: "admin,openid"], expected: shop(["client.scope_not_registered": "admin"])),
        Example(outcome: .failure, fields: [.scope: "admin"], expected: shop(["client.scope_not_registered": "admin"])),
        Example(fields: [.scope: "OPENID"], expected: shop(["client.scope_not_registered": "OPENID"])),
        Example(fields: [.scope: " , "], expected: shop),
        Example(fields: [.scope: String(repeating: "a ", count: 10_000)], expected: shop),
        // Requests that somebody else makes.
        Example(kind: .authorizationRequest, fields: [.ip: "198.51.100.7"], expected: shop),
        Example(fields: [.ip: "198.51.100.7", .ipRole: "user_agent"], expected: shop),
        Example(fields: [.ip: "198.51.100.7", .ipRole: "proxy"], expected: shop),
        Example(
            fields: [.ip: "198.51.100.7", .ipRole: "client_backend"],
            expected: shop(["client.network_registered": "false"])
        ),
        Example(fields: [.ip: "host.example.com"], expected: shop),
        Example(fields: [.expiresIn: "soon"], expected: shop),
        Example(fields: [.expiresIn: "99999999999999999999"], expected: shop),
        // After signing out a user may go elsewhere; who is registered is no client that asks.
        Example(kind: .sessionLogout, fields: [.redirectURI: "https://shop.example.com/bye"], expected: shop),
        Example(client: "ghost", kind: .clientRegister, expected: [:]),
        Example(client: "ghost", kind: .other, expected: ["client.registered": "false"]),
        // Of another tenant, the registry has clients that belong to any.
        Example(fields: [.tenant: "staff"], expected: shop),
        Example(client: "tenant-app", fields: [.tenant: "staff"], expected: ["client.registered": "false"]),
        Example(
            client: "tenant-app",
            fields: [.tenant: "customers"],
            expected: ["client.registered": "true", "client.type": "public"]
        ),
    ]

    @Test(arguments: examples) func saysWhatIsRegistered(_ example: Example) throws {
        let player = try RegistryPlayer(Self.registry)
        func registered(_ fields: [String: String]) -> [String: String] {
            fields.filter { DerivedField(name: $0.key)?.registryAttribute != nil }
        }
        #expect(registered(player.play(example)) == example.expected)
        // The same in a group of rows, each of which has its own answer.
        for answer in player.play([example, Self.examples[1], example]).enumerated() where answer.offset != 1 {
            #expect(registered(answer.element) == example.expected)
        }
    }

    @Test func judgesByTheRegistryOfTheDay() throws {
        let player = try RegistryPlayer(
            """
            valid_from: 2023-11-01
            clients: [{ client_id: shop, valid_from: 2023-11-14, valid_until: 2023-11-15 }]
            """
        )
        let day: Int64 = 86_400_000_000
        let noon: Int64 = 1_699_963_200_000_000
        for (days, expected) in [(-20, nil), (-1, "false"), (0, "true"), (1, "false")] as [(Int64, String?)] {
            #expect(player.play(Example(expected: [:]), at: noon + days * day)["client.registered"] == expected)
        }
    }

    @Test func countsScopesThatAreTooLong() throws {
        let player = try RegistryPlayer(Self.registry)
        let long = Example(fields: [.scope: String(repeating: "a", count: 20_000)], expected: [:])
        _ = player.play(long)
        #expect(player.tracker.statistics.scopesNotRead == 1)
    }

    @Test func withoutARegistryNothingIsSaid() throws {
        let player = try RegistryPlayer(nil)
        #expect(player.play(Self.examples[5]).isEmpty)
        #expect(!player.tracker.hasClientRegistry && !player.tracker.clientRegistrySays(.clientRegistered))
    }

    @Test func knowsWhetherItCouldAnswer() throws {
        let player = try RegistryPlayer("clients: [{ client_id: shop, tenant: customers, scope: openid }]")
        let tracker = player.tracker
        #expect(tracker.clientRegistrySays(.clientRegistered) && tracker.clientRegistrySays(.clientScopeNotRegistered))
        #expect(!tracker.clientRegistrySays(.clientType) && !tracker.clientRegistrySays(.codeState))
        #expect(!tracker.clientRegistryIsSilent(about: 0))
        _ = player.play(Example(fields: [.tenant: "staff"], expected: [:]))
        #expect(tracker.clientRegistryIsSilent(about: 0) && !tracker.clientRegistryIsSilent(about: 1))
        _ = player.play(Example(fields: [.tenant: "customers"], expected: [:]))
        #expect(!tracker.clientRegistryIsSilent(about: 0))
    }

    /// The scope that a family was not granted and the one that is not registered stand in one event.
    @Test func doesNotDisturbLineage() throws {
        let player = try RegistryPlayer(Self.registry)
        let key = FingerprintKey(Array(repeating: 7, count: FingerprintKey.byteCount))
        func token(_ name: String) -> TokenFingerprint {
            let bytes = Array(name.utf8)
            return key.fingerprint(bytes.span.bytes, kind: .id)
        }
        _ = player.play(Example(fields: [.scope: "openid"], expected: [:])) { batch in
            batch.events[0].grantType = .authorizationCode
            batch.fingerprints[Artefact.refreshTokenIssued.rawValue] = token("r1")
        }
        let fields = player.play(Example(fields: [.scope: "admin orders.read"], expected: [:])) { batch in
            batch.events[0].grantType = .refreshToken
            batch.fingerprints[Artefact.refreshToken.rawValue] = token("r1")
        }
        #expect(fields["grant.scope_added"] == "admin orders.read")
        #expect(fields["client.scope_not_registered"] == "admin")
    }
}

/// Shows events with texts to a tracker with a registry, and reads the derived fields from their rows.
private struct RegistryPlayer {
    let tracker: LineageTracker
    private let writer = DerivedFieldWriter(layout: .full)
    private let scratch = ByteBlock(capacity: 16)

    init(_ yaml: String?) throws {
        let registry = try yaml.map { yaml in
            let file = RegistryFile(parsing: yaml, file: "clients.yml")
            try #require(file.isUsable, "\(file.remarks)")
            return ClientRegistry(file.clients)
        }
        tracker = LineageTracker(clientRegistry: registry)
        writer.prepare(scratch)
    }

    func play(
        _ example: ClientFieldsTests.Example,
        at time: Int64 = 1_700_000_000_000_000,
        _ change: (EventBatch) -> Void = { _ in }
    ) -> [String: String] {
        let batch = EventBatch([example], at: time)
        change(batch)
        var derived = DerivedFields()
        tracker.apply(batch, 0, derived: &derived)
        writer.write(derived, lineage: tracker, to: batch, row: 0, scratch: scratch)
        return fields(batch, 0)
    }

    func play(_ examples: [ClientFieldsTests.Example]) -> [[String: String]] {
        let batch = EventBatch(examples, at: 1_700_000_000_000_000)
        let present = RowBlock<UInt64>()
        _ = present.append(Array(repeating: 0, count: examples.count))
        tracker.apply(batch, examples.indices, writer: writer, scratch: scratch, present: present)
        return examples.indices.map { fields(batch, $0) }
    }

    private func fields(_ batch: EventBatch, _ index: Int) -> [String: String] {
        batch.withRow(index, scratch: scratch) { row in
            var fields: [String: String] = [:]
            for (place, name) in DerivedField.names.enumerated() {
                fields[name] = row.text(row[CanonicalField.allCases.count + place])
            }
            return fields
        }
    }
}

extension EventBatch {
    fileprivate convenience init(_ examples: [ClientFieldsTests.Example], at time: Int64) {
        self.init(columns: FieldLayout.full.count, block: ByteBlock(capacity: 64))
        for example in examples {
            let first = slices.append(Array(repeating: .missing, count: columns))
            _ = fingerprints.append(Array(repeating: .none, count: Artefact.allCases.count))
            var event = AuthEvent()
            (event.time, event.kind, event.outcome) = (time, example.kind, example.outcome)
            var fields = example.fields
            if !example.client.isEmpty { fields[.clientID] = example.client }
            for (field, text) in fields {
                let bytes = Array(text.utf8)
                // Some come from the line, others from the decoder's arena.
                let (target, region): (ByteBlock, FieldSlice.Region) =
                    field.rawValue % 2 == 0 ? (block, .line) : (arena, .arena)
                let offset = target.append(bytes.span.bytes)
                slices[first + field.rawValue] = FieldSlice(.string, region, offset: offset, count: bytes.count)
                event.present |= 1 << UInt64(field.rawValue)
            }
            events.append(event)
        }
    }
}
