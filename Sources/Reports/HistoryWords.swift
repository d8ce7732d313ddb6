// What happened to a finding, in words.

import AuditStore

extension StoredFinding {
    /// Why it is withdrawn, if it is.
    var withdrawalReason: String? {
        state == .withdrawn ? history.last { $0.kind == .withdrawn }?.reason : nil
    }
}

/// Writes the history of a finding for a terminal.
enum HistoryWords {
    /// Characters of a reason that are shown: several events may have one each.
    private static let reasonMax = 2_000

    /// The section about `finding`; none if it was found and nothing has happened since.
    static func write(_ finding: StoredFinding, _ lines: inout ReportLines) {
        guard finding.history.count > 1 else { return }
        lines.title("HISTORY")
        for change in finding.history {
            let reason = change.reason.map { ": " + shown($0) } ?? ""
            lines.wrapped(
                "  \(TimeText.seconds(change.at))  ",
                "\(change.kind.rawValue) by run \(change.run), \(counted(change.events, "event"))" + reason
            )
        }
    }

    /// A reason fit for a terminal: it names a file.
    static func shown(_ reason: String) -> String { TerminalText.escaped(reason, limit: reasonMax) }
}
