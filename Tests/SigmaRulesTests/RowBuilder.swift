// Makes rows from dictionaries.

import FieldRows

@testable import SigmaRules

/// A value of a row.
enum RowValue: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
{
    case missing
    case null
    case string(String)
    case words(String)
    case number(String)
    case boolean(Bool)
    case json(String)
    /// Sixteen times the same byte.
    case fingerprint(UInt8)

    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .number("\(value)") }
    init(booleanLiteral value: Bool) { self = .boolean(value) }

    /// Kind and bytes.
    var encoded: (kind: FieldSlice.Kind, bytes: [UInt8]) {
        switch self {
        case .missing: (.missing, [])
        case .null: (.null, [])
        case .string(let text): (.string, Array(text.utf8))
        case .words(let text): (.words, Array(text.utf8))
        case .number(let text): (.number, Array(text.utf8))
        case .boolean(let value): (.boolean, Array("\(value)".utf8))
        case .json(let text): (.json, Array(text.utf8))
        case .fingerprint(let byte): (.fingerprint, Array(repeating: byte, count: 16))
        }
    }
}

/// Shows a row with the given values to `body`; the line is between a line before and a line behind it.
func withRow<Result>(
    _ values: [String: RowValue],
    line: String = "",
    layout: FieldLayout,
    _ body: (borrowing FieldRow) -> Result
) -> Result {
    var bytes = Array("before\n\(line)\nbehind".utf8)
    let wholeLine = FieldSlice(.string, .line, offset: 7, count: line.utf8.count)
    var prints: [UInt8] = []
    var slices = Array(repeating: FieldSlice.missing, count: layout.count)
    for (column, name) in layout.names.enumerated() {
        guard let (kind, text) = values[name]?.encoded, kind != .missing else { continue }
        if kind == .fingerprint {
            slices[column] = FieldSlice(kind, .fingerprints, offset: prints.count, count: text.count)
            prints += text
        } else {
            slices[column] = FieldSlice(kind, .line, offset: bytes.count, count: text.count)
            bytes += text
        }
    }
    let (block, fingerprints, row, none) = (bytes, prints, slices, [UInt8]())
    let view = FieldRow(
        line: block.span.bytes,
        arena: none.span.bytes,
        scratch: none.span.bytes,
        fingerprints: fingerprints.span.bytes,
        slices: row.span,
        wholeLine: wholeLine
    )
    return body(view)
}

/// Rules from text that has to be without errors.
func rules(_ text: String, placeholders: [String: [String]] = [:]) throws -> [SigmaRule] {
    let loaded = RuleFolder.parse(text, file: "test.yml", placeholders: placeholders)
    guard loaded.rejected.isEmpty else { throw RejectedText(diagnostics: loaded.diagnostics.map(\.description)) }
    return loaded.rules
}

/// A test's rule did not load.
struct RejectedText: Error {
    let diagnostics: [String]
}

/// A detection with the given lines, indented by four spaces.
func detection(_ body: String, title: String = "A rule") -> String {
    let lines = body.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }
    return "title: \(title)\nlogsource:\n    category: test\ndetection:\n" + lines.joined(separator: "\n")
}

/// The indices of the rules in `text` that match a row with `values`.
func hits(
    _ text: String,
    _ values: [String: RowValue],
    line: String = "",
    placeholders: [String: [String]] = [:]
) throws -> [Int] {
    let rules = try rules(text, placeholders: placeholders)
    let layout = FieldLayout(RuleMatcher.fields(of: rules))
    let matcher = RuleMatcher(rules: rules, layout: layout, dispatchField: "none", dispatchValues: [])
    var hits = [99]
    withRow(values, line: line, layout: layout) { matcher.matches($0, dispatch: -1, into: &hits) }
    return hits
}

/// Whether a selection of these lines matches.
func selects(
    _ lines: String,
    _ values: [String: RowValue],
    line: String = "",
    placeholders: [String: [String]] = [:]
) throws -> Bool {
    let indented = lines.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
    let text = detection("selection:\n\(indented)\ncondition: selection")
    return try !hits(text, values, line: line, placeholders: placeholders).isEmpty
}
