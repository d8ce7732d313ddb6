// How many token requests a client makes in an hour, compared with the same hour of other weeks.

import AuthEvents
import Glibc

/// The running hour of a client's token requests that succeed, or of those that fail.
struct RateRecord: TableRecord, Equatable {
    /// Hours since 1970 until the running hour began.
    var hour: UInt32 = 0
    /// Requests in it so far.
    var count: UInt32 = 0
    /// From how many requests on the running hour is unusual; zero as long as that has not been asked.
    var toldFrom: UInt32 = 0
    /// The first hour that was seen.
    var firstHour: UInt32 = 0
    /// The day on which ``spread`` and ``logSpread`` were computed.
    var spreadDay: UInt32 = 0
    /// Spread of the counts around their medians, of all hours of the week together.
    var spread: Float = 1
    /// The same of their logarithms.
    var logSpread: Float = 1
    /// Whether the running hour is unusual, so that it must not be learned.
    var isFlagged = false
    /// Whether there is a ``RateHistory``.
    var hasHistory = false
}

/// The counts of the last eight weeks, hour by hour; an hour that has none is zero.
struct RateHistory: TableRecord {
    static var hoursOfWeek: Int { 168 }
    static var weeks: Int { 8 }
    static var hours: Int { hoursOfWeek * weeks }

    var counts = InlineArray<1344, UInt16>(repeating: 0)

    /// Counts of the hours of the week that `hour` is, in the weeks before it, of `known` hours that were seen.
    func counts(before hour: Int, known: Int) -> [UInt16] {
        (1...Self.weeks).filter { $0 * Self.hoursOfWeek <= known && $0 * Self.hoursOfWeek <= hour }
            .map { counts[(hour - $0 * Self.hoursOfWeek) % Self.hours] }
    }
}

/// What is usual in one hour of the week.
///
/// Counts are compared as 2√(x + 3/8), which makes the spread of chance the same for small and large ones (Anscombe, "The
/// transformation of Poisson, binomial and negative-binomial data", 1948), and the spread is that of all hours of the week
/// together: eight values alone say too little about theirs.
struct UsualRate {
    let median: Double
    private let level: Double
    private let logLevel: Double

    init(_ counts: [UInt16]) {
        median = Self.median(counts.map(Double.init))
        level = Self.median(counts.map { Self.stabilised(Double($0)) })
        logLevel = Self.median(counts.map { Self.logarithm(Double($0)) })
    }

    /// The smallest count that is `spreads` above the usual, and more than three times the median.
    func count(spreads: Double, spread: Float) -> UInt32 {
        let root = (level + spreads * Double(max(1, spread))) / 2
        let most = max((root * root - 0.375).rounded(.up), (3 * median).rounded(.down) + 1)
        return UInt32(min(max(most, 1), Double(UInt32.max)))
    }

    /// How many spreads `count` is above the usual.
    func deviation(of count: UInt32, spread: Float) -> Double {
        (Self.stabilised(Double(count)) - level) / Double(max(1, spread))
    }

    /// The same by the logarithms.
    func logDeviation(of count: UInt32, spread: Float) -> Double {
        (Self.logarithm(Double(count)) - logLevel) / max(Double(spread), 1 / (median + 2).squareRoot())
    }

    /// How far `counts` are from their own usual, as ``deviation(of:spread:)`` counts and as ``logDeviation(of:spread:)`` does.
    func residuals(_ counts: [UInt16]) -> [(Double, Double)] {
        counts.map { (abs(Self.stabilised(Double($0)) - level), abs(Self.logarithm(Double($0)) - logLevel)) }
    }

    static func stabilised(_ count: Double) -> Double { 2 * (count + 0.375).squareRoot() }

    static func logarithm(_ count: Double) -> Double { log(count + 2) }

    static func median(_ values: [Double]) -> Double {
        if values.isEmpty { return 0 }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

extension LineageState {
    /// Below this many requests in an hour nothing is unusual, and below a quarter of it nothing is worth remembering.
    private static var rateMin: UInt32 { 20 }
    /// So many weeks must have been seen.
    private static var rateWeeksMin: Int { 4 }
    static var rateSecondsMin: Int { rateWeeksMin * RateHistory.hoursOfWeek * 3600 }
    /// Deviations from here on are told, and from the higher one on they are not learned.
    private static var rateTold: Double { 3 }
    private static var rateFlagged: Double { 6 }
    /// A median absolute deviation in standard deviations, corrected for eight values a median is taken of.
    private static var spreadFactor: Double { 1.1 * (8.0 / 7).squareRoot() * 1.4826 }

    /// A client makes a token request: says whether it makes far more of them than usual, and counts it.
    mutating func learnRate(_ request: GrantEvent, _ derived: inout DerivedFields) {
        let isKnown = request.succeeded || request.refused
        // What an earlier run has counted is not counted again.
        guard isKnown, request.clientKey != 0, !(mayRepeat && request.time <= restoredNewest) else { return }
        let key = ValueKey(request.succeeded ? .rateOfSuccess : .rateOfFailure, request.clientKey, 1)
        let hour = UInt32(clamping: max(1, request.time / 3_600_000_000))
        var rate = rates.value(of: key) ?? RateRecord(hour: hour, firstHour: hour)
        // Hours that are over stay as they are.
        guard hour >= rate.hour else { return }
        if hour > rate.hour { turn(&rate, key, to: hour) }
        rate.count &+= 1
        if rate.count >= Self.rateMin / 4, !rate.hasHistory {
            rateHistories.set(key, RateHistory())
            rate.hasHistory = true
        }
        if rate.count >= Self.rateMin { compare(&rate, key, &derived) }
        rates.set(key, rate)
    }

    private mutating func compare(_ rate: inout RateRecord, _ key: ValueKey, _ derived: inout DerivedFields) {
        let known = Int(rate.hour - rate.firstHour)
        guard known >= Self.rateWeeksMin * RateHistory.hoursOfWeek, rate.count >= rate.toldFrom,
            let history = rateHistories.value(of: key)
        else { return }
        if rate.spreadDay != rate.hour / 24 { measureSpread(&rate, history, known) }
        let usual = UsualRate(history.counts(before: Int(rate.hour), known: known))
        // Asked once an hour: only what is unusual is looked at again.
        if rate.toldFrom == 0 { rate.toldFrom = usual.count(spreads: Self.rateTold, spread: rate.spread) }
        let deviation = usual.deviation(of: rate.count, spread: rate.spread)
        guard deviation >= Self.rateTold, Double(rate.count) > 3 * usual.median else { return }
        if deviation > Self.rateFlagged { rate.isFlagged = true }
        derived[.baselineRateZ] = UInt32(min(deviation, 1_000_000))
        let logDeviation = usual.logDeviation(of: rate.count, spread: rate.logSpread)
        if logDeviation >= 1 { derived[.baselineRateLogZ] = UInt32(min(logDeviation, 1_000_000)) }
    }

    private func measureSpread(_ rate: inout RateRecord, _ history: RateHistory, _ known: Int) {
        var residuals: [(Double, Double)] = []
        residuals.reserveCapacity(RateHistory.hours)
        for offset in 0..<RateHistory.hoursOfWeek {
            let counts = history.counts(before: Int(rate.hour) - offset, known: known - offset)
            residuals += UsualRate(counts).residuals(counts)
        }
        rate.spread = Float(Self.spreadFactor * UsualRate.median(residuals.map(\.0)))
        rate.logSpread = Float(Self.spreadFactor * UsualRate.median(residuals.map(\.1)))
        rate.spreadDay = rate.hour / 24
    }

    /// The running hour is over: it becomes history, as do the hours in which nothing happened.
    private mutating func turn(_ rate: inout RateRecord, _ key: ValueKey, to hour: UInt32) {
        if rate.hasHistory, var history = rateHistories.value(of: key) {
            let place = Int(rate.hour)
            var learned = UInt16(clamping: rate.count)
            if rate.isFlagged {
                let before = history.counts(before: place, known: Int(rate.hour - rate.firstHour))
                learned = UInt16(UsualRate(before).median)
            }
            history.counts[place % RateHistory.hours] = learned
            for empty in 1..<max(1, min(Int(hour) - place, RateHistory.hours + 1)) {
                history.counts[(place + empty) % RateHistory.hours] = 0
            }
            rateHistories.set(key, history)
        }
        (rate.hour, rate.count, rate.toldFrom, rate.isFlagged) = (hour, 0, 0, false)
    }
}
