// What can be wrong with a YAML file, and where.

/// Why a YAML file cannot be used.
public struct YAMLProblem: Error, Equatable, Sendable {
    /// Line, from 1.
    public let line: Int
    /// Column in characters, from 1.
    public let column: Int
    /// What is wrong, as a phrase without a full stop.
    public let message: String
    /// What to try.
    public let hint: String?

    init(line: Int = 1, column: Int = 1, _ message: String, hint: String? = nil) {
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint
    }
}
