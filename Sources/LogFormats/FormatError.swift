// What can be wrong with a format file, and where.

import YAMLFiles

/// A problem in a format file.
public struct FormatError: Error, CustomStringConvertible, Equatable, Sendable {
    /// The format file.
    public let file: String
    /// Line, from 1.
    public let line: Int
    /// Column, from 1.
    public let column: Int
    /// What is wrong.
    public let message: String
    /// What to try.
    public let hint: String?

    /// `file:line:column: message`, with the hint on a line of its own.
    public var description: String {
        "\(file):\(line):\(column): \(message)" + (hint.map { "\n  hint: \($0)" } ?? "")
    }
}

extension FormatError {
    /// What is wrong with the YAML of `file`.
    init(_ problem: YAMLProblem, file: String) {
        self.init(
            file: file,
            line: problem.line,
            column: problem.column,
            message: problem.message,
            hint: problem.hint ?? "check the YAML"
        )
    }
}
