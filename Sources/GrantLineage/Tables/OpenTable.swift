// A hash table of small records: no reference counting, no allocation but when it grows.

/// A key of an ``OpenTable``; one value of the type marks a free slot and is never a key.
protocol TableKey: BitwiseCopyable {
    /// The mark of a free slot: the key whose bits are all zero.
    static var free: Self { get }
    /// A word that differs between keys; the table does the spreading.
    var word: UInt64 { get }
    /// Whether both are the same key.
    func equals(_ other: Self) -> Bool
}

/// What an ``OpenTable`` keeps under a key.
protocol TableRecord: BitwiseCopyable {
    /// A record that says nothing.
    init()
}

/// Linear probing over one array of slots, at most three quarters full.
///
/// Nothing is ever removed: ``GenerationTable`` forgets whole tables. Keys come from keyed hashes or are
/// running numbers, so whoever writes the log cannot choose keys that collide.
struct OpenTable<Key: TableKey, Value: TableRecord>: ~Copyable {
    private struct Slot: BitwiseCopyable {
        var key: Key
        var value: Value
    }

    private static var smallestCapacity: Int { 64 }

    /// Number of keys.
    private(set) var count = 0
    private var slots: UnsafeMutablePointer<Slot>
    private var capacity: Int
    /// 64 minus the binary logarithm of the capacity.
    private var shift: UInt64
    /// One bit per slot: whether it was written since ``markClean()``.
    private var dirty: UnsafeMutablePointer<UInt64>
    /// Number of slots written since ``markClean()``.
    private(set) var dirtyCount = 0

    init() {
        capacity = Self.smallestCapacity
        shift = UInt64(64 - capacity.trailingZeroBitCount)
        slots = Self.freeSlots(capacity)
        dirty = TableMemory.zeroed(UInt64.self, count: capacity / 64)
    }

    deinit {
        TableMemory.free(slots, count: capacity)
        TableMemory.free(dirty, count: capacity / 64)
    }

    /// Memory taken by the slots, in bytes.
    var byteCount: Int { capacity * MemoryLayout<Slot>.stride + capacity / 8 }

    /// The record under `key`, if there is one.
    @inline(__always)
    func value(of key: Key) -> Value? {
        let index = probe(key)
        return index >= 0 ? slots[index].value : nil
    }

    /// Reads the slot where the search for `key` begins, so that it is near when it is needed; the result means nothing.
    @inline(__always)
    func warm(_ key: Key) -> UInt64 {
        slots[Int(truncatingIfNeeded: (key.word &* 0x9E37_79B9_7F4A_7C15) >> shift)].key.word
    }

    /// Puts `value` in the place of the record under `key` and tells whether there was one.
    @inline(__always)
    mutating func replace(_ key: Key, _ value: Value) -> Bool {
        let index = probe(key)
        guard index >= 0 else { return false }
        slots[index].value = value
        markDirty(index)
        return true
    }

    /// Adds `value` under a `key` that the table does not have yet.
    mutating func add(_ key: Key, _ value: Value) {
        precondition(!key.equals(.free), "the mark of a free slot is no key")
        if (count + 1) * 4 > capacity * 3 { grow() }
        let index = probe(key)
        precondition(index < 0, "a key was added twice")
        slots[~index] = Slot(key: key, value: value)
        count += 1
        markDirty(~index)
    }

    @inline(__always)
    private mutating func markDirty(_ index: Int) {
        let bit = UInt64(1) << UInt64(index & 63)
        if dirty[index >> 6] & bit == 0 {
            dirty[index >> 6] |= bit
            dirtyCount += 1
        }
    }

    /// Takes all records as known to whoever keeps them.
    mutating func markClean() {
        guard dirtyCount > 0 else { return }
        dirty.update(repeating: 0, count: capacity / 64)
        dirtyCount = 0
    }

    /// Calls `body` with all records, or with those written since ``markClean()``.
    func forEach(onlyDirty: Bool, _ body: (Key, Value) throws -> Void) rethrows {
        for word in 0..<capacity / 64 {
            if onlyDirty, dirty[word] == 0 { continue }
            for index in word * 64..<word * 64 + 64 where !slots[index].key.equals(.free) {
                if !onlyDirty || dirty[word] & UInt64(1) << UInt64(index & 63) != 0 {
                    try body(slots[index].key, slots[index].value)
                }
            }
        }
    }

    /// Makes room for `count` records at once.
    mutating func reserve(_ count: Int) {
        while count * 4 > capacity * 3 { grow() }
    }

    /// The slot of `key`, or the complement of the free slot where it belongs.
    ///
    /// Ends because a quarter of the slots is free; `& (capacity - 1)` keeps the index inside.
    @inline(__always)
    private func probe(_ key: Key) -> Int {
        var index = Int(truncatingIfNeeded: (key.word &* 0x9E37_79B9_7F4A_7C15) >> shift)
        while true {
            let found = slots[index].key
            // In this order, so that the mark of a free slot is never found as a key.
            if found.equals(.free) { return ~index }
            if found.equals(key) { return index }
            index = (index &+ 1) & (capacity &- 1)
        }
    }

    @inline(never)
    private mutating func grow() {
        let (smaller, smallerCapacity, wasDirty) = (slots, capacity, dirty)
        capacity *= 2
        shift -= 1
        slots = Self.freeSlots(capacity)
        dirty = TableMemory.zeroed(UInt64.self, count: capacity / 64)
        dirtyCount = 0
        for index in 0..<smallerCapacity where !smaller[index].key.equals(.free) {
            let place = ~probe(smaller[index].key)
            slots[place] = smaller[index]
            if wasDirty[index >> 6] & UInt64(1) << UInt64(index & 63) != 0 { markDirty(place) }
        }
        TableMemory.free(smaller, count: smallerCapacity)
        TableMemory.free(wasDirty, count: smallerCapacity / 64)
    }

    private static func freeSlots(_ capacity: Int) -> UnsafeMutablePointer<Slot> {
        // The content of a free slot is never read, and the mark of a free slot is zero.
        TableMemory.zeroed(Slot.self, count: capacity)
    }
}
