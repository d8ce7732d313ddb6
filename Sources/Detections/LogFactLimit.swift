// What cannot be known about the logs of a source, so that rules about it are not evaluable there.

public import AuthEvents
import SigmaRules

/// Something that no fact about the logs of a source can say in this run, and why.
public struct LogFactLimit: Sendable, Equatable {
    /// The field.
    public let field: LogField
    /// The only values that it can have; `nil` if no fact can have it.
    public let values: Set<String>?
    /// Why, and what would change it.
    public let reason: String

    /// A limit from its parts.
    public init(_ field: LogField, values: Set<String>? = nil, reason: String) {
        self.field = field
        self.values = values
        self.reason = reason
    }

    fileprivate var assumption: [String: FieldAssumption] {
        [field.rawValue: values.map { .oneOf($0) } ?? .absent]
    }
}

extension DetectionEngine {
    /// Whether rule `index` asks about facts of the logs, itself or by way of rules that it counts.
    public func isAboutLogs(_ index: Int) -> Bool {
        guard let correlation = rules[index].sigma.correlation else { return rules[index].isAboutLogs }
        return correlation.ruleIndices.contains { rules[$0].sigma.correlation == nil && rules[$0].isAboutLogs }
    }

    /// Why rule `index`, which is about facts of the logs, can say nothing about those of source `source`; `nil` if it
    /// can.
    func factObstacle(_ index: Int, _ source: Int) -> String? {
        let rule = rules[index].sigma
        if let bases = rule.correlation?.ruleIndices {
            let reasons = bases.map { factObstacle($0, source) }
            return reasons.contains { $0 == nil } ? nil : reasons.first ?? nil
        }
        let limits = (factLimits[source] ?? []) + standingLimits(source)
        return limits.first { !canMatch(rule: rule, assuming: $0.assumption) }?.reason
    }

    /// What the format of source `source` lacks in any run.
    private func standingLimits(_ source: Int) -> [LogFactLimit] {
        let capabilities = sources[source].capabilities
        guard !capabilities.fields.values.contains(where: { $0.contains(.sequence) }) else { return [] }
        let reason = "\(capabilities.source) does not number its lines (field sequence), so none can be missed"
        return [LogField.missingNumbers, .firstMissing, .lastMissing].map { LogFactLimit($0, reason: reason) }
    }
}
