// Which parts of a rule hold for one event, and with which values.

public import FieldRows

/// The answer for one rule and one row.
public struct RuleExplanation: Sendable {
    /// One test of a selection.
    public struct Test: Sendable {
        /// The test as the rule has it.
        public let written: String
        /// The field; `nil` for the whole line.
        public let field: String?
        /// The value of the field in the row; `nil` when it is missing or null.
        public let value: String?
        /// Whether the test holds.
        public let holds: Bool
    }

    /// One selection.
    public struct Selection: Sendable {
        /// The name of the selection.
        public let name: String
        /// Whether the selection holds.
        public let holds: Bool
        /// Its tests in the order written.
        public let tests: [Test]
    }

    /// Whether the rule matches.
    public let matches: Bool
    /// The conditions as written, one of which has to hold.
    public let conditions: [String]
    /// The selections in the order written.
    public let selections: [Selection]

    /// The same with other values, such as ones that are fit to be shown.
    public func mapValues(_ transform: (String) -> String) -> RuleExplanation {
        let selections = selections.map { selection in
            let tests = selection.tests.map { test in
                Test(
                    written: test.written,
                    field: test.field,
                    value: test.value.map(transform),
                    holds: test.holds
                )
            }
            return Selection(name: selection.name, holds: selection.holds, tests: tests)
        }
        return RuleExplanation(matches: matches, conditions: conditions, selections: selections)
    }
}

/// Explains one detection; not for use by two threads at once.
public final class RuleExplainer {
    private let detection: Detection
    private let layout: FieldLayout
    private let program: MatchProgram
    private let whole: Int32
    private let selections: [(start: Int32, tests: [(test: FieldTest, start: Int32)])]

    /// An explainer of `detection` for rows of `layout`.
    public init(_ detection: Detection, layout: FieldLayout) {
        var builder = MatchProgramBuilder(layout: layout)
        self.detection = detection
        self.layout = layout
        whole = builder.compile(detection.expression)
        selections = detection.selections.map { selection in
            let tests = selection.expression.tests.map { ($0, builder.compile(.test($0))) }
            return (builder.compile(selection.expression), tests)
        }
        program = MatchProgram(builder)
    }

    /// What the detection says of `row`.
    public func explain(_ row: borrowing FieldRow) -> RuleExplanation {
        program.beginRow()
        var explained: [RuleExplanation.Selection] = []
        for (selection, compiled) in zip(detection.selections, selections) {
            var tests: [RuleExplanation.Test] = []
            for (test, start) in compiled.tests {
                // A value that a modifier varies is one test of the rule, however many forms it has.
                let isAnswered = program.run(from: start, row)
                let holds = test.isDenied ? !isAnswered && isPresent(test, row) : isAnswered
                if let last = tests.last, last.written == test.written {
                    // One form is enough for a yes, and for the no of a denial.
                    if holds != last.holds, holds != test.isDenied {
                        tests[tests.count - 1] = explanation(test, holds, row)
                    }
                } else {
                    tests.append(explanation(test, holds, row))
                }
            }
            let holds = program.run(from: compiled.start, row)
            explained.append(.init(name: selection.name, holds: holds, tests: tests))
        }
        defer { program.limitHits = 0 }
        return RuleExplanation(
            matches: program.run(from: whole, row),
            conditions: detection.conditions,
            selections: explained
        )
    }

    private func isPresent(_ test: FieldTest, _ row: borrowing FieldRow) -> Bool {
        guard let column = test.field.flatMap({ layout.column(of: $0) }) else { return false }
        return row[column].isPresent
    }

    private func explanation(
        _ test: FieldTest,
        _ holds: Bool,
        _ row: borrowing FieldRow
    ) -> RuleExplanation.Test {
        let columns = [test.ownField, test.field].compactMap { $0.flatMap(layout.column) }
        let column = columns.first { row[$0].isPresent }
        let value = column.flatMap { row.text(row[$0]) }
        return .init(written: test.written, field: test.field, value: value, holds: holds)
    }
}
