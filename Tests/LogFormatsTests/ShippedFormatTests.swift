// Every format that is shipped loads, compiles and does with its samples what it says.

import AuthEvents
import FieldRows
import LogFormats
import Testing

@Suite struct ShippedFormatTests {
    @Test func allFilesHoldFormats() {
        #expect(Formats.catalog.errors.map(\.description) == [])
        #expect(Formats.names.count >= 8)
        #expect(Formats.names == Formats.names.sorted())
    }

    @Test(arguments: Formats.names) func samplesBecomeWhatTheyShould(_ name: String) throws {
        let plan = try Formats.plan(name)
        #expect(FormatCheck(plan).problems == [])
        #expect(!plan.format.samples.isEmpty, "a format without samples proves nothing")
        #expect(!plan.format.title.isEmpty)
    }

    /// A report must be able to say what to switch on.
    @Test(arguments: Formats.names) func formatSaysWhatToSwitchOn(_ name: String) throws {
        let plan = try Formats.plan(name)
        guard !plan.capabilities.kinds.isEmpty else { return }
        #expect(!plan.format.enable.isEmpty, "'enable' is missing")
        if plan.capabilities.kinds.contains(.tokenRequest) {
            #expect(plan.format.successHint?.isEmpty == false, "'success' is missing")
        }
    }

    @Test(arguments: Formats.names) func samplesDoNotDependOnEachOther(_ name: String) throws {
        let plan = try Formats.plan(name)
        // Lines that are parts of one record do depend on each other.
        guard plan.format.record == nil, plan.format.continues == nil else { return }
        var decoder = LineDecoder(plan, key: Formats.key)
        // Twice in one decoder: what it has learnt from other lines must not change what it reads.
        // A time without date or year is the one thing that other lines tell.
        let fates = ["rejected: time without date", "rejected: time without year"]
        let samples = plan.format.samples.filter { !fates.contains($0.fate ?? "") }
        for sample in samples + samples.reversed() {
            let alone = decode(sample.text, plan)
            var together = Decoding()
            together.add(decoder.decode(lineBatch(sample.text.utf8)), plan.layout)
            #expect(together.fate == alone.fate)
            #expect(together.events.first?.fields == alone.events.first?.fields)
            #expect(together.events.first?.fingerprints == alone.events.first?.fingerprints)
        }
    }

    @Test func failedSampleIsReportedWithItsPlace() throws {
        let plan = try Formats.plan(
            parsing: """
                format: test
                title: Test
                time: time
                shapes: [{ name: any, json: true }]
                fields: { client_id: client }
                events: [{ is: other success }]
                samples:
                  - line: '{"time":"2026-01-05T10:00:00Z","client":"shop"}'
                    event: { client_id: app, sub: alice, kind: other }
                  - line: '{"client":"shop"}'
                    event: { client_id: shop }
                  - line: '{"client":"shop"}'
                    ignored: blank line
                  - line: '{"time":"2026-01-05T10:00:00Z"}'
                    rejected: no time
                """
        )
        #expect(
            FormatCheck(plan).problems == [
                "test.yml:8: sample failed: client_id is 'shop', not 'app'; sub is missing, not 'alice'",
                "test.yml:10: sample failed: expected an event, was rejected: no time",
                "test.yml:12: sample failed: expected 'ignored: blank line', was 'rejected: no time'",
                "test.yml:14: sample failed: expected 'rejected: no time', was 'an event'",
            ]
        )
    }

    @Test func folderThatDoesNotExistIsAnError() {
        let catalog = FormatCatalog(folders: ["no/such/folder"])
        #expect(catalog.formats.isEmpty)
        #expect(
            catalog.errors.map(\.description) == [
                """
                no/such/folder:1:1: cannot read the folder of format files
                  hint: name the folder with --rules (its subfolder 'formats') or --formats
                """
            ]
        )
    }

    @Test func capabilitiesNameWhatAFormatCanDeliver() throws {
        let combined = try Formats.plan("combined").capabilities
        #expect(combined.source == "combined")
        #expect(combined.kinds.contains(.tokenRequest))
        #expect(!combined.kinds.contains(.consentGrant))
        #expect(combined.fields[.authorizationRequest]?.contains(.redirectURI) == true)
        #expect(combined.fields[.tokenRequest]?.contains(.redirectURI) == false)
        #expect(combined.fields[.tokenRequest]?.isSuperset(of: [.network, .credentialInURL]) == true)
        #expect(combined.fields[.tokenRequest]?.contains(.credentialInLog) == false)
        let keycloak = try Formats.plan("keycloak").capabilities
        #expect(keycloak.successHint?.contains("success-level") == true)
        let flask = try Formats.plan("flask-authlib").capabilities
        #expect(flask.fields[.tokenRequest]?.contains(.credentialInLog) == true)
    }

    @Test func capabilitiesDoNotMixShapes() throws {
        // An access log says nothing about what its server thinks.
        let combined = try Formats.plan("combined").capabilities
        #expect(combined.fields.values.allSatisfy { !$0.contains(.verdict) })
        #expect(combined.outcomes[.tokenRequest] == [.success, .failure, .unknown])
        #expect(combined.outcomes[.authorizationRequest] == [.failure, .unknown])
        #expect(combined.linkage == .none)
        // Event lines of Keycloak have tokens, its access lines have user agents, and neither has the other's.
        let keycloak = try Formats.plan("keycloak").capabilities
        let tokens: Set<CanonicalField> = [.refreshToken, .refreshTokenIssued, .verdict]
        #expect(keycloak.fields[.tokenRequest]?.isSuperset(of: tokens) == true)
        #expect(keycloak.fields[.tokenRequest]?.contains(.userAgent) == false)
        #expect(keycloak.fields[.httpAccess]?.contains(.userAgent) == true)
        #expect(keycloak.fields[.httpAccess]?.isDisjoint(with: tokens) == true)
        #expect(keycloak.linkage == .succession)
    }

    @Test func capabilitiesFollowConditions() throws {
        let plan = try Formats.plan(
            parsing: """
                format: test
                title: Test
                time: time
                shapes:
                  - { name: user, json: true, where: { type: USER } }
                  - { name: text, pattern: '^(?<time>\\S+) (?<what>\\w+)$' }
                names: { action: [what, details.what] }
                fields: { client_id: client, sub: who }
                events:
                  - { when: { type: ADMIN }, is: client.update success }
                  - { when: { who|exists: "true" }, is: userinfo success }
                  - { when: { action: sign }, is: session.login by-status, also: consent.grant success }
                """
        )
        let able = plan.capabilities
        // No shape has lines of type ADMIN; lines that no case fits are `other`.
        #expect(able.kinds == [.userinfo, .sessionLogin, .consentGrant, .other])
        #expect(able.outcomes[.consentGrant] == [.success])
        #expect(able.outcomes[.other] == [.unknown])
        #expect(able.fields[.sessionLogin]?.contains(.clientID) == true)
    }

    /// Every event of a sample is one that the capabilities of its format have foreseen.
    @Test(arguments: Formats.names) func samplesDoNotExceedCapabilities(_ name: String) throws {
        let plan = try Formats.plan(name)
        let able = plan.capabilities
        for sample in plan.format.samples {
            var decoder = LineDecoder(plan, key: Formats.key)
            var result = Decoding()
            try withBatches(of: Array(sample.text.utf8)) { result.add(decoder.decode($0), plan.layout) }
            if let rest = decoder.finish() { result.add(rest, plan.layout) }
            for event in result.events {
                let kind = event.event.kind
                #expect(able.outcomes[kind]?.contains(event.event.outcome) == true, "\(kind) \(sample.line)")
                let names = Set((able.fields[kind] ?? []).map(\.name))
                let more = Set(event.fields.keys).subtracting(names)
                #expect(more.isEmpty, "\(name):\(sample.line): \(kind) has \(more.sorted())")
            }
        }
    }
}
