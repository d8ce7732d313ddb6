// One rule as written.

/// A parsed and checked Sigma document.
public struct SigmaRule: Sendable {
    /// What the rule decides.
    public enum Body: Sendable {
        /// A question about a single event.
        case detection(Detection)
        /// A question about how often events of other rules occur.
        case correlation(Correlation)
    }

    /// The identifier, usually a UUID.
    public var id: String?
    /// The short name by which correlations refer to the rule.
    public var name: String?
    /// What the rule detects, in one line.
    public var title: String
    /// How mature the rule is.
    public var status: SigmaStatus?
    /// How much a match matters; `medium` when the document does not say.
    public var level = SigmaLevel.medium
    /// What the rule detects, at length.
    public var description: String?
    /// Where the idea comes from.
    public var references: [String] = []
    /// Tags with their namespace, such as `attack.t1528`.
    public var tags: [String] = []
    /// Who wrote the rule.
    public var author: String?
    /// Under which licence, as an SPDX identifier.
    public var license: String?
    /// Day of creation, `YYYY-MM-DD`.
    public var date: String?
    /// Day of the last change, `YYYY-MM-DD`.
    public var modified: String?
    /// How the rule's field names and values are to be read; `sigma` when the document does not say.
    public var taxonomy: String?
    /// For whom the rule is meant.
    public var scope: [String] = []
    /// Other rules this one has to do with.
    public var related: [RelatedRule] = []
    /// Harmless events that match as well.
    public var falsePositives: [String] = []
    /// Fields an analyst wants to see.
    public var fields: [String] = []
    /// Which logs the rule is about; nothing is restricted in a correlation.
    public var logsource = Logsource()
    /// The file as it was given or found.
    public var file: String
    /// Line of the document's first line in the file.
    public var line: Int
    /// The document as written.
    public var text: String
    /// Top-level keys that the specification does not define.
    public var customAttributes: [String: SigmaAttribute] = [:]
    /// For names that also mean something else, the log's own fields, see ``LoadedRules/preferring(_:where:)``.
    public internal(set) var ownFields: [String: String] = [:]
    /// For names by which a correlation groups and that are aliases, the fields of events whose values they take.
    public internal(set) var aliasedFields: [String: Set<String>] = [:]
    /// What the rule decides.
    public var body: Body

    /// By what the rule is known: its `id`, or else its name, or else its title.
    ///
    /// No other rule or filter has the same.
    public var identity: String { id ?? name ?? title }

    /// The detection, if the rule is one.
    public var detection: Detection? {
        if case .detection(let detection) = body { detection } else { nil }
    }

    /// The correlation, if the rule is one.
    public var correlation: Correlation? {
        if case .correlation(let correlation) = body { correlation } else { nil }
    }
}

/// How a rule has to do with another one (attribute `related`).
public struct RelatedRule: Sendable, Equatable {
    /// What the rule is to the other.
    public enum Relation: String, CaseIterable, Sendable {
        /// Made from it, which stays in use.
        case derived
        /// Replaces it.
        case obsoletes
        /// Holds all of it.
        case merged
        /// The same rule under a former id.
        case renamed
        /// Detects something like it.
        case similar
        /// An older word for ``obsoletes``.
        case obsolete
    }

    /// The other rule's `id`.
    public var id: String
    /// What the rule is to the other.
    public var type: Relation
}

/// How much a match matters.
public enum SigmaLevel: String, CaseIterable, Comparable, Sendable {
    /// Only for enrichment.
    case informational
    /// Rarely relevant by itself.
    case low
    /// Worth a look now and then.
    case medium
    /// Worth a prompt look.
    case high
    /// Worth an immediate reaction.
    case critical

    /// Orders levels by urgency.
    public static func < (left: SigmaLevel, right: SigmaLevel) -> Bool { left.rank < right.rank }

    /// 0 for `informational` to 4 for `critical`.
    public var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// How mature a rule is.
public enum SigmaStatus: String, CaseIterable, Sendable {
    /// Fit for production.
    case stable
    /// May need adjustment.
    case test
    /// May be noisy.
    case experimental
    /// Replaced by another rule.
    case deprecated
    /// Cannot be used as it is.
    case unsupported
}

/// The value of a top-level key that the specification does not define.
public indirect enum SigmaAttribute: Sendable, Equatable {
    /// No value.
    case null
    /// Text.
    case string(String)
    /// A number.
    case number(Double)
    /// `true` or `false`.
    case boolean(Bool)
    /// A list.
    case list([SigmaAttribute])
    /// A map.
    case map([String: SigmaAttribute])

    /// The text, if it is one.
    public var string: String? { if case .string(let text) = self { text } else { nil } }
    /// The list's members, if it is one.
    public var list: [SigmaAttribute]? { if case .list(let members) = self { members } else { nil } }
    /// The map, if it is one.
    public var map: [String: SigmaAttribute]? { if case .map(let entries) = self { entries } else { nil } }
}
