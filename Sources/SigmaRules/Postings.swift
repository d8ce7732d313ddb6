// Lists of candidates by key, flat and read without counting references.

/// A hash table from 64-bit keys, which are hashes themselves, to lists of numbers.
struct Postings {
    private struct Slot: BitwiseCopyable {
        var key: UInt64
        var start: Int32
        /// Zero for an unused slot.
        var count: Int32
    }

    private let slots: ContiguousArray<Slot>
    private let numbers: ContiguousArray<Int32>
    private let mask: Int

    init(_ lists: [UInt64: [Int32]]) {
        var capacity = 8
        while capacity < lists.count * 2 { capacity *= 2 }
        mask = capacity - 1
        var slots = ContiguousArray(repeating: Slot(key: 0, start: 0, count: 0), count: capacity)
        var numbers: ContiguousArray<Int32> = []
        for (key, list) in lists where !list.isEmpty {
            var place = Int(truncatingIfNeeded: key) & mask
            while slots[place].count > 0 { place = (place + 1) & mask }
            slots[place] = Slot(key: key, start: Int32(numbers.count), count: Int32(list.count))
            numbers += list
        }
        self.slots = slots
        self.numbers = numbers
    }

    /// Calls `body` with each number of the list under `key`.
    @inline(__always)
    func forEach(_ key: UInt64, _ body: (Int32) -> Void) {
        var place = Int(truncatingIfNeeded: key) & mask
        while slots[place].count > 0 {
            if slots[place].key == key {
                let slot = slots[place]
                for index in Int(slot.start)..<Int(slot.start + slot.count) { body(numbers[index]) }
                return
            }
            place = (place + 1) & mask
        }
    }
}

/// Candidates of which everything needed has been found in the current row.
struct FoundCandidates {
    /// For each candidate the row for which something was found last, and what.
    private var states: ContiguousArray<UInt32>
    /// For each candidate what has to be found, a bit for each set.
    private let needed: ContiguousArray<UInt32>
    private var row: UInt32 = 0
    /// Candidates with everything they need, in the order of finding.
    private(set) var all: ContiguousArray<Int32> = []

    /// For candidates that need `sets[c]` sets of texts each, one or two.
    init(sets: [Int]) {
        states = ContiguousArray(repeating: 0, count: sets.count)
        needed = ContiguousArray(sets.map { $0 > 1 ? 3 : 1 })
    }

    /// Begins another row.
    @inline(__always)
    mutating func begin() {
        if !all.isEmpty { all.removeAll(keepingCapacity: true) }
        row &+= 4
        if _slowPath(row == 0) {
            for index in states.indices { states[index] = 0 }
            row = 4
        }
    }

    /// Something of a set has been found: candidate times two, plus one for the second set.
    @inline(__always)
    mutating func add(_ number: Int32) {
        let candidate = Int(number >> 1)
        let state = states[candidate]
        let before = state & ~3 == row ? state & 3 : 0
        let after = before | 1 << UInt32(number & 1)
        guard after != before else { return }
        states[candidate] = row | after
        if after == needed[candidate] { all.append(Int32(candidate)) }
    }
}
