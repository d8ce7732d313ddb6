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
    private var parsed: [ParsedRule]

    init(_ parsed: [ParsedRule]) { self.parsed = parsed }

    /// Checks the documents against each other; `unreadable` files come first in the remarks.
    mutating func load(unreadable: [RejectedRule], warnings: [RuleDiagnostic]) -> LoadedRules {
        rejectDuplicateIDs()
        while rejectLostReferences() {}
        rejectCycles()
        while rejectLostReferences() {}
        resolveFilters()
        return collect(unreadable, warnings)
    }

    private mutating func rejectDuplicateIDs() {
        var owners: [String: Int] = [:]
        for index in parsed.indices {
            guard let id = parsed[index].rule?.id ?? parsed[index].filter?.id else { continue }
            guard let owner = owners[id] else {
                owners[id] = index
                continue
            }
            let first = parsed[owner]
            let message = "id '\(id)' is already used in \(first.document.file):\(first.idPlace.line)"
            reject(index, parsed[index].idPlace, message, "give this rule an id of its own")
        }
    }

    private mutating func reject(_ index: Int, _ place: Place, _ message: String, _ hint: String?) {
        parsed[index].problems.error(place, message, hint: hint)
        parsed[index].rule = nil
        parsed[index].filter = nil
    }

    /// Rejects correlations whose rules are not there; `true` if any was.
    private mutating func rejectLostReferences() -> Bool {
        var changed = false
        for index in parsed.indices {
            guard case .correlation(var correlation)? = parsed[index].rule?.body else { continue }
            correlation.ruleIndices = []
            for (number, reference) in correlation.rules.enumerated() {
                let place = parsed[index].referencePlace(number)
                switch resolve(reference, from: index) {
                case .success(let target): correlation.ruleIndices.append(target)
                case .failure(let problem):
                    reject(index, place, problem.message, problem.hint)
                    changed = true
                }
            }
            parsed[index].rule?.body = .correlation(correlation)
        }
        return changed
    }

    /// Finds the detections that each filter is for.
    private mutating func resolveFilters() {
        for index in parsed.indices {
            guard let filter = parsed[index].filter else { continue }
            let found =
                switch filter.target {
                case .any: detections(for: filter)
                case .rules(let references): detections(references, for: filter, at: index)
                }
            parsed[index].filter?.ruleIndices = found
        }
    }

    private func detections(for filter: SigmaFilter) -> [Int] {
        parsed.indices.filter { index in
            guard let rule = parsed[index].rule, rule.detection != nil else { return false }
            return filter.fits(rule.logsource)
        }
    }

    /// The detections named in the filter at `index`; what it cannot be applied to is said.
    private mutating func detections(_ references: [String], for filter: SigmaFilter, at index: Int) -> [Int] {
        var found: [Int] = []
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
                if filter.fits(rule.logsource) {
                    found.append(target)
                } else {
                    parsed[index].problems.warning(place, "'\(reference)' is about another log source")
                }
            }
        }
        return found
    }

    private struct LostReference: Error {
        let message: String
        var hint: String?
    }

    /// Finds a rule by name or id, in the same file first.
    private func resolve(_ reference: String, from index: Int) -> Result<Int, LostReference> {
        let file = parsed[index].document.file
        var found = candidates(reference) { parsed[$0].document.file == file }
        if found.isEmpty { found = candidates(reference) { _ in true } }
        if found.count == 1 { return .success(found[0]) }
        if let first = found.first {
            let other = parsed[found[1]].document.file
            let message = "'\(reference)' names rules in \(parsed[first].document.file) and \(other)"
            return .failure(LostReference(message: message, hint: "refer to the rule by its id"))
        }
        let names = parsed.compactMap { $0.rule?.name } + parsed.compactMap { $0.rule?.id }
        let message = "there is no rule '\(reference)'"
        let fallback = "the rule needs 'name: \(reference)', and has to be loaded without errors"
        return .failure(LostReference(message: message, hint: didYouMean(reference, among: names, otherwise: fallback)))
    }

    private func candidates(_ reference: String, where included: (Int) -> Bool) -> [Int] {
        parsed.indices.filter { index in
            guard let rule = parsed[index].rule, included(index) else { return false }
            return rule.name == reference || rule.id == reference
        }
    }

    /// Rejects correlations that count themselves by way of others.
    private mutating func rejectCycles() {
        var ordered: Set<Int> = Set(parsed.indices.filter { parsed[$0].rule?.correlation == nil })
        var waiting = parsed.indices.filter { !ordered.contains($0) }
        while true {
            let ready = waiting.filter { index in
                parsed[index].rule?.correlation?.ruleIndices.allSatisfy(ordered.contains) ?? true
            }
            if ready.isEmpty { break }
            ordered.formUnion(ready)
            waiting.removeAll(where: ordered.contains)
        }
        for index in waiting {
            let hint = "remove one of the references in the circle"
            reject(index, parsed[index].referencePlace(0), "the correlation depends on itself", hint)
        }
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
        for index in loaded.filters.indices {
            loaded.filters[index].ruleIndices = loaded.filters[index].ruleIndices.compactMap { positions[$0] }
        }
        return loaded
    }
}
