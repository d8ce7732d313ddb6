// Which files are read, and what is kept of a rule.

import Foundation
import Testing

@testable import SigmaRules

@Suite struct RuleFolderTests {
    /// A folder with the given files, removed when `body` is done.
    func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: root) }
        for (name, text) in files {
            let url = root.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
        }
        try body(root.path)
    }

    static func rule(_ title: String) -> String { detection("s:\n    f: 1\ncondition: s", title: title) }

    @Test func readsFoldersInOrder() throws {
        let files = [
            "b.yml": Self.rule("b"), "a/z.yaml": Self.rule("z"), "a/y.yml": Self.rule("y"), "c.test.yml": "x: [",
            "formats/f.yml": "x: [", "notes.txt": "x: [", ".hidden.yml": "x: [", "bad.yml": "x: [",
        ]
        try withFolder(files) { path in
            let loaded = RuleFolder.load(paths: [path])
            #expect(loaded.rules.map(\.title) == ["y", "z", "b"])
            #expect(loaded.rejected.map(\.file) == [path + "/bad.yml"])
            #expect(loaded.rules[0].file == path + "/a/y.yml")
            // The same file given twice is one rule.
            #expect(RuleFolder.load(paths: [path + "/b.yml", path]).rules.map(\.title) == ["b", "y", "z"])
        }
    }

    @Test func linksInACircleEnd() throws {
        try withFolder(["a.yml": Self.rule("a")]) { path in
            try FileManager.default.createSymbolicLink(atPath: path + "/loop", withDestinationPath: path)
            #expect(RuleFolder.load(paths: [path]).rules.map(\.title) == ["a"])
        }
    }

    @Test func missingAndEmptyPathsAreReported() throws {
        let loaded = RuleFolder.load(paths: ["/nonexistent/rules"])
        #expect(
            loaded.diagnostics.map(\.description) == [
                """
                /nonexistent/rules:1:1: error: there is no such file or folder
                  hint: check the path to the rules
                """
            ]
        )
        #expect(loaded.rejected.count == 1)
        try withFolder(["notes.txt": ""]) { path in
            let loaded = RuleFolder.load(paths: [path])
            #expect(loaded.diagnostics.map(\.message) == ["there are no rules in this folder"])
            #expect(loaded.rejected.isEmpty)
        }
    }

    @Test func bytesThatAreNotUTF8AreReported() throws {
        try withFolder(["a.yml": ""]) { path in
            try Data([0x61, 0x3A, 0xFF]).write(to: URL(fileURLWithPath: path + "/a.yml"))
            #expect(RuleFolder.load(paths: [path]).diagnostics.map(\.message) == ["the file is not UTF-8"])
        }
    }

    @Test func keepsEverythingOfARule() throws {
        let text = """
            title: Refresh token used twice
            id: 0a8d3e2c-94d5-4b4a-8f0d-5b4f6a1c2d3e
            name: refresh_reuse
            status: experimental
            level: critical
            description: |
                Two
                lines.
            references:
                - https://www.rfc-editor.org/rfc/rfc9700
            tags: [attack.t1528]
            author: Someone
            falsepositives:
                - none known
            fields: [client_id]
            logsource:
                category: authentication
                product: any
                service: oauth
                definition: see above
            detection:
                selection:
                    f: 1
                filter_main:
                    g: 2
                condition: selection and not 1 of filter_*
            site:
                owner: team
                count: 3
                list: [a, true, null, '5']
            """
        let rule = try #require(rules(text).first)
        #expect(rule.title == "Refresh token used twice")
        #expect(rule.id == "0a8d3e2c-94d5-4b4a-8f0d-5b4f6a1c2d3e")
        #expect(rule.name == "refresh_reuse")
        #expect(rule.status == .experimental)
        #expect(rule.level == .critical)
        #expect(rule.description == "Two\nlines.\n")
        #expect(rule.references == ["https://www.rfc-editor.org/rfc/rfc9700"])
        #expect(rule.tags == ["attack.t1528"])
        #expect(rule.author == "Someone")
        #expect(rule.falsePositives == ["none known"])
        #expect(rule.fields == ["client_id"])
        let logsource = Logsource(category: "authentication", product: "any", service: "oauth", definition: "see above")
        #expect(rule.logsource == logsource)
        #expect(rule.text == text)
        #expect(rule.detection?.selectionNames == ["selection", "filter_main"])
        #expect(rule.detection?.conditions == ["selection and not 1 of filter_*"])
        #expect(rule.detection?.fields == ["f", "g"])
        let site = SigmaAttribute.map([
            "owner": .string("team"), "count": .number(3),
            "list": .list([.string("a"), .boolean(true), .null, .string("5")]),
        ])
        #expect(rule.customAttributes == ["site": site])
        #expect(SigmaLevel.high < .critical && SigmaLevel.informational < .low)
    }
}
