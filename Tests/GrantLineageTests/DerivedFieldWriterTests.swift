// Derived fields as slices: types, large numbers, missing columns, reuse of the scratch block.

import AuthEvents
import ClientRegistry
import FieldRows
import GrantLineage
import Testing

@Suite struct DerivedFieldWriterTests {
    @Test func everyFieldHasNameTypeAndMeaning() {
        #expect(DerivedField.names.count == 64)
        #expect(Set(DerivedField.names).count == 64)
        #expect(Set(DerivedField.names).isDisjoint(with: CanonicalField.names))
        for field in DerivedField.allCases {
            #expect(DerivedField(name: field.name) == field)
            #expect(field.meaning.hasSuffix("."))
            #expect(!field.needs.isEmpty || !field.needsOneOf.isEmpty)
            #expect(field.originNeeds.isEmpty || !field.origins.isEmpty)
            #expect(Self.words(field.name) == Self.words("\(field)"))
        }
        #expect(DerivedField.codeState.name == "code.state")
        #expect(DerivedField.refreshTokenClientMismatch.name == "refresh_token.client_mismatch")
        #expect(DerivedField.familyLiveBranches.name == "family.live_branches")
        #expect(DerivedField.grantCodeRefused.name == "grant.code_refused")
        #expect(DerivedField.clientRedirectURIRegistered.name == "client.redirect_uri_registered")
        let ofClients = DerivedField.allCases.filter { $0.registryAttribute != nil }
        #expect(ofClients.allSatisfy { $0.name.hasPrefix("client.") })
        #expect(Set(ofClients.compactMap(\.registryAttribute)) == Set(RegistryAttribute.allCases))
        #expect(ofClients.allSatisfy { !$0.needsSuccess })
        #expect(DerivedField(name: "code.nonsense") == nil)
        #expect(DerivedField.codeState.type == .word(["unknown", "issued", "redeemed"]))
    }

    /// The letters of a name, with what has a longer name in code than in rules.
    private static func words(_ name: String) -> String {
        name.lowercased().filter(\.isLetter).replacing("confirmation", with: "cnf")
    }

    @Test(arguments: [0, 9, 10, 1023, 1024, 86_399, 4_294_967_295, 9_000_000_000])
    func writesNumbersOfAnySize(seconds: Int) throws {
        let player = StoryPlayer()
        _ = player.play(try StoryEvent(line: "0 redeem sid=s"))
        let fields = player.play(try StoryEvent(line: "\(seconds) refresh sid=s"))
        #expect(fields["grant.seconds_since_redemption"] == "\(min(seconds, Int(UInt32.max)))")
    }

    @Test func slicesHaveTypes() throws {
        let (batch, scratch, layout) = try refreshBeyondScope()
        let kinds: [String: FieldSlice.Kind] = [
            "refresh_token.state": .string, "refresh_token.client_mismatch": .boolean, "family.rotations": .number,
            "grant.scope_added": .words, "grant.revoked_seconds_ago": .missing,
        ]
        for (name, kind) in kinds {
            let column = try #require(layout.column(of: name))
            #expect(batch.withRow(0, scratch: scratch) { $0[column].kind } == kind, "\(name)")
        }
    }

    @Test func aLayoutWithoutAColumnSkipsIt() throws {
        let layout = FieldLayout(CanonicalField.names + ["grant.context", "data.details.familyId", "code.state"])
        let player = StoryPlayer(layout: layout)
        _ = player.play(try StoryEvent(line: "0 redeem c1 scope=a"))
        let fields = player.play(try StoryEvent(line: "1 redeem c1 fails ip=cafe"))
        #expect(fields == ["grant.context": "different", "code.state": "redeemed"])
    }

    @Test func theScratchBlockDoesNotGrowWithEvents() throws {
        let (_, scratch, layout) = try refreshBeyondScope()
        let fresh = ByteBlock(capacity: 0)
        DerivedFieldWriter(layout: layout).prepare(fresh)
        #expect(scratch.count == fresh.count + "admin write".utf8.count)
    }

    /// A refresh that adds scope, played a hundred times into one scratch block.
    private func refreshBeyondScope() throws -> (EventBatch, ByteBlock, FieldLayout) {
        let layout = FieldLayout.full
        let tracker = LineageTracker()
        let writer = DerivedFieldWriter(layout: layout)
        let scratch = ByteBlock(capacity: 0)
        writer.prepare(scratch)
        var derived = DerivedFields()
        let redemption = EventBatch(try StoryEvent(line: "0 redeem c1 -> r1 scope=read"), columns: layout.count)
        tracker.apply(redemption, 0, derived: &derived)
        #expect(derived.codeState == .unknown)
        let batch = EventBatch(try StoryEvent(line: "1 refresh r1 scope=write,read,admin"), columns: layout.count)
        for _ in 0..<100 {
            tracker.apply(batch, 0, derived: &derived)
            #expect(derived.refreshTokenState == .active)
            writer.write(derived, lineage: tracker, to: batch, row: 0, scratch: scratch)
        }
        derived.reset()
        #expect(derived.isEmpty)
        return (batch, scratch, layout)
    }
}
