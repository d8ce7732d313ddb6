// The number that a correlation compares, kept up to date as matches come and go.

/// Counts, distinct values, sums and ranks of the matches in one window.
struct WindowMeasure {
    private let type: Correlation.Kind
    private let percentile: Double
    /// Events, each once however many rules match it.
    private var events = 0
    /// Matches by rule, where it matters how many rules match.
    private var matches: [Int]
    /// How often each value occurs, by hash.
    private var distinct: [Int: Int] = [:]
    private var sum = ExactSum()
    /// The values in ascending order, for ranks; only their number otherwise.
    private var sorted: [Double] = []
    private var numbers = 0

    init(_ correlation: Correlation) {
        type = correlation.type
        percentile = correlation.percentile
        matches = type.isTemporal ? Array(repeating: 0, count: correlation.rules.count) : []
    }

    /// A match as far as it is measured.
    struct Sample {
        /// Position of the rule in the correlation.
        var rule: Int
        /// Hash of the counted value.
        var valueHash = 0
        /// The value as a number.
        var number = 0.0
        /// Whether the event, or the event with this value, has been counted by way of another rule.
        var isRepeat = false
    }

    /// Bytes that a match may take here, roughly: a distinct value, or a place among ranks.
    static let sampleBytes = 48

    mutating func add(_ sample: Sample) {
        if type.isTemporal { matches[sample.rule] += 1 }
        guard !sample.isRepeat else { return }
        events += 1
        if type == .valueCount { distinct[sample.valueHash, default: 0] += 1 }
        guard type.isNumeric else { return }
        numbers += 1
        if isRanked { sorted.insert(sample.number, at: place(of: sample.number)) } else { sum.add(sample.number) }
    }

    mutating func remove(_ sample: Sample) {
        if type.isTemporal { matches[sample.rule] -= 1 }
        guard !sample.isRepeat else { return }
        events -= 1
        if type == .valueCount {
            let left = (distinct[sample.valueHash] ?? 1) - 1
            distinct[sample.valueHash] = left > 0 ? left : nil
        }
        guard type.isNumeric else { return }
        numbers -= 1
        if isRanked { sorted.remove(at: place(of: sample.number)) } else { sum.remove(sample.number) }
    }

    /// The number to compare; `nil` when there is nothing to calculate with.
    var value: Double? {
        switch type {
        case .eventCount: Double(events)
        case .valueCount: Double(distinct.count)
        case .temporal, .temporalOrdered: Double(matches.count { $0 > 0 })
        case .valueSum: numbers > 0 ? sum.value() : nil
        case .valueAverage: numbers > 0 ? sum.value(dividedBy: Double(numbers)) : nil
        case .valuePercentile, .valueMedian: rank(percentile)
        }
    }

    private var isRanked: Bool { type == .valuePercentile || type == .valueMedian }

    /// The percentile, interpolated between the two nearest values.
    private func rank(_ percentile: Double) -> Double? {
        guard !sorted.isEmpty else { return nil }
        let position = Double(sorted.count - 1) * percentile / 100
        let below = Int(position)
        let share = position - Double(below)
        guard share > 0 else { return sorted[below] }
        let (low, high) = (sorted[below], sorted[below + 1])
        // Exact for equal neighbours; what is farther apart than any number can say is weighted instead.
        return (high - low).isFinite ? low + (high - low) * share : low * (1 - share) + high * share
    }

    /// Where `number` is or has to be in ``sorted``.
    private func place(of number: Double) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
