// How long the logs of one source are usually silent, hour by hour of the week.

import AuthEvents
import FieldRows

/// A time without events that was longer than is usual.
struct UnusualSilence: Equatable {
    /// The last event before it and the first one behind it, or the end of what was read.
    let start: Int64
    let end: Int64
    /// The longest silence that is usual in these hours, in seconds.
    let usualSeconds: Int64
}

/// Learns from the times of events which silences are usual, and tells those that are not.
///
/// It depends on the times alone, whatever the files or nights are, and takes some 1.4 KB.
struct SourceRhythm: Equatable {
    /// For so long nothing is told: each hour of the week has to be seen twice.
    static let learningMicroseconds: Int64 = 14 * 86_400_000_000
    /// What was not confirmed for one to two times this long is forgotten.
    private static let generationMicroseconds: Int64 = 28 * 86_400_000_000
    /// Shorter silences are not looked at.
    static let shortestMicroseconds: Int64 = 60_000_000
    /// A silence is unusual when it is longer than the usual one times this; rules may ask for more.
    private static let factorMin: Int64 = 2
    private static let hours = 168
    private static let hour: Int64 = 3_600_000_000

    /// Times of the first and the latest event.
    private(set) var first: Int64
    private(set) var last: Int64
    private var generationStart: Int64
    /// The longest silence over each hour of the week in seconds, of late and in the generation before.
    private var recent = [UInt32](repeating: 0, count: Self.hours)
    private var earlier = [UInt32](repeating: 0, count: Self.hours)

    /// A source with its first event at `time`.
    init(first time: Int64) {
        first = time
        last = time
        generationStart = time
    }

    /// Whether it was seen long enough by `time`.
    func isLearnt(by time: Int64) -> Bool { time.earlier(by: first) >= Self.learningMicroseconds }

    /// Takes in the time of the next event; the silence before it if that was unusual.
    @inline(__always)
    mutating func observe(_ time: Int64) -> UnusualSilence? {
        guard time > last else { return nil }
        let start = last
        last = time
        return time &- start < Self.shortestMicroseconds ? nil : take(start, time)
    }

    /// Nothing is known of the time up to `time`: no run was to look at it.
    mutating func skip(to time: Int64) { last = max(last, time) }

    /// The silence from the last event to `end` if that is unusual already; nothing is learnt from it.
    func silence(until end: Int64) -> UnusualSilence? {
        guard end > last, isLearnt(by: last) else { return nil }
        return unusual(last, end)
    }

    private mutating func take(_ start: Int64, _ end: Int64) -> UnusualSilence? {
        let found = isLearnt(by: start) ? unusual(start, end) : nil
        if end.earlier(by: generationStart) >= Self.generationMicroseconds {
            earlier = recent
            recent = Array(repeating: 0, count: Self.hours)
            generationStart = end
        }
        // What is unusual is learnt by and by only: a log that has become quieter is told of a few times, and an outage
        // does not hide the next one.
        let seconds = found.map { min((end - start) / 1_000_000, $0.usualSeconds * 3 / 2) } ?? (end - start) / 1_000_000
        for hour in Self.hours(start, end) { recent[hour] = max(recent[hour], UInt32(clamping: seconds)) }
        return found
    }

    private func unusual(_ start: Int64, _ end: Int64) -> UnusualSilence? {
        let known = Self.hours(start, end).map { Int64(max(recent[$0], earlier[$0])) }.max() ?? 0
        let usual = max(known, Self.shortestMicroseconds / 1_000_000)
        guard (end - start) / 1_000_000 >= usual * Self.factorMin else { return nil }
        return UnusualSilence(start: start, end: end, usualSeconds: usual)
    }

    /// The hours of the week that the time from `start` to `end` touches.
    private static func hours(_ start: Int64, _ end: Int64) -> [Int] {
        func number(_ time: Int64) -> Int64 { (time - (time % hour + hour) % hour) / hour }
        let (from, to) = (number(start), number(end))
        guard to - from < Int64(hours) else { return Array(0..<hours) }
        return (from...to).map { Int(($0 % Int64(hours) + Int64(hours)) % Int64(hours)) }
    }
}

extension SourceRhythm {
    /// Bytes that ``store(to:)`` writes.
    static let storedBytes = 24 + 2 * 4 * hours

    func store(to bytes: inout ByteWriter) {
        bytes.append(first)
        bytes.append(last)
        bytes.append(generationStart)
        for seconds in recent + earlier { bytes.append(seconds) }
    }

    /// What ``store(to:)`` has written.
    init(from bytes: inout ByteReader) {
        first = bytes.next()
        last = bytes.next()
        generationStart = bytes.next()
        for hour in recent.indices { recent[hour] = bytes.next() }
        for hour in earlier.indices { earlier[hour] = bytes.next() }
    }
}
