// Problems of format files as their author sees them.

import AuthEvents
import FieldRows
import LogFormats
import Testing

/// A format file and what is said about it.
struct Golden: Sendable, CustomTestStringConvertible {
    let document: String
    let problem: String

    init(_ document: String, _ problem: String) { (self.document, self.problem) = (document, problem) }

    var testDescription: String { problem }
}

@Suite struct FormatDiagnosticTests {
    static let kinds = EventKind.names.joined(separator: ", ")
    static let fields = CanonicalField.names.joined(separator: ", ")

    /// A document that is right but for the given lines.
    static func document(_ lines: String, shapes: String = "[{ name: any, json: true }]") -> String {
        "format: test\ntitle: Test\ntime: time\nshapes: \(shapes)\n\(lines)\n"
    }

    static func shape(_ shape: String) -> String {
        "format: test\ntitle: Test\ntime: time\nshapes:\n  - \(shape)\n"
    }

    static let documents = [
        Golden("", "test.yml:1:1: the file is empty"),
        Golden("- format: test\n", "test.yml:1:1: expected a mapping (key: value)"),
        Golden(
            document("frmat: x"),
            """
            test.yml:5:8: unknown key 'frmat'
              hint: known keys here: format, title, status, logsource, enable, traits, success, null, time, shapes, \
            fields, events, credentials, samples, include, names, time-zone, continues, record, wrappers
            """
        ),
        Golden("title: Test\ntime: time\n", "test.yml:1:1: missing key 'format'"),
        Golden("format: test\ntime: time\n", "test.yml:1:1: missing key 'title'"),
        Golden("format: test\ntitle: Test\n", "test.yml:1:1: missing key 'time'"),
        Golden("format: [a]\n", "test.yml:1:9: 'format' must be a text"),
        Golden("format: test\ntitle: Test\ntime: time\n", "test.yml:1:1: a format needs at least one shape"),
        Golden(
            document("fields:\n  client_id: a\n  clientid: b"),
            """
            test.yml:7:13: 'clientid' is not a canonical field
              hint: canonical fields: \(fields)
            """
        ),
        Golden(
            document("fields:\n  code: { from: a, as: raw }"),
            """
            test.yml:6:9: unknown reference kind 'raw'
              hint: known kinds: id, jti, hash, secret, suffix, counter
            """
        ),
        Golden(
            document("fields:\n  code: { form: a }"),
            """
            test.yml:6:17: unknown key 'form'
              hint: known keys here: from, join, map, only, otherwise, words, match, decode, as, after, exists
            """
        ),
        Golden(
            document("events:\n  - is: token.refresh success"),
            """
            test.yml:6:5: 'is' must be KIND OUTCOME, not 'token.refresh success'
              hint: kinds: \(kinds)
            """
        ),
        Golden(
            document("events:\n  - is: token.request"),
            """
            test.yml:6:5: 'is' must be KIND OUTCOME, not 'token.request'
              hint: kinds: \(kinds)
            """
        ),
        Golden(
            document("events:\n  - is: token.request ok"),
            """
            test.yml:6:5: unknown outcome 'ok'
              hint: outcomes: success, failure, unknown, by-status, refused-by-status
            """
        ),
        Golden(document("events:\n  - when: { a: b }"), "test.yml:6:5: an event case needs 'is' or 'ignore'"),
        Golden(
            document("events:\n  - { is: other success, set: { verdict: replay } }"),
            "test.yml:6:42: unknown verdict 'replay'"
        ),
        Golden(
            document("events:\n  - when: { a|beginswith: b }\n    is: other success"),
            """
            test.yml:6:27: unknown comparison 'beginswith'
              hint: known comparisons: startswith, endswith, contains, exists
            """
        ),
        Golden(
            document("traits: [rotating]"),
            """
            test.yml:1:1: unknown trait 'rotating'
              hint: known traits: rotation-optional, at-least-once
            """
        ),
        Golden(
            "format: test\ntitle: Test\ntime:\n  - { from: t, unit: h }\n",
            """
            test.yml:4:5: unknown unit 'h'
              hint: known units: s, ms, us, ns, auto
            """
        ),
        Golden(
            shape("{ name: both, json: true, pattern: x }"),
            """
            test.yml:5:5: a shape has either 'json: true' or a 'pattern'
              hint: 'json' with names of source fields reads these as JSON and goes with both
            """
        ),
        Golden(
            shape("{ name: none }"),
            """
            test.yml:5:5: a shape has either 'json: true' or a 'pattern'
              hint: 'json' with names of source fields reads these as JSON and goes with both
            """
        ),
        Golden(shape("{ json: true }"), "test.yml:5:5: missing key 'name'"),
        Golden(
            shape("{ name: pairs, json: true, pairs: { from: m, style: loose } }"),
            """
            test.yml:5:39: unknown style 'loose'
              hint: known styles: quoted, bare, ruby, logfmt, cef
            """
        ),
        Golden(
            shape("{ name: bad, pattern: 'a(b' }"),
            """
            test.yml:5:1: the pattern of shape 'bad' is no regular expression: missing closing parenthesis
              hint: at character 3 of the pattern
            """
        ),
        Golden(
            document("include: [nothing]"),
            """
            test.yml:1:1: cannot include 'nothing'
              hint: expected include/nothing.yml beside it
            """
        ),
        Golden(
            document("include: [shapes]"),
            """
            include/shapes.yml:1:9: unknown key 'shapes'
              hint: known keys here: fields, events
            """
        ),
        Golden(
            document("samples:\n  - lin: x"),
            """
            test.yml:6:10: unknown key 'lin'
              hint: known keys here: line, event, events, ignored, rejected
            """
        ),
    ]

    /// What is said about `document`; empty if nothing is.
    static func problem(_ document: String) -> String {
        do throws(FormatError) {
            let format = try FormatFile(parsing: document, file: "test.yml") { name in
                name == "shapes" ? "shapes: []" : nil
            }
            _ = try CompiledFormat(format, layout: FieldLayout(CanonicalField.names), isDerived: { _ in false })
            return ""
        } catch {
            return error.description
        }
    }

    @Test(arguments: documents) func problemNamesPlaceAndHint(_ golden: Golden) {
        #expect(Self.problem(golden.document) == golden.problem)
    }

    @Test(arguments: [
        ("format: [a\ntitle: x\n", 2), ("format: 'a\n", 2), ("format: a\n  title: b\n", 2), ("a: b\n\tc: d\n", 2),
    ])
    func syntaxErrorNamesItsLine(_ document: String, _ line: Int) {
        let problem = Self.problem(document)
        #expect(problem.hasPrefix("test.yml:\(line):"), "\(problem)")
        #expect(problem.hasSuffix("\n  hint: check the YAML"), "\(problem)")
    }

    @Test func aliasesThatMultiplyAreRefused() {
        let lines = (1...30).map { "a\($0): &a\($0) {\"x\":*a\($0 - 1),\"y\":*a\($0 - 1)}\n" }.joined()
        let problem = Self.problem("a0: &a0 [x]\n" + lines + "? *a30\n: 1\n")
        #expect(problem.contains("YAML aliases stand for more than 1048576 bytes"), "\(problem)")
    }

    @Test func rightDocumentHasNoProblem() {
        let lines = "fields: { code: [{ from: a, as: id }, { from: b, as: secret }] }\nevents: [{ is: other unknown }]"
        #expect(Self.problem(Self.document(lines)) == "")
    }

    @Test(arguments: [
        "fields: { client_id: [" + (0..<2_000).map { "f\($0)" }.joined(separator: ", ") + "] }",
        "credentials: { " + (0..<200).map { "f\($0): c\($0)" }.joined(separator: ", ") + " }",
    ])
    func formatsHaveLimits(_ lines: String) throws {
        let error = #expect(throws: FormatError.self) { try Formats.plan(parsing: Self.document(lines)) }
        let message = "test.yml:1:1: more than 1000 source fields or 64 names of credentials\n  hint: split the format"
        #expect(error?.description == message)
    }
}
