// Which keys of a line are wanted, and where their values go.

import FieldRows

/// What to do with the value of a key.
struct KeyTarget: BitwiseCopyable, Equatable {
    /// Slot the value goes to, or -1.
    var slot: Int16 = -1
    /// Node of nested keys to look for inside the value, or -1.
    var node: Int16 = -1

    /// The value is of no interest.
    static let unwanted = KeyTarget()

    var isWanted: Bool { slot >= 0 || node >= 0 }
}

/// A tree of wanted keys: node 0 is the root object, other nodes are nested objects.
///
/// A key is looked up by its bytes in one open-addressing table for all nodes.
struct KeyTable: Sendable {
    private struct Entry: BitwiseCopyable {
        var hash: UInt64
        var start: Int32
        var count: Int32
        var node: Int16
        var target: KeyTarget
    }

    private var entries: [Entry] = []
    private var keyBytes: [UInt8] = []
    private var buckets: [Int32] = Array(repeating: -1, count: 16)
    private var nodes: Int16 = 1

    /// Sends the value at `path` to `slot`; a path is the keys from the root down.
    mutating func want(_ path: [String], slot: Int) {
        var node: Int16 = 0
        for (depth, key) in path.enumerated() {
            let index = entry(node, Array(key.utf8))
            if depth == path.count - 1 {
                if entries[index].target.slot < 0 { entries[index].target.slot = Int16(slot) }
            } else {
                if entries[index].target.node < 0 {
                    entries[index].target.node = nodes
                    nodes += 1
                }
                node = entries[index].target.node
            }
        }
    }

    /// The node of the keys inside the object at `path`; `nil` when none of them is wanted.
    func node(at path: [String]) -> Int16? {
        var node: Int16 = 0
        for key in path {
            let bytes = Array(key.utf8)
            let known = entries.first {
                $0.node == node && keyBytes[Int($0.start)..<Int($0.start + $0.count)] == bytes[...]
            }
            guard let inner = known?.target.node, inner >= 0 else { return nil }
            node = inner
        }
        return node
    }

    /// The target of the key `text[start..<end]` in `node`.
    @inline(__always)
    func target(_ text: RawSpan, _ start: Int, _ end: Int, node: Int16) -> KeyTarget {
        let hash = Self.hash(text, start, end, node)
        var bucket = Int(truncatingIfNeeded: hash) & (buckets.count &- 1)
        while buckets[bucket] >= 0 {
            let entry = entries[Int(buckets[bucket])]
            if entry.hash == hash && entry.node == node && matches(entry, text, start, end) { return entry.target }
            bucket = (bucket &+ 1) & (buckets.count &- 1)
        }
        return .unwanted
    }

    private func matches(_ entry: Entry, _ text: RawSpan, _ start: Int, _ end: Int) -> Bool {
        guard Int(entry.count) == end - start else { return false }
        for index in 0..<Int(entry.count) where keyBytes[Int(entry.start) + index] != text.byte(at: start + index) {
            return false
        }
        return true
    }

    private mutating func entry(_ node: Int16, _ key: [UInt8]) -> Int {
        let padded = key + [UInt8](repeating: 0, count: 8)
        let known = entries.firstIndex {
            $0.node == node && keyBytes[Int($0.start)..<Int($0.start + $0.count)] == key[...]
        }
        if let known { return known }
        let hash = Self.hash(padded.span.bytes, 0, key.count, node)
        entries.append(
            Entry(hash: hash, start: Int32(keyBytes.count), count: Int32(key.count), node: node, target: .unwanted)
        )
        keyBytes += key
        rebuild()
        return entries.count - 1
    }

    private mutating func rebuild() {
        var size = 16
        while size < entries.count * 3 { size *= 2 }
        buckets = Array(repeating: -1, count: size)
        for (index, entry) in entries.enumerated() {
            var bucket = Int(truncatingIfNeeded: entry.hash) & (size - 1)
            while buckets[bucket] >= 0 { bucket = (bucket + 1) & (size - 1) }
            buckets[bucket] = Int32(index)
        }
    }

    /// Mixes length, node, first and last bytes; keys are ours, so collisions cost time and nothing else.
    @inline(__always)
    private static func hash(_ text: RawSpan, _ start: Int, _ end: Int, _ node: Int16) -> UInt64 {
        let count = end &- start
        var first = text.word(at: start)
        var last: UInt64 = 0
        if count < 8 {
            first &= 1 &<< (UInt64(truncatingIfNeeded: count) &* 8) &- 1
        } else {
            last = text.word(at: end &- 8)
        }
        let mixed = (first ^ last &<< 1) &+ UInt64(truncatingIfNeeded: count) &+ UInt64(UInt16(bitPattern: node)) &<< 32
        let product = mixed &* 0x9E37_79B9_7F4A_7C15
        return product ^ product &>> 29
    }
}
