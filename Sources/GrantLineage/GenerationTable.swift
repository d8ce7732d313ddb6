// A table that forgets what was not seen for long, by event time and by budget.

/// Two generations of an ``OpenTable``: what was seen lately, and what was seen before that.
///
/// A record that is looked up or written moves to the younger generation. After one lifetime of event time, or
/// when the younger generation holds half of the budget, the older one is forgotten and the younger one becomes
/// the older. So a record lives for at least one lifetime after it was last seen, unless the budget is used up;
/// what goes earlier is counted as evicted. Everything depends on the events alone: no clock, no chance.
struct GenerationTable<Key: TableKey, Value: TableRecord>: ~Copyable {
    /// Records forgotten because they were not seen for a lifetime.
    private(set) var expired: Int64 = 0
    /// Records forgotten earlier, because the budget was used up.
    private(set) var evicted: Int64 = 0
    /// Event time before which something was evicted; `nil` if nothing was.
    private(set) var horizon: Int64?

    private var young = OpenTable<Key, Value>()
    private var old = OpenTable<Key, Value>()
    /// Records of the older generation that have not moved to the younger one.
    private var oldCount = 0
    /// The latest event time seen, and the one at which the younger generation began.
    private var now = Int64.min
    private var youngSince = Int64.min
    private let youngMax: Int
    private let lifetime: Int64

    /// An empty table for at most `recordsMax` records (at least two) that live for `lifetimeSeconds`.
    init(recordsMax: Int, lifetimeSeconds: Int) {
        youngMax = max(1, recordsMax / 2)
        lifetime = EventTime.microseconds(lifetimeSeconds)
    }

    /// Number of records.
    var count: Int { young.count + oldCount }

    /// Memory taken, in bytes.
    var byteCount: Int { young.byteCount + old.byteCount }

    /// The record under `key`, if there is one; it counts as seen.
    @inline(__always)
    mutating func value(of key: Key) -> Value? {
        if let value = young.value(of: key) { return value }
        return oldCount == 0 ? nil : rejuvenated(key)
    }

    /// Brings the record under `key` near, without counting it as seen; the result means nothing.
    @inline(__always)
    func warm(_ key: Key) -> UInt64 { young.warm(key) }

    /// The record under `key` of the younger generation, without counting it as seen.
    @inline(__always)
    func recent(_ key: Key) -> Value? { young.value(of: key) }

    /// Keeps `value` under `key`, in place of the record there was.
    @inline(__always)
    mutating func set(_ key: Key, _ value: Value) {
        if young.replace(key, value) { return }
        if oldCount > 0, old.value(of: key) != nil { oldCount -= 1 }
        add(key, value)
    }

    /// Moves on to event time `time`; the older generation expires when the younger one is a lifetime old.
    ///
    /// At most one generation goes at a time, so that a single event with a wrong time cannot erase all memory.
    @inline(__always)
    mutating func advance(to time: Int64) {
        guard time > now else { return }
        if now == .min { youngSince = time }
        now = time
        if now &- youngSince >= lifetime { expire() }
    }

    @inline(never)
    private mutating func expire() {
        expired += Int64(oldCount)
        turn()
    }

    @inline(never)
    private mutating func rejuvenated(_ key: Key) -> Value? {
        guard let value = old.value(of: key) else { return nil }
        oldCount -= 1
        add(key, value)
        return value
    }

    private mutating func add(_ key: Key, _ value: Value) {
        if young.count >= youngMax {
            if oldCount > 0 {
                evicted += Int64(oldCount)
                horizon = youngSince
            }
            turn()
        }
        young.add(key, value)
    }

    private mutating func turn() {
        swap(&young, &old)
        young = OpenTable()
        oldCount = old.count
        youngSince = now
    }
}
