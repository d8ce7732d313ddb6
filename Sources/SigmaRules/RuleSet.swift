// Brings documents together: unique ids, and correlations that find their rules.

/// The rules that can be used, and everything there is to say about the others.
public struct LoadedRules: Sendable {
    /// Rules in the order of files and documents.
    public var rules: [SigmaRule] = []
    /// Filters in the order of files and documents.
    public var filters: [SigmaFilter] = []
    /// All remarks, in the order of files and documents.
    public var diagnostics: [RuleDiagnostic] = []
    /// Documents and files that cannot be used.
    public var rejected: [RejectedRule] = []

    /// Nothing loaded yet.
    public init() {}

    /// Positions of the rules that speak for themselves: no correlation counts them, unless it generates them as well.
    public var uncounted: [Int] {
        let counted = Set(rules.compactMap(\.correlation).filter { !$0.generate }.flatMap(\.ruleIndices))
        return rules.indices.filter { !counted.contains($0) }
    }

    /// The rule at `index` and those it looks at, without filters, and its place among them.
    public func subset(for index: Int) -> (rules: LoadedRules, place: Int) {
        var wanted: Set<Int> = []
        var waiting = [index]
        while let next = waiting.popLast() {
            guard wanted.insert(next).inserted else { continue }
            waiting += rules[next].correlation?.ruleIndices ?? []
        }
        let order = wanted.sorted()
        let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($0.element, $0.offset) })
        var subset = LoadedRules()
        for old in order {
            var rule = rules[old]
            if case .correlation(var correlation) = rule.body {
                correlation.ruleIndices = correlation.ruleIndices.compactMap { places[$0] }
                rule.body = .correlation(correlation)
            }
            subset.rules.append(rule)
        }
        return (subset, places[index] ?? 0)
    }
}

/// A document or file that cannot be used, and why.
public struct RejectedRule: Sendable, Equatable {
    /// The file as it was given or found.
    public var file: String
    /// The title, if it could be read.
    public var title: String?
    /// The remarks about it; at least one is an error.
    public var diagnostics: [RuleDiagnostic]
}

/// Documents on their way to being rules that know each other.
struct RuleSet {
    /// Most names that lost references are compared with.
    private static let comparisonsMax = 100_000

    private var parsed: [ParsedRule]
    private var names: RuleNames
    /// Rules that have been rejected, by name and by id.
    private var lost: [String: Int] = [:]
    /// Correlations by the rules they look at.
    private var dependents: [[Int]]
    private var comparisons = 0

    init(_ parsed: [ParsedRule]) {
        self.parsed = parsed
        dependents = parsed.map { _ in [] }
        names = RuleNames([])
    }

    /// Checks the documents against each other; `unreadable` files come first in the remarks.
    mutating func load(unreadable: [RejectedRule], warnings: [RuleDiagnostic]) -> LoadedRules {
        for (index, item) in parsed.enumerated() where item.rule == nil && item.filter == nil { remember(index) }
        rejectTwins()
        names = RuleNames(parsed)
        resolve(parsed.indices.filter { parsed[$0].rule?.correlation != nil })
        while rejectCycles() {}
        resolveFilters()
        return collect(unreadable, warnings)
    }

    /// Rejects what is known by the same id, name or title as something before it: findings could not be told apart.
    private mutating func rejectTwins() {
        var owners: [String: Int] = [:]
        for index in parsed.indices {
            guard let identity = parsed[index].rule?.identity ?? parsed[index].filter?.identity else { continue }
            // What cannot be seen, or stored, tells nothing apart.
            let visible = String(identity.unicodeScalars.filter { $0.value >= 0x20 && $0 != "\u{FFFD}" })
            guard let owner = owners[visible] else {
                owners[visible] = index
                continue
            }
            let place = "\(parsed[owner].document.file):\(parsed[owner].identityPlace.line)"
            let hasID = (parsed[index].rule?.id ?? parsed[index].filter?.id) != nil
            if hasID {
                let message = "id '\(identity)' is already used in \(place)"
                reject(index, parsed[index].identityPlace, message, "give this rule an id of its own")
            } else {
                let message = "without an id the rule is known as '\(identity)', and so is the one in \(place)"
                reject(index, parsed[index].identityPlace, message, "give the rule an id, for example a random UUID")
            }
        }
    }

    private mutating func reject(_ index: Int, _ place: Place, _ message: String, _ hint: String?) {
        parsed[index].problems.error(place, message, hint: hint)
        parsed[index].rule = nil
        parsed[index].filter = nil
        remember(index)
    }

    private mutating func remember(_ index: Int) {
        for name in parsed[index].names where lost[name] == nil { lost[name] = index }
    }

    /// Finds the rules of the given correlations; rejects those whose rules are not there, and what depends on them.
    private mutating func resolve(_ correlations: [Int]) {
        var waiting = Array(correlations.reversed())
        while let index = waiting.popLast() {
            guard case .correlation(var correlation)? = parsed[index].rule?.body else { continue }
            correlation.ruleIndices = []
            var named: [Int: String] = [:]
            var problems: [(Place, BadReference)] = []
            for (number, reference) in correlation.rules.enumerated() {
                switch resolve(reference, from: index) {
                case .success(let target):
                    if let name = named.updateValue(reference, forKey: target) {
                        let message = "'\(reference)' is the rule that the correlation names as '\(name)', too"
                        let problem = BadReference(message: message, hint: "name each rule once")
                        problems.append((parsed[index].referencePlace(number), problem))
                        continue
                    }
                    correlation.ruleIndices.append(target)
                    dependents[target].append(index)
                case .failure(let problem): problems.append((parsed[index].referencePlace(number), problem))
                }
            }
            parsed[index].rule?.body = .correlation(correlation)
            for (place, problem) in problems { reject(index, place, problem.message, problem.hint) }
            if !problems.isEmpty { waiting += takeDependents(index).reversed() }
        }
    }

    private mutating func takeDependents(_ index: Int) -> [Int] {
        defer { dependents[index] = [] }
        return dependents[index]
    }

    /// Finds the detections that each filter is for.
    private mutating func resolveFilters() {
        // Rules have few log sources, however many there are.
        var bySource: [[String?]: [Int]] = [:]
        for (index, item) in parsed.enumerated() {
            guard let rule = item.rule, rule.detection != nil else { continue }
            bySource[rule.logsource.parts, default: []].append(index)
        }
        for index in parsed.indices {
            guard let filter = parsed[index].filter else { continue }
            let found =
                switch filter.target {
                case .any: bySource.filter { filter.fits($0.key) }.flatMap(\.value).sorted()
                case .rules(let references): detections(references, for: filter, at: index)
                }
            parsed[index].filter?.ruleIndices = found
        }
    }

    /// The detections named in the filter at `index`; what it cannot be applied to is said.
    private mutating func detections(_ references: [String], for filter: SigmaFilter, at index: Int) -> [Int] {
        var found: [Int] = []
        var seen: Set<Int> = []
        for (number, reference) in references.enumerated() {
            let place = parsed[index].referencePlace(number)
            switch resolve(reference, from: index) {
            case .failure(let problem): parsed[index].problems.warning(place, problem.message, hint: problem.hint)
            case .success(let target):
                guard let rule = parsed[target].rule, rule.detection != nil else {
                    parsed[index].problems.warning(
                        place,
                        "'\(reference)' is a correlation, to which filters are not applied",
                        hint: "name the rules it counts"
                    )
                    continue
                }
                if filter.fits(rule.logsource.parts) {
                    if seen.insert(target).inserted { found.append(target) }
                } else {
                    parsed[index].problems.warning(place, "'\(reference)' is about another log source")
                }
            }
        }
        return found
    }

    private struct BadReference: Error {
        let message: String
        var hint: String?
    }

    /// Finds a rule by name or id, in the same file first.
    private mutating func resolve(_ reference: String, from index: Int) -> Result<Int, BadReference> {
        let rules = parsed
        let found = names.find(reference, from: parsed[index].document.file) { rules[$0].rule != nil }
        if found.count == 1 { return .success(found[0]) }
        if found.count > 1 {
            let (first, second) = (parsed[found[0]].document.file, parsed[found[1]].document.file)
            let message = "'\(reference)' names rules in \(first) and \(second)"
            return .failure(BadReference(message: message, hint: "refer to the rule by its id"))
        }
        return .failure(BadReference(message: "there is no rule '\(reference)'", hint: hint(reference)))
    }

    private mutating func hint(_ reference: String) -> String? {
        if let known = lost[reference] {
            let place = "\(parsed[known].document.file):\(parsed[known].document.firstLine)"
            return "the one in \(place) has been rejected: correct that first"
        }
        let fallback = "the rule needs 'name: \(reference)'"
        guard comparisons < Self.comparisonsMax else { return fallback }
        let candidates = names.all
        comparisons += candidates.count
        return didYouMean(reference, among: candidates, otherwise: fallback)
    }

    /// Rejects correlations that count themselves by way of others; `true` if there were any.
    private mutating func rejectCycles() -> Bool {
        // What each undecided correlation looks at, and what looks at it, undecided ones only.
        var targets: [Int: [Int]] = [:]
        for (index, item) in parsed.enumerated() {
            guard let correlation = item.rule?.correlation else { continue }
            targets[index] = correlation.ruleIndices.filter { parsed[$0].rule?.correlation != nil }
        }
        var lookers: [Int: [Int]] = [:]
        for (index, others) in targets { for other in others { lookers[other, default: []].append(index) } }
        // Those that look at nothing undecided are decided; of the rest, what nobody looks at is in no circle.
        var circle = Self.withoutEnds(Set(targets.keys), from: targets, to: lookers)
        circle = Self.withoutEnds(circle, from: lookers, to: targets)
        var affected: [Int] = []
        for index in circle.sorted() {
            let hint = "remove one of the references in the circle"
            reject(index, parsed[index].referencePlace(0), "the correlation depends on itself", hint)
            affected += takeDependents(index)
        }
        resolve(affected)
        return !circle.isEmpty
    }

    /// The members of `set` without those that lead to no other member, again and again.
    private static func withoutEnds(_ set: Set<Int>, from next: [Int: [Int]], to previous: [Int: [Int]]) -> Set<Int> {
        var set = set
        var counts = set.reduce(into: [Int: Int]()) { counts, index in
            counts[index] = (next[index] ?? []).count(where: set.contains)
        }
        var ends = set.filter { counts[$0] == 0 }
        while let index = ends.popFirst() {
            set.remove(index)
            for other in previous[index] ?? [] where set.contains(other) {
                counts[other, default: 0] -= 1
                if counts[other] == 0 { ends.insert(other) }
            }
        }
        return set
    }

    private func collect(_ unreadable: [RejectedRule], _ warnings: [RuleDiagnostic]) -> LoadedRules {
        var loaded = LoadedRules()
        loaded.rejected = unreadable
        loaded.diagnostics = unreadable.flatMap(\.diagnostics) + warnings
        var positions: [Int: Int] = [:]
        for (index, item) in parsed.enumerated() {
            let remarks = item.problems.all.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
            loaded.diagnostics += remarks
            if let rule = item.rule {
                positions[index] = loaded.rules.count
                loaded.rules.append(rule)
            } else if let filter = item.filter {
                loaded.filters.append(filter)
            } else {
                loaded.rejected.append(
                    RejectedRule(file: item.document.file, title: item.title, diagnostics: remarks)
                )
            }
        }
        for index in loaded.rules.indices {
            guard case .correlation(var correlation) = loaded.rules[index].body else { continue }
            correlation.ruleIndices = correlation.ruleIndices.compactMap { positions[$0] }
            loaded.rules[index].body = .correlation(correlation)
        }
        loaded.followAliases()
        for index in loaded.filters.indices {
            loaded.filters[index].ruleIndices = loaded.filters[index].ruleIndices.compactMap { positions[$0] }
        }
        return loaded
    }
}
