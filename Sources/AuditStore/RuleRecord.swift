// Rules as a run knew them: loaded, rejected, evaluated or not.

public import Detections

/// A rule that was loaded.
public struct RuleRecord: Equatable, Sendable {
    /// The rule's `id`, a UUID.
    public var id: String
    /// The rule's `name`, or its file's name.
    public var name: String
    /// The rule's `title`.
    public var title: String
    /// The rule's `level`.
    public var level: FindingLevel
    /// The rule's `status`, such as `stable`.
    public var status: String?
    /// The rule's `tags`.
    public var tags: [String] = []
    /// The file it comes from.
    public var file: String
    /// SHA-256 of ``text``, in hexadecimal.
    public var sha256: String
    /// The YAML document.
    public var text: String
    /// The rule's `description`.
    public var description: String?
    /// What to do about its findings.
    public var nextStep: String?
    /// The rule's `references`.
    public var references: [String] = []

    /// A rule from what every rule has.
    public init(
        id: String,
        name: String,
        title: String,
        level: FindingLevel,
        file: String,
        sha256: String,
        text: String
    ) {
        self.id = id
        self.name = name
        self.title = title
        self.level = level
        self.file = file
        self.sha256 = sha256
        self.text = text
    }
}

/// A rule that does not compile.
public struct RejectedRuleRecord: Hashable, Sendable {
    /// The file it stands in.
    public var file: String
    /// Line of the defect, from 1, if known.
    public var line: Int?
    /// Column of the defect, from 1, if known.
    public var column: Int?
    /// What is wrong.
    public var message: String
    /// What to do about it.
    public var hint: String?

    /// A rejected rule from its parts.
    public init(file: String, line: Int? = nil, column: Int? = nil, message: String, hint: String? = nil) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint
    }
}

/// Whether a rule was evaluated on the events of a source.
public struct RuleStatusRecord: Hashable, Sendable {
    /// The rule's `id`.
    public var ruleID: String
    /// The format the events came from, such as `keycloak-text`.
    public var source: String
    /// Why the rule could not be evaluated there; nil if it was.
    public var notEvaluableReason: String?

    /// Whether the rule was evaluated.
    public var evaluated: Bool { notEvaluableReason == nil }

    /// A status from its parts.
    public init(ruleID: String, source: String, notEvaluableReason: String? = nil) {
        self.ruleID = ruleID
        self.source = source
        self.notEvaluableReason = notEvaluableReason
    }
}
