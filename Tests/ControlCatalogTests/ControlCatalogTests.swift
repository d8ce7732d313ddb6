// Which controls there are, what names mean, and what is wrong with files and rules.

import Foundation
import Testing

@testable import ControlCatalog

@Suite struct ControlCatalogTests {
    /// The catalogue of folders with these files, which are gone afterwards.
    private static func catalog(_ folders: [String: String]...) throws -> ControlCatalog {
        let files = FileManager.default
        let root = files.temporaryDirectory.appending(path: "controls-\(UUID().uuidString)")
        defer { try? files.removeItem(at: root) }
        var paths: [String] = []
        for (number, folder) in folders.enumerated() {
            let path = root.appending(path: "\(number)")
            try files.createDirectory(at: path, withIntermediateDirectories: true)
            for (name, text) in folder { try Data(text.utf8).write(to: path.appending(path: name)) }
            paths.append(path.path)
        }
        return ControlCatalog(folders: paths)
    }

    private static func framework(_ id: String, _ controls: String, more: String = "") -> String {
        "framework: \(id)\ntitle: T\nversion: '1'\nsource: https://example.com\nchecked: Not.\n\(more)controls:\n\(controls)"
    }

    private static let detections = "detections:\n  COD-01: Code used twice\n  COD-02: Code tried twice\n"

    private static func rule(_ tags: String...) -> ControlledRule {
        ControlledRule(name: "r", title: "R", level: "low", file: "r.yml", tags: tags)
    }

    private static let two = [
        "a.yml": framework("a1", "  - { id: 'X.1', title: First, verified: true, detections: [COD-01] }\n"),
        "b.yml": framework(
            "b",
            "  - { id: 'X.1', title: Other, verified: false }\n  - { id: T1, title: Second, verified: false }\n"
        ),
        "t.yml": framework("attack", "  - { id: t1528, title: Theft, verified: false }\n", more: "kind: techniques\n"),
        "detections.yml": detections,
    ]

    @Test func tagsAreEvidence() throws {
        let catalog = try Self.catalog(Self.two)
        #expect(catalog.problems == [])
        #expect(catalog.frameworks.map(\.id) == ["a1", "attack", "b"])
        func names(_ tags: String...) -> [String] { catalog.controls(for: tags).map(\.name) }
        #expect(names("grantaudit.cod-01") == ["a1.x.1"])
        #expect(names("grantaudit.cod-02", "attack.t1528", "b.t1") == ["attack.t1528", "b.t1"])
        #expect(names("attack.impact", "x.1", "a1.x") == [])
    }

    @Test(
        arguments: [
            ("a1", ["a1.x.1"]), ("A1.X.1", ["a1.x.1"]), ("t1", ["b.t1"]), ("b", ["b.x.1", "b.t1"]),
            ("T1528", ["attack.t1528"]),
        ]
    )
    func namesMeanControls(_ word: String, _ expected: [String]) throws {
        let catalog = try Self.catalog(Self.two)
        guard case .controls(let controls) = catalog.choose(word) else {
            Issue.record("\(word) means nothing")
            return
        }
        #expect(controls.map(\.name) == expected)
    }

    @Test func uncertainNamesAreTold() throws {
        let catalog = try Self.catalog(Self.two)
        #expect(catalog.choose("X.1") == .ambiguous(["a1.x.1", "b.x.1"]))
        #expect(catalog.choose("attack.t1529") == .unknown(near: "attack.t1528"))
        #expect(catalog.choose("") == .unknown(near: nil))
        #expect(ControlCatalog(folders: ["/nowhere"]).choose("a1") == .unknown(near: nil))
    }

    @Test func laterFolderReplacesFramework() throws {
        let own = ["x.yml": Self.framework("a1", "  - { id: Y, title: Own, verified: true }\n")]
        let catalog = try Self.catalog(Self.two, own)
        #expect(catalog.framework("a1")?.controls.map(\.id) == ["Y"])
        #expect(catalog.frameworks.count == 3)
        #expect(catalog.detections.count == 2)
    }

    @Test(
        arguments: [
            ("controls: []\n", "1:1: error: a framework has no 'framework'"),
            (
                "framework: a\ntitel: T\n",
                "2:1: error: unknown key 'titel' of a framework\n  hint: did you mean 'title'?"
            ),
            ("[]\n", "1:1: error: a framework has to be a map"), ("", "1:1: error: the file is empty"),
            ("a: [\n", "error: YAML: "), ("detections: [a]\n", "'detections' has to be a map of names to titles"),
            (framework("A b", "  - { id: a, title: T, verified: true }\n"), "'framework' has to be lower-case letters"),
            (framework("a", "  - { id: a, title: T }\n"), "a control has no 'verified'"),
            (framework("a", "  - { id: a, title: T, verified: maybe }\n"), "'verified' has to be true or false"),
            (framework("a", "  - { id: a, title: '', verified: true }\n"), "'title' has to be a text"),
            (
                framework("a", "  - &c { id: a, title: T, verified: true }\n  - *c\n"),
                "the control 'a' is given twice"
            ),
            (framework("a", "  []\n"), "'controls' has to be a list of maps"),
            (
                framework("a", "  - { id: a, title: T, verified: true, detections: [COD-1] }\n"),
                ":7:53: error: there is no detection 'COD-1'"
            ),
            (framework("a", "  - { id: a, title: T, verified: true }\n", more: "kind: laws\n"), "'kind' has to be"),
        ]
    )
    func wrongFilesAreTold(_ text: String, _ expected: String) throws {
        let catalog = try Self.catalog(["a.yml": text])
        #expect(catalog.problems.count == 1, "\(catalog.problems)")
        #expect(catalog.problems.first?.contains(expected) == true, "\(catalog.problems)")
    }

    @Test func rulesWithoutControlsAreTold() throws {
        let catalog = try Self.catalog(Self.two)
        #expect(catalog.problems(of: Self.rule("grantaudit.cod-01", "attack.t1528", "attack.impact")) == [])
        #expect(catalog.problems(of: Self.rule("b.t1", "own.1", "rfc6749.2")) == [])
        let bare = "r.yml: error: 'r' gives evidence for no control"
        #expect(catalog.problems(of: Self.rule()) == [bare])
        #expect(catalog.problems(of: Self.rule("attack.t1528")) == [bare], "a technique is no control")
        let unknown = catalog.problems(of: Self.rule("grantaudit.cod-09", "b.t2", "attack.t1538"))
        #expect(unknown.count == 4)
        let hint = "\n  hint: did you mean 'grantaudit.cod-01'?"
        #expect(unknown.first == "r.yml: error: there is no detection 'grantaudit.cod-09'" + hint)
        #expect(unknown[1].contains("there is no control 'b.t2'\n  hint: did you mean 'b.t1'?"))
    }

    @Test func pageShowsBothDirections() throws {
        let catalog = try Self.catalog(Self.two)
        let page = ControlPage(catalog, rules: [Self.rule("grantaudit.cod-01", "b.t1", "attack.t1528")])
        #expect(page.problems == [])
        let text = page.markdown()
        for line in [
            "| `a1` | [T](https://example.com), 1 | 1 | 1 | 1 |", "| `b` | [T](https://example.com), 1 | 2 | 1 | 0 |",
            "| X.1 | First | `r` |", "| X.1? | Other | none |", "Without a rule: X.1?.",
            "| technique | what | rules |", "| `r` | low | `a1.x.1`, `attack.t1528`?, `b.t1`? |",
        ] {
            #expect(text.contains("\n\(line)\n"), "\(line)")
        }
    }
}
