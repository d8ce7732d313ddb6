// Why a rule matches a line of a file.

import ByteStreams
import Foundation
import LogFormats
import SigmaRules
import Testing

@testable import RuleWorkbench

@Suite struct EventExplainerTests {
    func explain(_ rule: String, _ lines: [String], line: Int64, format: FormatFile) throws -> EventExplanation? {
        let folder = URL(filePath: NSTemporaryDirectory()).appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "events.jsonl")
        try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
        let loaded = RuleFolder.parse(rule, file: "rule.yml")
        let explainer = try EventExplainer(loaded, rule: loaded.rules.count - 1, format: format)
        var reader = RecordReader(try LineReader(InputFile(path: file.path)))
        return try explainer.explain(&reader, line: line)
    }

    static func event(_ minute: Int, _ code: String) -> String {
        let time = "2026-01-05T10:0\(minute):00Z"
        return #"{"time":"\#(time)","kind":"token.request","outcome":"success","grant_type":"authorization_code","#
            + #""client_id":"shop","code_id":"\#(code)"}"#
    }

    @Test func linesBeforeCountToo() throws {
        let rule = """
            title: Twice
            logsource: { category: oauth }
            detection: { s: { code.redemptions|gte: 2 }, condition: s }
            """
        let format = try #require(ShippedRuleTests.catalog["grantaudit-json"])
        let lines = [Self.event(0, "a"), Self.event(1, "b"), Self.event(2, "a")]
        let first = try #require(try explain(rule, lines, line: 1, format: format))
        let third = try #require(try explain(rule, lines, line: 3, format: format))
        #expect(first.parts.map(\.explanation?.matches) == [false])
        #expect(third.parts.map(\.explanation?.matches) == [true])
        #expect(third.parts.first?.explanation?.selections.first?.tests.map(\.value) == ["2"])
        #expect(try explain(rule, lines, line: 4, format: format) == nil)
    }

    @Test func anyJSONWillDo() throws {
        let lines = [#"{"EventID":1,"Image":"C:\\x.exe"}"#, "no JSON", #"{"EventID":2}"#]
        let rule = """
            title: Two
            logsource: { product: windows }
            detection: { s: { EventID: 2 }, condition: s }
            """
        let format = try PlainJSON.format()
        #expect(try explain(rule, lines, line: 1, format: format)?.parts.first?.explanation?.matches == false)
        #expect(try explain(rule, lines, line: 2, format: format)?.fate?.hasPrefix("rejected: ") == true)
        #expect(try explain(rule, lines, line: 3, format: format)?.parts.first?.explanation?.matches == true)
    }

    @Test func correlationsSayWhenTheyHold() throws {
        let rule = """
            title: One
            name: one
            logsource: { product: x }
            detection: { s: { a: 1 }, condition: s }
            ---
            title: Two of them
            correlation: { type: event_count, rules: [one], group-by: [u], timespan: 1m, condition: { gte: 2 } }
            """
        let lines = Array(repeating: #"{"a":1,"u":"eve"}"#, count: 3)
        let explanation = try #require(try explain(rule, lines, line: 1, format: try PlainJSON.format()))
        #expect(explanation.matches.count == 2)
        #expect(explanation.parts.map(\.rule.title) == ["One"])
    }
}
