// A table that forgets what was not seen for long, by event time and by budget.

import FieldRows

/// Two generations of an ``OpenTable``: what was seen lately, and what was seen before that.
///
/// A record that is looked up or written moves to the younger generation. After one lifetime of event time, or
/// when the younger generation holds half of the budget, the older one is forgotten and the younger one becomes
/// the older. So a record lives for at least one lifetime after it was last seen, unless the budget is used up;
/// what goes earlier is counted as evicted. Everything depends on the events alone: no clock, no chance.
struct GenerationTable<Key: TableKey & StoredBytes, Value: TableRecord & StoredBytes>: ~Copyable {
    /// Records forgotten because they were not seen for a lifetime.
    private(set) var expired: Int64 = 0
    /// Records forgotten earlier, because the budget was used up.
    private(set) var evicted: Int64 = 0
    /// Event time before which something was evicted; `nil` if nothing was.
    private(set) var horizon: Int64?

    private var young = OpenTable<Key, Value>()
    private var old = OpenTable<Key, Value>()
    /// Number of the younger generation.
    private(set) var generation: UInt32 = 0
    /// Records that whoever keeps them has of both generations, changed ones several times.
    private var keptYoung = 0
    private var keptOld = 0
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
        generation &+= 1
        (keptYoung, keptOld) = (0, keptYoung)
        oldCount = old.count
        youngSince = now
    }

    /// Calls `body` with all records; of one that is in both generations, with both.
    func forEach(_ body: (Key, Value) -> Void) {
        old.forEach(onlyDirty: false, body)
        young.forEach(onlyDirty: false, body)
    }

    // MARK: - Kept in a database

    /// Records in one segment: some MiB.
    private static var segmentRecordsMax: Int { 1 << 17 }

    /// Hands the records written since the last time to `keep`, and where the changes kept are too many, all records
    /// instead.
    mutating func takeChanges(_ part: LineagePart, _ keep: (LineageSegment) throws -> Void) rethrows {
        try Self.takeChanges(&old, &keptOld, part, generation &- 1, keep)
        try Self.takeChanges(&young, &keptYoung, part, generation, keep)
    }

    private static func takeChanges(
        _ table: inout OpenTable<Key, Value>,
        _ kept: inout Int,
        _ part: LineagePart,
        _ generation: UInt32,
        _ keep: (LineageSegment) throws -> Void
    ) rethrows {
        guard table.dirtyCount > 0 else { return }
        let isWhole = kept + table.dirtyCount > 2 * table.count + segmentRecordsMax / 16
        let count = isWhole ? table.count : table.dirtyCount
        var segment = LineageSegment(part: part, generation: generation, replacesEarlier: isWhole)
        var writer = ByteWriter()
        writer.reserve(min(count, segmentRecordsMax) * (Key.byteCount + Value.byteCount))
        try table.forEach(onlyDirty: !isWhole) { key, value in
            key.store(to: &writer)
            value.store(to: &writer)
            segment.records += 1
            guard segment.records == segmentRecordsMax else { return }
            segment.bytes = writer.bytes
            try keep(segment)
            segment = LineageSegment(part: part, generation: generation, replacesEarlier: false)
            writer = ByteWriter()
        }
        if segment.records > 0 {
            segment.bytes = writer.bytes
            try keep(segment)
        }
        kept = isWhole ? count : kept + count
        table.markClean()
    }

    /// Notes what is not in the records.
    func store(to bytes: inout ByteWriter) {
        bytes.append(generation)
        bytes.append(now)
        bytes.append(youngSince)
        bytes.append(expired)
        bytes.append(evicted)
        bytes.append(horizon != nil)
        bytes.append(horizon ?? 0)
        bytes.append(UInt64(young.count))
        bytes.append(UInt64(old.count))
    }

    /// Takes back what ``store(to:)`` has noted; to be called before ``restore(_:)``, with the bytes of all segments to come.
    mutating func restore(from bytes: inout ByteReader, segmentBytes: Int) {
        generation = bytes.next()
        now = bytes.next()
        youngSince = bytes.next()
        expired = bytes.next()
        evicted = bytes.next()
        let hasHorizon = bytes.nextFlag()
        let time: Int64 = bytes.next()
        horizon = hasHorizon ? time : nil
        // Records come in the order of their slots. In a table that is too small for all of them they would crowd at its
        // beginning, and each would have to look for its place behind all others.
        let most = UInt64(max(0, segmentBytes) / (Key.byteCount + Value.byteCount))
        young.reserve(Int(min(bytes.next(), most)))
        old.reserve(Int(min(bytes.next(), most)))
    }

    /// Takes back a segment, which come in the order in which they were kept; false if it makes no sense.
    mutating func restore(_ segment: LineageSegment) -> Bool {
        let size = Key.byteCount + Value.byteCount
        guard segment.bytes.count % size == 0, segment.records == segment.bytes.count / size else { return false }
        if segment.generation == generation {
            keptYoung += segment.records
            return Self.fill(&young, segment)
        }
        // What is older than both was forgotten before it was taken out of the database.
        guard segment.generation == generation &- 1 else { return true }
        keptOld += segment.records
        return Self.fill(&old, segment)
    }

    private static func fill(_ table: inout OpenTable<Key, Value>, _ segment: LineageSegment) -> Bool {
        var reader = ByteReader(segment.bytes)
        for _ in 0..<segment.records {
            let key = Key(from: &reader)
            let value = Value(from: &reader)
            if key.equals(.free) { return false }
            if !table.replace(key, value) { table.add(key, value) }
        }
        return true
    }

    /// To be called behind the last ``restore(_:)``.
    mutating func finishRestoring() {
        young.markClean()
        old.markClean()
        oldCount = old.count
        guard oldCount > 0 else { return }
        var moved = 0
        young.forEach(onlyDirty: false) { key, _ in if old.value(of: key) != nil { moved += 1 } }
        oldCount -= moved
    }
}
