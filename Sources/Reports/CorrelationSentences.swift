// What a rule asks for, when it asks about several events together.

import SigmaRules

/// Tells what makes a correlation fire.
enum CorrelationSentences {
    /// One sentence; `titles` are those of rules by name or id.
    static func sentence(_ correlation: Correlation, titles: [String: String]) -> String {
        let names = correlation.rules.map { StoryWords.quoted(titles[$0] ?? $0) }
        let window = " within " + DurationText.microseconds(correlation.timespanMicroseconds)
        let fields = correlation.groupBy.map { StoryWords.shown($0) }
        let group = fields.isEmpty ? "" : " with the same \(StoryWords.list(fields))"
        let what = StoryWords.list(names)
        switch correlation.condition {
        case .expression(let expression):
            let order = correlation.type == .temporalOrdered ? " in this order" : ""
            return "The rule asks for \(told(expression, names))\(order)\(window)\(group)."
        case .measure(let condition):
            let needsAll = condition.terms == [.init(.gte, Double(names.count))]
            if correlation.type.isTemporal, needsAll {
                let all = correlation.type == .temporalOrdered ? names.joined(separator: " and then ") : what
                return "The rule asks for \(all)\(window)\(group)."
            }
            return "The rule asks for \(measured(correlation, condition, what))\(window)\(group)."
        }
    }

    private static func measured(
        _ correlation: Correlation,
        _ condition: CorrelationCondition,
        _ what: String
    ) -> String {
        let number = StoryWords.list(condition.terms.map(words))
        let field = StoryWords.list(correlation.valueFields.map { StoryWords.shown($0) })
        switch correlation.type {
        case .eventCount: return "\(number) events \(what)"
        case .valueCount: return "\(number) different values of \(field) in events \(what)"
        case .temporal: return "\(number) of these: \(what),"
        case .temporalOrdered: return "\(number) of these, one after the other: \(what),"
        case .valueSum: return "a sum of \(field) of \(number) in events \(what)"
        case .valueAverage: return "a mean of \(field) of \(number) in events \(what)"
        case .valueMedian: return "a median of \(field) of \(number) in events \(what)"
        case .valuePercentile:
            return "a percentile (\(plain(correlation.percentile))) of \(field) of \(number) in events \(what)"
        }
    }

    private static func words(_ term: CorrelationCondition.Term) -> String {
        let number = plain(term.value)
        switch term.op {
        case .gt: return "more than \(number)"
        case .gte: return "at least \(number)"
        case .lt: return "less than \(number)"
        case .lte: return "at most \(number)"
        case .eq: return "exactly \(number)"
        case .neq: return "not \(number)"
        }
    }

    /// A whole number without a decimal point.
    private static func plain(_ number: Double) -> String {
        Int64(exactly: number).map { "\($0)" } ?? "\(number)"
    }

    private static func told(_ expression: RuleExpression, _ names: [String], isInner: Bool = false) -> String {
        func joined(_ parts: [RuleExpression], _ word: String) -> String {
            let text = parts.map { told($0, names, isInner: true) }.joined(separator: " \(word) ")
            return isInner ? "(\(text))" : text
        }
        switch expression {
        case .occurs(let index): return index < names.count ? names[index] : "?"
        case .and(let parts): return joined(parts, "and")
        case .or(let parts): return joined(parts, "or")
        case .not(let part): return "not " + told(part, names, isInner: true)
        }
    }
}
