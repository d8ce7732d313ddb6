// Whether a rule could have found anything in a source, and if not, what is missing.

import AuthEvents
import FieldRows
import GrantLineage
import SigmaRules

/// Whether one rule was evaluated on one source.
public struct RuleEvaluation: Sendable, Equatable {
    /// Index of the rule.
    public let rule: Int
    /// Index of the source.
    public let source: Int
    /// Why the rule could not be evaluated; `nil` if it was.
    public let reason: String?
}

extension DetectionEngine {
    /// For every rule and every source that delivered events: evaluated, or why not.
    public var evaluations: [RuleEvaluation] {
        let live = sources.indices.filter { source in EventKind.allCases.contains { coverage[source][$0] > 0 } }
        let order = basesFirst
        let views = views(live, order)
        let cuts = cuts(order)
        return live.enumerated().flatMap { place, source in
            rules.indices.map {
                RuleEvaluation(
                    rule: $0,
                    source: source,
                    reason: cuts[$0]
                        ?? (isAboutLogs($0) ? factObstacle($0, source) : views[$0][place].reason)
                )
            }
        }
    }

    /// Why rules were cut short, those of correlations whose rules were included; `order` is ``basesFirst``.
    private func cuts(_ order: [Int]) -> [Int: String] {
        var (cuts, matchCuts) = (restrictions, matchRestrictions)
        for rule in order {
            let bases = rules[rule].sigma.correlation?.ruleIndices ?? []
            guard let base = bases.first(where: { matchCuts[$0] != nil }), let text = matchCuts[base] else { continue }
            let inherited = text.hasPrefix("of its rule") ? text : "of its rule \(rules[base].name): \(text)"
            matchCuts[rule] = matchCuts[rule] ?? inherited
            cuts[rule] = cuts[rule] ?? inherited
        }
        return cuts
    }

    /// What each of `live`, the sources that delivered events, shows of each rule; `order` is ``basesFirst``.
    private func views(_ live: [Int], _ order: [Int]) -> [[View]] {
        let limits = live.map {
            SourceLimits(sources[$0], coverage[$0], unseen: unseenFields($0), silent: silentFields($0))
        }
        var views: [[View]] = Array(repeating: [], count: rules.count)
        for rule in order {
            guard let correlation = rules[rule].sigma.correlation else {
                views[rule] = limits.map { View(Obstacle(rules[rule], $0)) }
                continue
            }
            // The events of one correlation may come from several sources.
            let bases = correlation.ruleIndices
            let need = need(of: correlation, bases.map { views[$0] })
            views[rule] = limits.enumerated().map { place, limits in
                var view = View(of: bases.map { views[$0][place] })
                view.reason =
                    view.reason
                    ?? need.map {
                        "\(limits.name) does not show what its rule \(rules[bases[$0]].name) needs: "
                            + (views[bases[$0]][place].reason ?? "it can match in no source")
                    }
                    ?? correlation.fieldNames.first { name in
                        CanonicalField(name: name) != nil && !view.fields.contains(name)
                    }.map { "\(limits.name) does not log \($0), by which the rule groups" }
                return view
            }
        }
        return views
    }

    /// The position of the first rule of which no source shows enough, so that the condition of `correlation` cannot hold
    /// or not be believed.
    ///
    /// `nil` if there is none; `bases` are the views of its rules.
    private func need(of correlation: Correlation, _ bases: [[View]]) -> Int? {
        let able = bases.indices.filter { bases[$0].contains { $0.reason == nil } }
        let seeing = bases.indices.filter { !bases[$0].allSatisfy(\.isBlind) }
        guard !correlation.canHold(matching: Set(able), absent: Set(seeing)) else { return nil }
        return bases.indices.first {
            !able.contains($0) && correlation.canHold(matching: Set(able + [$0]), absent: Set(seeing))
        }
            ?? bases.indices.first { !able.contains($0) }
    }

    /// The rules, each behind those it looks at.
    ///
    /// Correlations may share what they look at: each is visited once, however many ways lead to it.
    private var basesFirst: [Int] {
        var order: [Int] = []
        var isVisited = Array(repeating: false, count: rules.count)
        for first in rules.indices where !isVisited[first] {
            isVisited[first] = true
            var path = [(rule: first, next: 0)]
            while let (rule, next) = path.last {
                let bases = rules[rule].sigma.correlation?.ruleIndices ?? []
                guard next < bases.count else {
                    order.append(rule)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                guard !isVisited[bases[next]] else { continue }
                isVisited[bases[next]] = true
                path.append((bases[next], 0))
            }
        }
        return order
    }
}

/// What a source shows of the detections under one rule, directly or by way of others.
private struct View {
    /// Why none of the detections can match; `nil` if one can.
    var reason: String?
    /// Whether it cannot even be said that none has matched.
    var isBlind: Bool
    /// Canonical fields, and the log's own that are called like them, that matches of the detections can have.
    var fields: Set<String>

    init(_ obstacle: Obstacle) {
        let blindness = obstacle.blindness
        reason = blindness ?? obstacle.absence
        isBlind = blindness != nil
        fields = obstacle.fields
    }

    /// What a correlation of rules with these views can see.
    init(of bases: [View]) {
        reason = bases.allSatisfy { $0.reason != nil } ? bases.first?.reason : nil
        isBlind = bases.allSatisfy(\.isBlind)
        fields = bases.reduce(into: []) { $0.formUnion($1.fields) }
    }
}
