// Findings within bounds of number and memory.

import Testing

@testable import Detections

@Suite struct FindingTableTests {
    private static let evidence = PackedEvidence(
        input: 1,
        lineNumber: 1,
        byteOffset: 0,
        time: 0,
        rule: 0,
        fields: Array(repeating: 0, count: 10_000)
    )

    /// Adds a match of rule `rule` about subject `subject`; returns the place of its finding.
    @discardableResult
    private func add(_ rule: Int, _ subject: Int, to table: inout FindingTable, evidence: Bool = true) -> Int? {
        let maker = FindingIdentity.Maker(rule: "\(rule)", fields: [])
        let identity = maker.identity(Array("\(subject)".utf8), bucket: 0)
        guard let place = place(identity, rule, [], in: &table) else { return nil }
        let keeps = evidence && table.wantsEvidence(place)
        table.extend(place, time: 0, evidence: keeps ? Self.evidence : nil)
        return place
    }

    /// The place of a finding, which is made if there is room.
    private func place(
        _ identity: FindingIdentity,
        _ rule: Int,
        _ groupKey: [NamedValue],
        in table: inout FindingTable
    ) -> Int? {
        if let known = table.place(of: identity) { return known }
        guard table.admits(rule) else { return nil }
        return table.add(FindingTable.Record(identity, rule: rule, groupKey: groupKey, bucket: 0, time: 0))
    }

    @Test func tableTellsOfFindingsBeyondItsRoom() {
        var table = FindingTable()
        for number in 0..<FindingTable.perRuleMax { #expect(add(0, number, to: &table, evidence: false) == number) }
        #expect(table.overflow.isEmpty)
        #expect(add(0, -1, to: &table) == nil)
        #expect(add(0, -2, to: &table) == nil)
        // Known groups go on, and other rules have room of their own.
        #expect(add(0, 5, to: &table) == 5)
        #expect(add(1, 0, to: &table) == FindingTable.perRuleMax)
        #expect(table.overflow == [0: 2])
    }

    @Test func ruleWithTooManyFindingsIsRestricted() throws {
        let lines = (0..<FindingTable.perRuleMax + 3).map { EventLines.refusal(Int64($0), client: "c\($0)") }
        let engine = try CountingRules.judged(FindingTests.rule, lines)
        #expect(engine.findingCount == FindingTable.perRuleMax)
        let reason = "more than 20000 findings; 3 further matches were only counted"
        #expect(engine.restrictions == [0: reason])
        #expect(engine.evaluations.map(\.reason) == [reason])
    }

    @Test func evidenceHasABudget() {
        let memoryMax = 1 << 20
        var table = FindingTable(memoryMax: memoryMax)
        let repeats = Finding.evidenceMax + 5
        for subject in 0..<1000 { for _ in 0..<repeats { add(0, subject, to: &table) } }
        #expect(table.memoryBytes < memoryMax + 2 * Self.evidence.memoryBytes)
        // Up to half of the room all is kept, then the first piece of each finding, then no further finding.
        let kept = table.records.map(\.evidence.count)
        #expect(kept == kept.sorted(by: >))
        #expect(kept.first == Finding.evidenceMax && kept.last == 1)
        #expect(table.records.allSatisfy { $0.count == Int64(repeats) })
        #expect(table.crowdedOut == [0: Int64((1000 - kept.count) * repeats)])
    }

    @Test func floodOfOneRuleSilencesNoOther() {
        var table = FindingTable(memoryMax: 1 << 16)
        for subject in 0..<1000 { add(0, subject, to: &table) }
        let flood = table.records.count
        for subject in 0..<1000 { add(1, subject, to: &table) }
        #expect(flood >= FindingTable.perRuleMin && flood < 100)
        #expect(table.records.count == flood + FindingTable.perRuleMin)
        #expect(table.records.allSatisfy { $0.evidence.count == 1 || $0.rule == 0 })
        #expect(table.crowdedOut == [0: Int64(1000 - flood), 1: Int64(1000 - FindingTable.perRuleMin)])
    }

    @Test func valuesToGroupByTakeRoomToo() {
        var table = FindingTable(memoryMax: 100_000)
        let key = [NamedValue(name: "username", value: String(repeating: "u", count: 1000))]
        for subject in 0..<200 {
            let identity = FindingIdentity.Maker(rule: "r", fields: []).identity([UInt8(subject)], bucket: 0)
            _ = place(identity, 0, key, in: &table)
        }
        #expect(table.memoryBytes < 102_000)
        #expect((FindingTable.perRuleMin...100).contains(table.records.count))
        #expect(table.crowdedOut == [0: Int64(200 - table.records.count)])
    }

    @Test func ruleWhoseFindingsTakeTooMuchIsRestricted() throws {
        let memoryMax = 400_000
        let agent = #""user_agent":"\#(String(repeating: "long ", count: 380))""#
        let lines = (0..<600).map { EventLines.refusal(Int64($0), client: "c\($0 / 3)", agent) }
        let engine = try CountingRules.judged(FindingTests.rule, lines, findingMemoryMax: memoryMax)
        let table = engine.findingMaker.table
        #expect(table.memoryBytes < memoryMax + 10_000)
        let findings = engine.findings
        #expect(findings.count < 200)
        #expect(Set(findings.map(\.evidence.count)).isSuperset(of: [1, 3]))
        #expect(findings.allSatisfy { $0.count == 3 })
        #expect(findings.flatMap(\.evidence).allSatisfy { $0.fields.contains { $0.name == "user_agent" } })
        let counted = 3 * (200 - findings.count)
        let reason = "findings needed more memory than they may have; \(counted) further matches were only counted"
        #expect(engine.restrictions == [0: reason])
        #expect(engine.evaluations.map(\.reason) == [reason])
    }

    @Test func onlyTheLatestIncidentOfAGroupIsRemembered() throws {
        // Incidents of three events each, an hour apart, over three days; the last of each day goes on into the next.
        let hours = (0..<72).flatMap { hour in [0, 1, 2].map { Double(hour * 3600 + $0) } }
        let midnight = (1...2).flatMap { day in [-2, -1, 1].map { Double(day * 86_400 + $0) } }
        let lines = EventLines.refusals((hours + midnight).sorted())
        let engine = try CountingRules.judged(CountingRules.correlation(), lines)
        #expect(engine.findingMaker.incidents.count == 1)
        let findings = engine.findings.filter { $0.title == "Refusals" }.sorted { $0.firstSeen < $1.firstSeen }
        // An incident belongs to the day on which it began.
        #expect(findings.map(\.count) == [78, 75, 69])
        #expect(findings.map(\.bucket) == (0..<3).map { EventLines.monday + $0 * 86_400_000_000 })
    }
}
