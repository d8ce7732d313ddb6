// The engine as a library: dictionaries in, matches out.

import Foundation
import Testing

@testable import SigmaRules

@Suite struct SigmaEngineTests {
    static let rules = """
        title: Failure
        name: failure
        logsource: { product: windows }
        detection: { s: { EventID: 4625 }, condition: s }
        ---
        title: Many failures
        correlation: { type: event_count, rules: [failure], group-by: [User], timespan: 1m, condition: { gte: 2 } }
        ---
        title: Tool
        logsource: { product: windows }
        detection:
            image: { Image|endswith: '\\cmd.exe' }
            words: ['mimi"katz']
            condition: 1 of them
        ---
        title: Known host
        logsource: { product: windows }
        filter: { rules: any, known: { Host: [lab, test] }, condition: not known }
        """

    func engine() -> SigmaEngine {
        let loaded = RuleFolder.parse(Self.rules, file: "rules.yml")
        #expect(loaded.diagnostics.map(\.description) == [])
        return SigmaEngine(loaded)
    }

    func said(_ engine: SigmaEngine, _ event: [String: SigmaValue], _ time: Int64 = 0) -> [String] {
        engine.evaluate(event, at: time).map(\.rule.title)
    }

    @Test func detectsCorrelatesAndFilters() {
        let engine = engine()
        #expect(said(engine, ["Image": "C:\\Windows\\CMD.EXE"]) == ["Tool"])
        #expect(said(engine, ["Image": ["C:\\x.exe", "C:\\cmd.exe"]]) == ["Tool"])
        #expect(said(engine, ["Image": "C:\\cmd.exe", "Host": "lab"]) == [])
        #expect(said(engine, ["Command": "MIMI\"KATZ"]) == ["Tool"])
        #expect(said(engine, ["Image": nil, "Other": true]) == [])
        #expect(said(engine, ["EventID": 4625, "User": "eve"], 1_000_000) == [])
        #expect(said(engine, ["EventID": 4625, "User": "EVE"], 2_000_000) == [])
        let last = engine.finish()
        #expect(last.map(\.rule.title) == ["Many failures"])
        #expect(last.map(\.group) == [["eve"]])
        #expect(last.first?.events.map { $0["User"] } == ["eve", "EVE"])
        #expect(last.first?.time == 2_000_000)
    }

    /// The example of the documentation is this code, so that it is known to work.
    @Test func theExampleOfTheDocumentationWorks() throws {
        let event: [String: SigmaValue] = ["EventID": 4625, "User": "eve", "Image": "C:\\Windows\\cmd.exe"]
        #expect(said(engine(), event, 1_767_571_200_000_000) == ["Tool"])
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = root.appending(path: "Sources/SigmaRules/SigmaRules.docc/SigmaRules.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text.contains(#"["EventID": 4625, "User": "eve", "Image": "C:\\Windows\\cmd.exe"]"#))
        #expect(text.contains("engine.evaluate(event, at: 1_767_571_200_000_000) + engine.finish()"))
    }
}
