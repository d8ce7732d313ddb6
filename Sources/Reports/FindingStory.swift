// The story of one finding: what happened, in which order, who did it, why it matters, and what is not known.

public import AuditStore
import AuthEvents
import Detections
import SigmaRules

/// Everything that is known of one finding, in sentences.
///
/// Sentences are fit for a terminal: values from logs stand in quotation marks where they could be taken for words, and
/// no character moves the cursor. The words of the rule itself are as its author wrote them.
public struct FindingStory: Sendable {
    /// An event with what is told of it.
    struct Event: Equatable, Sendable {
        /// The event.
        let evidence: StoredEvidence
        /// Microseconds since the event before it; nil for the first.
        let sincePrevious: Int64?
        /// The title of the rule that matched, if that is neither the finding's nor that of the event before.
        let step: String?
        /// What was asked, by whom, and how it ended.
        let what: String
        /// What else matters of it.
        let details: [String]
        /// What lineage knew.
        let lineage: [String]
    }

    /// A field that says who or what was involved, and its values in order of appearance.
    struct Party: Equatable, Sendable {
        /// Word for people.
        let word: String
        /// The field.
        let field: String
        /// The first of its values.
        let values: [String]
        /// How many more there are.
        let rest: Int
    }

    /// The facts that it is told from.
    struct Facts: Sendable {
        var finding: StoredFinding
        var shortID: String
        var words: RuleWords?
        var surroundings = FindingSurroundings()
        var related = RelatedFindings()
    }

    let facts: Facts
    /// How often and when, in one sentence.
    let summary: String
    /// The events kept, in order.
    let events: [Event]
    /// Who and what was involved.
    let parties: [Party]
    /// Why it is a finding, and of this level.
    let reasons: [String]
    /// What can look the same and be harmless.
    let harmless: [String]
    /// What is not known.
    let unseen: [String]
    /// Commands that lead further.
    let commands: [ShellCommand]

    /// The finding.
    var finding: StoredFinding { facts.finding }

    /// Reads the story of the finding with this id; nil if there is none.
    ///
    /// `meanings` say what derived fields mean for which this room has no sentence.
    public init?(database: AuditDatabase, finding id: String, meanings: [String: String]) throws(StoreError) {
        let path = database.path
        let facts = try database.read { reader in try Facts(reader, id) }
        guard let facts else { return nil }
        self.init(facts, databasePath: path, meanings: meanings)
    }

    init(_ facts: Facts, databasePath: String, meanings: [String: String]) {
        self.facts = facts
        let finding = facts.finding
        let prose = facts.words.map { RuleProse($0.text) }
        summary = Self.summary(finding)
        events = Self.events(finding, facts.surroundings.ruleTitles, meanings)
        parties = Self.parties(finding)
        reasons = Self.reasons(finding, prose?.correlation, facts.surroundings.ruleTitles)
        harmless = prose?.falsePositives ?? []
        unseen = UnseenSentences(facts).sentences
        commands = Self.commands(facts, databasePath, isCorrelation: prose?.correlation != nil)
    }

    private static func summary(_ finding: StoredFinding) -> String {
        let first = TimeText.seconds(finding.firstSeen)
        guard finding.count > 1 else { return "It was seen once, at \(first)." }
        let length = finding.lastSeen - finding.firstSeen
        guard length > 0 else { return "It was seen in \(finding.count) events at \(first)." }
        let last = TimeText.seconds(finding.lastSeen)
        let span = DurationText.microseconds(length)
        return "It was seen in \(finding.count) events between \(first) and \(last), in \(span)."
    }

    private static func events(
        _ finding: StoredFinding,
        _ titles: [String: String],
        _ meanings: [String: String]
    ) -> [Event] {
        var previous: StoredEvidence?
        return finding.evidence.map { evidence in
            defer { previous = evidence }
            let sentences = EventSentences(evidence.fields, after: previous?.fields ?? [])
            let isNewStep = evidence.ruleName != previous?.ruleName ?? finding.ruleName
            return Event(
                evidence: evidence,
                sincePrevious: previous.map { evidence.time - $0.time },
                step: isNewStep ? titles[evidence.ruleName] ?? evidence.ruleName : nil,
                what: sentences.what,
                details: sentences.details,
                lineage: LineageSentences(evidence.fields, meanings: meanings).sentences
            )
        }
    }

    /// Values of one field that are listed.
    private static let valuesMax = 5

    private static let partyFields: [(word: String, field: CanonicalField)] = [
        ("client", .clientID), ("user", .username), ("subject", .sub), ("acting", .act), ("address", .ip),
        ("network", .network), ("software", .userAgent), ("session", .sid), ("issuer", .issuer), ("tenant", .tenant),
        ("code", .code), ("refresh token", .refreshToken), ("new refresh token", .refreshTokenIssued),
        ("access token", .accessToken), ("subject token", .subjectToken), ("device code", .deviceCode),
        ("token family", .family),
    ]

    private static func parties(_ finding: StoredFinding) -> [Party] {
        partyFields.compactMap { word, field in
            let values = Self.values(of: field.name, finding)
            guard !values.isEmpty else { return nil }
            return Party(
                word: word,
                field: field.name,
                values: Array(values.prefix(valuesMax)),
                rest: max(0, values.count - valuesMax)
            )
        }
    }

    /// The values of a field in group key and evidence, each once, in order of appearance.
    private static func values(of field: String, _ finding: StoredFinding) -> [String] {
        var values: [String] = []
        for value in finding.groupKey + finding.evidence.flatMap(\.fields)
        where value.name == field && !value.value.isEmpty && !values.contains(value.value) {
            values.append(value.value)
        }
        return values
    }

    private static func reasons(
        _ finding: StoredFinding,
        _ correlation: Correlation?,
        _ titles: [String: String]
    ) -> [String] {
        var result = ["Its rule calls such an incident \(finding.level.name): \(finding.level.urgency)."]
        if let correlation {
            result.append(CorrelationSentences.sentence(correlation, titles: titles))
            for field in correlation.valueFields where correlation.type == .valueCount {
                let values = values(of: field, finding)
                guard !values.isEmpty else { continue }
                let shown = values.prefix(valuesMax).map { StoryWords.shown($0) }
                let rest = values.count - shown.count
                let list = rest > 0 ? shown.joined(separator: ", ") + " and \(rest) more" : StoryWords.list(shown)
                let number = counted(values.count, "different value")
                result.append("In the events kept, \(StoryWords.shown(field)) has \(number): \(list).")
            }
        } else {
            let key = finding.groupKey.map { StoryWords.shown($0.name) }
            let group = key.isEmpty ? "" : " with the same \(StoryWords.list(key))"
            result.append("One event is enough for this rule; those of one day\(group) are one finding.")
        }
        let outcomes = finding.evidence.map { evidence in evidence.fields.first { $0.name == "outcome" }?.value }
        let (successes, failures) = (outcomes.count { $0 == "success" }, outcomes.count { $0 == "failure" })
        let others = outcomes.count - successes - failures
        if outcomes.count == 1 {
            if successes == 1 { result.append("The server did what was asked.") }
            if failures == 1 { result.append("The server refused.") }
        } else if successes + failures > 0 {
            let parts = [(successes, "succeeded"), (failures, "refused"), (others, "with unknown outcome")]
            let told = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
            result.append("Of the \(outcomes.count) events kept: \(StoryWords.list(told)).")
        }
        return result
    }

    private static func commands(_ facts: Facts, _ path: String, isCorrelation: Bool) -> [ShellCommand] {
        let database = ShellCommand.quoted(path)
        var result: [ShellCommand] = []
        if let related = facts.related.closest.first {
            result.append(ShellCommand("explain", related.shortID, "--database", database))
        }
        result.append(ShellCommand("report", "--finding", facts.finding.id, "--database", database))
        if let first = facts.finding.evidence.first {
            let place = ShellCommand.quoted("\(first.path):\(first.line)")
            result.append(ShellCommand("formats", "explain", place))
            if !isCorrelation {
                result.append(ShellCommand("rules", "explain", ShellCommand.quoted(facts.finding.ruleName), place))
            }
        }
        return result
    }
}

extension FindingStory.Facts {
    /// Related findings that are listed.
    private static let relatedMax = 10
    /// Values by which findings are joined; more would join everything with everything.
    private static let joiningValuesMax = 40

    private static let joiningFields: [CanonicalField] = [
        .family, .code, .refreshToken, .refreshTokenIssued, .accessToken, .subjectToken, .deviceCode, .sid, .username,
        .sub, .ip, .clientID,
    ]

    init?(_ reader: AuditReader, _ id: String) throws {
        guard let finding = try reader.finding(id: id) else { return nil }
        self.init(finding: finding, shortID: try reader.shortID(id))
        words = try reader.words(ofRule: finding.ruleID)
        surroundings = try reader.surroundings(of: finding)
        related = try reader.related(to: id, by: Self.joiningValues(finding), limit: Self.relatedMax)
    }

    /// What other findings would have in common with `finding`: an issued refresh token is one that is presented later.
    static func joiningValues(_ finding: StoredFinding) -> [NamedValue] {
        var values: [NamedValue] = []
        let fields = finding.groupKey + finding.evidence.flatMap(\.fields)
        for field in joiningFields {
            let name = field == .refreshTokenIssued ? CanonicalField.refreshToken.name : field.name
            for value in fields where value.name == field.name && !value.value.isEmpty {
                let joining = NamedValue(name: name, value: value.value)
                if !values.contains(joining) { values.append(joining) }
            }
        }
        return Array(values.prefix(joiningValuesMax))
    }
}

extension FindingLevel {
    /// What the level asks of whoever reads it.
    fileprivate var urgency: String {
        switch self {
        case .informational: "good to know, no threat by itself"
        case .low: "notable, but rarely an incident"
        case .medium: "worth a look when there is time"
        case .high: "to be looked at soon"
        case .critical: "act now"
        }
    }
}
