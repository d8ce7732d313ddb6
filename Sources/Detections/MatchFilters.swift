// Sigma filters and suppressions: which matches do not count, and how many those are.

import FoundationEssentials
import SigmaRules

/// What one filter has done.
public struct FilterEffect: Sendable, Equatable {
    /// Matches that the filter took away.
    public var suppressed: Int64 = 0
    /// Matches that it would have taken away if it had not expired before they happened.
    public var expired: Int64 = 0

    /// An effect from its parts.
    public init(suppressed: Int64 = 0, expired: Int64 = 0) {
        self.suppressed = suppressed
        self.expired = expired
    }
}

/// The filters of a set of rules.
struct MatchFilters {
    /// Filters by rule.
    private let filters: [[Int]]
    /// When each filter ends, in microseconds since 1970-01-01T00:00:00Z.
    private let ends: [Int64]
    private(set) var effects: [FilterEffect]

    init(_ filters: [SigmaFilter], ruleCount: Int) {
        var byRule: [[Int]] = Array(repeating: [], count: ruleCount)
        for (index, filter) in filters.enumerated() {
            for rule in filter.ruleIndices { byRule[rule].append(index) }
        }
        self.filters = byRule
        ends = filters.map { $0.expires.flatMap(Self.beginning) ?? .max }
        effects = filters.map { _ in FilterEffect() }
    }

    /// Whether a match of `rule` at `time` counts; `holds` tells whether a filter's condition does.
    ///
    /// Whether a filter has ended is decided by the time of the event, so that the answer is the same in every run.
    mutating func allow(_ rule: Int, at time: Int64, holds: (Int) -> Bool) -> Bool {
        var allows = true
        for filter in filters[rule] where !holds(filter) {
            if time < ends[filter] {
                effects[filter].suppressed += 1
                allows = false
            } else {
                effects[filter].expired += 1
            }
        }
        return allows
    }

    /// The filters that are for rule `rule`.
    func concerning(_ rule: Int) -> [Int] { filters[rule] }

    /// The first instant of a day, `YYYY-MM-DD` in UTC.
    private static func beginning(_ day: String) -> Int64? {
        guard let date = try? Date(day + "T00:00:00Z", strategy: .iso8601) else { return nil }
        return Int64(date.timeIntervalSince1970) * 1_000_000
    }
}
