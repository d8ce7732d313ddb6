// What explains the events that a finding rests on: that something was missing, and came late.

import AuthEvents
import FieldRows
import GrantLineage
import SigmaRules

/// An event that explains others, which rules had found because it was missing.
///
/// They are the events of the rules called ``ruleNames`` that show the artefact and are not older.
public struct Explanation: Equatable, Sendable {
    /// The canonical field that shows the artefact, such as `code`.
    public let field: String
    /// The fingerprint of the artefact, as evidence shows it.
    public let fingerprint: String
    /// When it was issued, in microseconds since 1970-01-01T00:00:00Z.
    public let time: Int64
    /// The input that says so, as numbered by the run.
    public let input: Int
    /// Line number in the decompressed input, from 1.
    public let lineNumber: Int64
    /// Names of the rules that match no event whose artefact was seen being issued.
    public let ruleNames: [String]

    /// An explanation from its parts.
    public init(
        field: String,
        fingerprint: String,
        time: Int64,
        input: Int,
        lineNumber: Int64,
        ruleNames: [String]
    ) {
        self.field = field
        self.fingerprint = fingerprint
        self.time = time
        self.input = input
        self.lineNumber = lineNumber
        self.ruleNames = ruleNames
    }
}

/// Makes explanations of late issues, for the rules that rest on the absence of an issue.
struct ExplanationMaker {
    private let ruleNames: [DerivedField: [String]]
    private(set) var explanations: [Explanation] = []

    init(_ rules: [DetectionRule]) {
        var names: [DerivedField: [String]] = [:]
        for field in DerivedField.allCases {
            guard let value = field.valueWithoutIssue else { continue }
            let resting = rules.filter { $0.sigma.detection?.requires(field.name, value) == true }
            if !resting.isEmpty { names[field] = resting.map(\.name) }
        }
        ruleNames = names
    }

    /// Takes in `issues` of events of `input`; those that no rule is about are of no use to anybody.
    mutating func add(_ issues: [LateIssue], input: Int) {
        for issue in issues {
            guard let names = ruleNames[issue.field] else { continue }
            let fingerprint = withUnsafeBytes(of: issue.fingerprint) { String(hexadecimal: $0) }
            explanations.append(
                Explanation(
                    field: issue.artefact.field.name,
                    fingerprint: fingerprint,
                    time: issue.time,
                    input: input,
                    lineNumber: issue.lineNumber,
                    ruleNames: names
                )
            )
        }
    }

    /// Hands out what there is.
    mutating func take() -> [Explanation] {
        defer { explanations = [] }
        return explanations
    }
}
