// What is wrong or doubtful in a registry, where, and what to try.

/// One remark about a registry file.
public struct RegistryRemark: Sendable, Equatable, CustomStringConvertible {
    /// Whether the file can still be used.
    public enum Severity: String, Sendable {
        /// The file is refused.
        case error
        /// The file is used, but says something that should not be so.
        case warning
    }

    /// Whether the file can still be used.
    public let severity: Severity
    /// The file as it was given.
    public let file: String
    /// Line in the file, from 1.
    public let line: Int
    /// Column in the line, from 1.
    public let column: Int
    /// What is wrong, as a lower-case phrase without a full stop.
    public let message: String
    /// What to try.
    public let hint: String?

    /// `file:line:column: error: message`, and the hint on a line of its own.
    public var description: String {
        let first = "\(file):\(line):\(column): \(severity.rawValue): \(message)"
        return hint.map { "\(first)\n  hint: \($0)" } ?? first
    }
}
