// What is wrong with a rule, where, and what to try.

import YAMLFiles

/// One remark about a rule file.
public struct RuleDiagnostic: Sendable, Equatable, CustomStringConvertible {
    /// Whether the rule can still be used.
    public enum Severity: String, Sendable {
        /// The rule is rejected.
        case error
        /// The rule is loaded, but probably says something else than its author meant.
        case warning
    }

    /// Whether the rule can still be used.
    public var severity: Severity
    /// The file as it was given or found.
    public var file: String
    /// Line in the file, from 1.
    public var line: Int
    /// Column in the line, from 1.
    public var column: Int
    /// What is wrong, as a lower-case phrase without a full stop.
    public var message: String
    /// What to try.
    public var hint: String?

    /// A remark about the given place.
    public init(
        _ severity: Severity,
        file: String,
        line: Int,
        column: Int,
        message: String,
        hint: String? = nil
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint
    }

    /// `file:line:column: error: message`, and the hint on a line of its own.
    public var description: String {
        let first = "\(file):\(line):\(column): \(severity.rawValue): \(message)"
        return hint.map { "\(first)\n  hint: \($0)" } ?? first
    }
}

extension [RuleDiagnostic] {
    /// The remarks by file and place; those about one place as they are.
    public var inOrder: [RuleDiagnostic] {
        enumerated().sorted { left, right in
            (left.element.file, left.element.line, left.element.column, left.offset)
                < (right.element.file, right.element.line, right.element.column, right.offset)
        }.map(\.element)
    }
}

/// A place in a rule file, both numbers from 1.
struct Place: Sendable, Equatable {
    var line: Int
    var column: Int

    static let start = Place(line: 1, column: 1)
}

/// The remarks about one document, in the order in which they were made.
struct DiagnosticList {
    /// Most words in a document for which a similar one is looked for.
    private static let guessesMax = 100

    let file: String
    private var guesses = 0
    private(set) var all: [RuleDiagnostic] = []

    init(file: String) { self.file = file }

    var hasErrors: Bool { all.contains { $0.severity == .error } }

    /// As the function of this name, until there have been many.
    mutating func didYouMean(
        _ word: String,
        among candidates: @autoclosure () -> [String],
        otherwise fallback: String? = nil
    ) -> String? {
        guesses += 1
        guard guesses <= Self.guessesMax else { return fallback }
        return nearMiss(word, among: candidates()).map { "did you mean '\($0)'?" } ?? fallback
    }

    mutating func error(_ place: Place, _ message: String, hint: String? = nil) {
        add(.error, place, message, hint)
    }

    mutating func warning(_ place: Place, _ message: String, hint: String? = nil) {
        add(.warning, place, message, hint)
    }

    private mutating func add(_ severity: RuleDiagnostic.Severity, _ place: Place, _ message: String, _ hint: String?) {
        all.append(
            RuleDiagnostic(
                severity,
                file: file,
                line: place.line,
                column: place.column,
                message: message,
                hint: hint
            )
        )
    }
}
