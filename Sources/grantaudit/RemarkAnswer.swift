// A remark about a file for programs.

import SigmaRules

/// A remark as `--json` prints it.
struct RemarkAnswer: Encodable {
    let severity: String
    let file: String
    let line: Int
    let column: Int
    let message: String
    let hint: String?

    init(_ remark: RuleDiagnostic) {
        severity = remark.severity.rawValue
        (file, line, column) = (remark.file, remark.line, remark.column)
        (message, hint) = (remark.message, remark.hint)
    }
}
