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
}
