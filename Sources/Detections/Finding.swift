// One conclusion: an incident with its rule, level, time span, subject and evidence.

/// How bad a finding is, in the words of the Sigma specification ("level").
public enum FindingLevel: Int, CaseIterable, Comparable, Sendable {
    /// Not a threat; worth knowing.
    case informational
    /// Notable, rarely an incident.
    case low
    /// Relevant, to be looked at when time allows.
    case medium
    /// Relevant, to be looked at soon.
    case high
    /// An incident; to be looked at at once.
    case critical

    /// The word used in rules, reports and the database.
    public var name: String { "\(self)" }

    /// The level called `name`, if there is one.
    public init?(name: String) {
        guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }

    /// Orders levels from informational to critical.
    public static func < (left: FindingLevel, right: FindingLevel) -> Bool { left.rawValue < right.rawValue }
}

/// A field and its value as text that is fit to be stored.
public struct NamedValue: Equatable, Hashable, Sendable {
    /// Name of a canonical, derived or vendor field.
    public let name: String
    /// The value; secrets are masked or are fingerprints in hexadecimal.
    public let value: String

    /// A named value.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// An event that a finding rests on.
public struct Evidence: Equatable, Sendable {
    /// The input, as numbered by the run; of one that an earlier run has read, the negative of its number in the database.
    public let input: Int
    /// Line number in the decompressed input, from 1.
    public let lineNumber: Int64
    /// Offset of the line's first byte in the decompressed input.
    public let byteOffset: Int64
    /// Microseconds since 1970-01-01T00:00:00Z.
    public let time: Int64
    /// Name of the rule that matched the event; for a correlation, the name of one of its base rules.
    public let ruleName: String
    /// The event's fields, in layout order.
    public let fields: [NamedValue]

    /// Evidence from its parts.
    public init(
        input: Int,
        lineNumber: Int64,
        byteOffset: Int64,
        time: Int64,
        ruleName: String,
        fields: [NamedValue]
    ) {
        self.input = input
        self.lineNumber = lineNumber
        self.byteOffset = byteOffset
        self.time = time
        self.ruleName = ruleName
        self.fields = fields
    }
}

/// An incident: all matches of one rule for one subject in one bucket of time.
public struct Finding: Equatable, Sendable {
    /// How many pieces of evidence a finding keeps; ``count`` goes on counting.
    public static let evidenceMax = 10

    /// Stable identity: 32 hexadecimal digits made from rule, group key and bucket.
    public let id: String
    /// The `id` of the rule, a UUID.
    public let ruleID: String
    /// The rule's `title`.
    public let title: String
    /// The rule's `level`.
    public let level: FindingLevel
    /// What the matches have in common.
    public let groupKey: [NamedValue]
    /// Start of the bucket, in microseconds since 1970-01-01T00:00:00Z.
    public let bucket: Int64
    /// Time of the earliest match, in microseconds since 1970-01-01T00:00:00Z.
    public var firstSeen: Int64
    /// Time of the latest match, in microseconds since 1970-01-01T00:00:00Z.
    public var lastSeen: Int64
    /// Number of matching events.
    public var count: Int64
    /// The evidence as it is held until somebody reads it.
    var kept: KeptEvidence

    /// The first ``evidenceMax`` matching events in event-time order, or fewer where memory was short.
    ///
    /// Made anew each time: as text it takes several times the memory.
    public var evidence: [Evidence] { kept.unpacked }

    /// A finding from its parts.
    public init(
        id: String,
        ruleID: String,
        title: String,
        level: FindingLevel,
        groupKey: [NamedValue],
        bucket: Int64,
        firstSeen: Int64,
        lastSeen: Int64,
        count: Int64,
        evidence: [Evidence]
    ) {
        self.id = id
        self.ruleID = ruleID
        self.title = title
        self.level = level
        self.groupKey = groupKey
        self.bucket = bucket
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.count = count
        kept = .text(evidence)
    }
}
