// How rules address the fields of JSON: by path, through arrays, with nulls.

import LogFormats
import SigmaRules
import Testing

@testable import RuleWorkbench

@Suite struct FieldPathTests {
    static let nested =
        #"{"m":[{"props":[{"name":"bob smith"},{"name":"admin"}]},{"props":{"name":"Bob"}}],"n":{"o":null},"a.b":"dot","#
        + #""t":["x","y\u0041"],"c":{"d":{"e":[1,2.50]}}}"#

    @Test(arguments: [
        ("m.props.name: admin", true), ("m.props.name: 'bob smith'", true), ("m.props.name: bob", true),
        ("m.props.name: smith", false), ("m{}.props{}.name: admin", true), ("m{}.name: admin", false),
        ("m.props.name|contains|all: [adm, smi]", true), ("n.o: null", true), ("n.o|exists: true", true),
        ("n.p|exists: true", false), ("n.p: null", true), ("n.o|neq: x", true), ("a.b: dot", true), ("t: yA", true),
        ("t: x", true), ("t: '[\"x*'", false), ("t{}: x", true), ("c.d.e: 2.5", true), ("c.d.e|gt: 2", true),
        ("c.d.e|gt: 3", false), ("c.d.e|exists: true", true), ("c.d.f|exists: true", false),
    ])
    func addresses(_ selection: String, _ expected: Bool) throws {
        let rule = """
            title: R
            name: r
            logsource: { product: x }
            detection:
                s:
                    \(selection)
                condition: s
            """
        let loaded = RuleFolder.parse(rule, file: "r.yml")
        #expect(loaded.diagnostics.map(\.description) == [])
        let bench = try RuleBench(loaded, format: try PlainJSON.format())
        let (result, _) = bench.judge([#"{"@at":"2026-01-05T00:00:00Z","# + Self.nested.dropFirst()])
        #expect(result.fates == [:])
        #expect(!result.found.isEmpty == expected)
    }
}
