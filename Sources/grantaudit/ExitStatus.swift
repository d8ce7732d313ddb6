// Every exit code, named.

import Glibc

/// What the process tells whoever started it.
enum ExitStatus: Int32, Error, CaseIterable {
    case success = 0
    case findings = 1
    case incomplete = 2
    case usage = 64
    case internalError = 70
    case ioError = 74
    case busy = 75
    case interrupted = 130

    /// What it means.
    var meaning: String {
        switch self {
        case .success: "every file, line and rule is accounted for"
        case .findings: "there are findings at or above the level of --fail-on"
        case .incomplete: "the audit is incomplete; what was found is stored"
        case .usage: "wrong usage or configuration"
        case .internalError: "internal error"
        case .ioError: "the database, the output or the metrics file could not be written; the message says which"
        case .busy: "another run holds the database"
        case .interrupted: "interrupted; the next run goes on from what was stored"
        }
    }

    /// The table shown by `--help`.
    static var help: String {
        "EXIT STATUS:\n"
            + allCases.map { status in
                let code = String(status.rawValue)
                return "  " + code + String(repeating: " ", count: 6 - code.count) + status.meaning
            }.joined(separator: "\n")
    }

    /// Leaves the process.
    static func exit(_ status: ExitStatus) -> Never { Glibc.exit(status.rawValue) }
}
