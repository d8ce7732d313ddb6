// Notes which events late data has explained, and withdraws findings that rest on nothing else.

import Detections
import GRDB

/// Writes explanations inside the transaction that writes the findings.
struct ExplanationWriter {
    let database: Database

    /// Notes what `explanations` explain and returns the findings concerned, sorted by id; `path` names inputs.
    func explain(_ explanations: [Explanation], path: (Int) throws -> String) throws -> [String] {
        var concerned: Set<String> = []
        for (field, explanations) in Dictionary(grouping: explanations, by: \.field).sorted(by: { $0.key < $1.key }) {
            // What was issued twice was there from the first time on.
            let known = Dictionary(explanations.map { ($0.fingerprint, $0) }) { $0.time <= $1.time ? $0 : $1 }
            let rules = Set(explanations.flatMap(\.ruleNames)).sorted()
            guard let earliest = explanations.map(\.time).min() else { continue }
            for event in try events(of: rules, showing: field, since: earliest) {
                guard let explanation = known[event.fingerprint], explanation.time <= event.time,
                    explanation.ruleNames.contains(event.ruleName)
                else { continue }
                let place = "\(SampleText.withoutNUL(try path(explanation.input))):\(explanation.lineNumber)"
                let words = field.replacing("_", with: " ")
                let reason = "the issue of \(words) \(event.fingerprint) arrived late: \(place)"
                try database.cachedStatement(
                    sql: "UPDATE evidence SET explained = ? WHERE finding_id = ? AND seq = ?"
                )
                .execute(arguments: [reason, event.findingID, event.seq])
                concerned.insert(event.findingID)
            }
        }
        return concerned.sorted()
    }

    /// Withdraws the finding if all its events are kept and explained, and says why; `nil` if they are not.
    func withdraw(_ id: String, run: RunID) throws -> String? {
        let explained = try String.fetchAll(
            database,
            sql: "SELECT explained FROM evidence WHERE finding_id = ? AND explained IS NOT NULL ORDER BY seq",
            arguments: [id]
        )
        try database.cachedStatement(
            sql: """
                UPDATE findings SET state = 'withdrawn', last_run_id = ?
                WHERE id = ? AND state = 'open' AND count = ?
                """
        )
        .execute(arguments: [run.rawValue, id, explained.count])
        guard database.changesCount == 1 else { return nil }
        var reasons: [String] = []
        for reason in explained where !reasons.contains(reason) { reasons.append(reason) }
        return reasons.joined(separator: "; ")
    }

    private struct Event {
        let findingID: String
        let seq: Int
        let time: Int64
        let ruleName: String
        let fingerprint: String
    }

    /// Evidence of `rules` that nothing has explained yet.
    private func events(of rules: [String], showing field: String, since time: Int64) throws -> [Event] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT finding_id, seq, time, rule_name, json_extract(fields, :field) FROM evidence
                WHERE time >= :time AND explained IS NULL AND rule_name IN (SELECT value FROM json_each(:rules))
                ORDER BY finding_id, seq
                """,
            arguments: ["field": "$.\"\(field)\"", "time": time, "rules": JSONText.array(rules)]
        )
        .compactMap { row in
            (row[4] as String?).map {
                Event(findingID: row[0], seq: row[1], time: row[2], ruleName: row[3], fingerprint: $0)
            }
        }
    }
}
