// What rules have found of the attacks on one server, for people and for programs.

import AuditStore
import Detections
import RuleWorkbench

/// The outcome of `rules recall` for one captured run.
struct RecallAnswer: Encodable {
    struct Attack: Encodable {
        let attack: String
        let count: Int
        let found: Int
        let rules: [String]
        let otherRules: [String]
        let notVisible: String?
        let missed: [String]
    }

    /// A finding of medium level or above that no attack explains.
    struct Outside: Encodable {
        let rule: String
        let level: String
        let id: String
        let place: String
        /// Whose requests it may be about.
        let traffic: String
        let group: [String: String]

        /// `nil` if one of the events of `finding` may be an attack.
        init?(_ finding: StoredFinding, _ truth: AttackTruth) {
            let evidence = finding.evidence.map { stored in
                Evidence(
                    input: 0,
                    lineNumber: stored.line,
                    byteOffset: stored.byteOffset,
                    time: stored.time,
                    ruleName: stored.ruleName,
                    fields: stored.fields
                )
            }
            traffic = truth.category(of: evidence)
            guard traffic != "attack" else { return nil }
            rule = finding.ruleName
            level = finding.level.name
            id = finding.id
            place = finding.evidence.first.map { "\($0.path):\($0.line)" } ?? ""
            group = Dictionary(finding.groupKey.map { ($0.name, $0.value) }) { first, _ in first }
        }
    }

    let server: String
    let attacks: [Attack]
    let outside: [Outside]
    let incomplete: [String]

    init(_ server: String, _ recall: RuleRecall, outside: [Outside], incomplete: [String]) {
        self.server = server
        attacks = recall.rows.map { row in
            Attack(
                attack: row.attack,
                count: row.count,
                found: row.found,
                rules: row.finders.map { "\($0.rule) (\($0.level.name))" },
                otherRules: row.others.map { "\($0.rule) (\($0.level.name))" },
                notVisible: row.obstacle,
                missed: row.missed
            )
        }
        self.outside = outside
        self.incomplete = incomplete
    }

    /// The same as lines.
    var text: String {
        var lines = ["## " + server, "", "| attack | found | by, or why not |", "|---|---|---|"]
        for attack in attacks {
            var words = [attack.rules.joined(separator: ", ")]
            if let reason = attack.notVisible { words.append("not visible: " + reason) }
            if !attack.missed.isEmpty { words.append("MISSED: " + attack.missed.joined(separator: " ")) }
            if attack.found == 0, !attack.otherRules.isEmpty {
                words.append("besides: " + attack.otherRules.joined(separator: ", "))
            }
            let text = words.filter { !$0.isEmpty }.joined(separator: "; ")
            lines.append("| \(attack.attack) | \(attack.found)/\(attack.count) | \(text) |")
        }
        lines += ["", "Findings of medium or above that no attack explains: \(outside.count)"]
        let kinds = Dictionary(grouping: outside) { "\($0.level) \($0.rule), \($0.traffic)" }
        for (kind, findings) in kinds.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) }) {
            lines.append("* \(findings.count) × \(kind), such as \(findings[0].place)")
        }
        lines += incomplete.map { "* incomplete: " + $0 } + [""]
        return lines.joined(separator: "\n")
    }

    /// Attacks by servers: how many of how many were found, `–` where the log does not show them, `!` where some were
    /// missed.
    static func matrix(_ answers: [RecallAnswer]) -> String {
        let names = Set(answers.flatMap { $0.attacks.map(\.attack) }).sorted()
        var lines = [
            "| attack | " + answers.map(\.server).joined(separator: " | ") + " |",
            "|---|" + answers.map { _ in "---|" }.joined(),
        ]
        for name in names {
            let cells = answers.map { answer in
                guard let attack = answer.attacks.first(where: { $0.attack == name }) else { return "" }
                if attack.found == 0, attack.notVisible != nil { return "–" }
                return "\(attack.found)/\(attack.count)" + (attack.missed.isEmpty ? "" : " !")
            }
            lines.append("| \(name) | " + cells.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n")
    }
}
