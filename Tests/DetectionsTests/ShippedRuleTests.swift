// Every shipped rule fires on its positive samples and stays silent on its negative ones.

import Detections
import Foundation
import SigmaRules
import Testing
import Yams

/// One case of a rule's test file.
struct RuleCase: Sendable, CustomTestStringConvertible {
    let rule: String
    let name: String
    let expectsFinding: Bool
    let events: [String]

    var testDescription: String { "\(rule): \(name)" }

    /// The cases of all `*.test.yml` files.
    static let all: [RuleCase] = {
        let files = FileManager.default.enumerator(atPath: Repository.path("Rules"))?.allObjects as? [String] ?? []
        return files.filter { $0.hasSuffix(".test.yml") }.sorted().flatMap { file in
            let text = (try? String(contentsOfFile: Repository.path("Rules/" + file), encoding: .utf8)) ?? ""
            return (try? Self.cases(text)) ?? []
        }
    }()

    private static func cases(_ text: String) throws -> [RuleCase] {
        let root = try Yams.load(yaml: text) as? [String: Any] ?? [:]
        let rule = root["rule"] as? String ?? ""
        let cases = root["cases"] as? [[String: Any]] ?? []
        return cases.map { entry in
            RuleCase(
                rule: rule,
                name: entry["name"] as? String ?? "",
                expectsFinding: entry["expect"] as? String == "finding",
                events: (entry["events"] as? String ?? "").split(separator: "\n").map(String.init)
            )
        }
    }
}

@Suite struct ShippedRuleTests {
    static let loaded = RuleFolder.load(paths: [Repository.path("Rules")])

    @Test func allRulesCompile() {
        #expect(Self.loaded.diagnostics.map(\.description) == [])
        #expect(Self.loaded.rules.count >= 40)
    }

    @Test func everyRuleHasBothKindsOfCases() {
        let byRule = Dictionary(grouping: RuleCase.all, by: \.rule)
        #expect(byRule.count >= 40)
        for (rule, cases) in byRule {
            #expect(cases.contains { $0.expectsFinding }, "\(rule) has no case that must be found")
            #expect(cases.contains { !$0.expectsFinding }, "\(rule) has no case that must not be found")
        }
    }

    @Test(arguments: RuleCase.all) func caseHolds(_ example: RuleCase) throws {
        // A rule and what stands in its file, to save compiling all rules for each case.
        let file = Self.loaded.rules.first { $0.name == example.rule }?.file
        let loaded = RuleFolder.load(paths: file.map { [$0] } ?? [])
        let engine = try RuleBench(loaded).judged(example.events)
        let judged = engine.coverage[0]
        let events = EventCount(judged)
        #expect(events.total == Int64(example.events.count), "a line of the case is no event")
        let id = engine.rules.first { $0.name == example.rule }?.id
        #expect(id != nil, "there is no rule \(example.rule)")
        let found = engine.findings.contains { $0.ruleID == id }
        #expect(found == example.expectsFinding)
    }
}
