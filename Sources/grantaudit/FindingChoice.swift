// Which finding somebody means, or which ones it may be.

import AuditStore
import Detections
import Reports

/// Makes the id of one finding out of what was typed.
enum FindingChoice {
    /// The id of the finding that `word` means in `database`.
    static func id(_ word: String, in database: AuditDatabase) throws -> String {
        let lookup = try ReportCommand.stored { () throws(StoreError) in
            try database.read { reader in try reader.lookUp(word) }
        }
        if case .one(let id) = lookup { return id }
        throw failure(word, lookup, database.path)
    }

    /// Why `word` names no single finding, and which ones it may mean.
    static func failure(_ word: String, _ lookup: FindingLookup, _ path: String) -> Failure {
        let shown = TerminalText.escaped(word)
        let report = "see the ids with 'grantaudit report --database \(TerminalText.escaped(path, limit: 400))'"
        switch lookup {
        case .several(let findings, let total):
            return Failure(.usage, "\(total) findings begin with \(shown)", hint: hint("one of", findings, total))
        case .ofRule(let findings, let total):
            return Failure(
                .usage,
                "\(shown) is no finding but a rule, which has \(counted(total, "finding"))",
                hint: hint("one of", findings, total)
            )
        case .none(let near) where !near.isEmpty:
            return Failure(.usage, "there is no finding \(shown) in \(path)", hint: hint("did you mean", near, nil))
        case .none, .one:
            return Failure(.usage, "there is no finding \(shown) in \(path)", hint: report)
        }
    }

    private static func hint(_ words: String, _ findings: [StoredFinding], _ total: Int64?) -> String {
        let rest = total.map { $0 - Int64(findings.count) } ?? 0
        let list = findings.map { "\n    \($0.id)  \($0.level.name)  \(TerminalText.escaped($0.title))" }.joined()
        return words + ":" + list + (rest > 0 ? "\n    and \(rest) more" : "")
    }
}
