// What `rules explain` answers, for people and for programs.

import Detections
import Reports
import RuleWorkbench
import SigmaRules

/// An explanation in words and as JSON.
struct ExplanationAnswer: Encodable {
    struct Test: Encodable {
        let test: String
        let field: String?
        let value: String?
        let holds: Bool
    }

    struct Selection: Encodable {
        let name: String
        let holds: Bool
        let tests: [Test]
    }

    struct Detection: Encodable {
        let rule: String
        let file: String
        let line: Int
        /// Whether the rule is about logs of this source at all.
        let applies: Bool
        let matches: Bool
        let conditions: [String]
        let selections: [Selection]
    }

    struct Match: Encodable {
        let time: String
        let group: [String: String]
    }

    let rule: String
    let event: Int64
    let fate: String?
    let detections: [Detection]
    /// For a correlation, when its condition holds.
    let correlation: [Match]?

    init(_ rule: SigmaRule, _ explanation: EventExplanation) {
        self.rule = rule.name ?? rule.title
        event = explanation.line
        fate = explanation.fate
        detections = explanation.parts.map { part in
            Detection(
                rule: part.rule.name ?? part.rule.title,
                file: part.rule.file,
                line: part.rule.line,
                applies: part.explanation != nil,
                matches: part.explanation?.matches ?? false,
                conditions: part.explanation?.conditions ?? [],
                selections: part.explanation?.selections.map(Self.selection) ?? []
            )
        }
        correlation = rule.correlation.map { _ in
            explanation.matches.map { match in
                let group = Dictionary(match.group.map { ($0.name, $0.value) }) { first, _ in first }
                return Match(time: TimeText.microseconds(match.time), group: group)
            }
        }
    }

    private static func selection(_ selection: RuleExplanation.Selection) -> Selection {
        let tests = selection.tests.map {
            Test(test: $0.written, field: $0.field, value: $0.value, holds: $0.holds)
        }
        return Selection(name: selection.name, holds: selection.holds, tests: tests)
    }

    /// The explanation, line by line.
    var lines: [String] {
        if let fate { return ["line \(event) is no event: \(fate)"] }
        var lines: [String] = []
        for detection in detections {
            let verdict =
                detection.applies ? detection.matches ? "matches" : "does not match" : "is about another log source"
            lines.append("\(detection.rule) \(verdict) (\(detection.file):\(detection.line))")
            for selection in detection.selections {
                lines.append("  \(mark(selection.holds)) \(selection.name)")
                for test in selection.tests {
                    let value = test.field.map { _ in test.value.map { " — is '\($0)'" } ?? " — has no value" } ?? ""
                    lines.append("      \(mark(test.holds)) \(test.test)\(value)")
                }
            }
            lines += detection.conditions.map { "  condition: \($0)" }
        }
        guard let correlation else { return lines }
        if correlation.isEmpty { lines.append("\(rule): the condition holds nowhere in this log") }
        for match in correlation {
            let group = match.group.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            lines.append("\(rule): the condition holds at \(match.time) \(group.joined(separator: ", "))")
        }
        return lines
    }

    private func mark(_ holds: Bool) -> String { holds ? "yes" : "no " }
}
