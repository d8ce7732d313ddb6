// What detections need to know of a rule besides its condition.

public import SigmaRules

/// A Sigma rule with its place among the others and the attributes this project adds.
public struct DetectionRule: Sendable {
    /// The rule as written.
    public let sigma: SigmaRule
    /// How bad its findings are.
    public let level: FindingLevel
    /// Fields whose values make two matches one incident (custom attribute `grantaudit: group-by`).
    public let groupBy: [String]
    /// What to do about its findings (custom attribute `grantaudit: next`).
    public let next: String?

    init(_ sigma: SigmaRule) {
        self.sigma = sigma
        level = FindingLevel(name: sigma.level.rawValue) ?? .medium
        let own = sigma.customAttributes["grantaudit"]?.map
        next = own?["next"]?.string
        if let correlation = sigma.correlation {
            groupBy = correlation.groupBy
        } else {
            groupBy = own?["group-by"]?.list?.compactMap(\.string) ?? []
        }
    }

    /// The rule's `id`; one without is known by its name or title.
    public var id: String { sigma.identity }
    /// The rule's `name`, or its title.
    public var name: String { sigma.name ?? sigma.title }

    /// Whether the rule asks about events of a source that answers to `logsource` (Sigma specification, "Log source").
    ///
    /// `category: oauth` is what all our sources have in common.
    public func applies(to logsource: [String: String]) -> Bool { sigma.logsource.isForLog(logsource) }

    /// Whether the rule asks about facts of the logs themselves and not about what is in them.
    public var isAboutLogs: Bool { sigma.logsource.isAboutLogs }
}

extension Logsource {
    /// Whether the log source is one of a log with the attributes `log`: all our logs are of category `oauth`.
    public func isForLog(_ log: [String: String]) -> Bool { isAnswered(by: log, common: "oauth") }

    /// Whether it is about what an audit itself says of logs, see `LogFact`.
    public var isAboutLogs: Bool { category == Self.logIntegrity }

    /// The category of rules about facts of the logs themselves.
    public static let logIntegrity = "log_integrity"
}
