// Chooses the few event cases that a line could be, by the value of one slot or by the value's last byte.

import FieldRows

/// A hash table from values of the slot that most cases compare first to the cases that accept them; where most of them
/// ask how the value ends, as those of access logs do of the path, a table from its last byte.
///
/// A class with constant properties, so that looking something up counts no references.
final class CaseDispatch: Sendable {
    private struct Bucket: BitwiseCopyable {
        var hash: UInt64 = 0
        var cases = CompiledFormat.Part.none
        var isUsed = false
    }

    /// The slot looked at; -1 when all cases have to be tried.
    let slot: Int
    let order: [Int32]
    private let buckets: [Bucket]
    private let others: CompiledFormat.Part
    /// All cases.
    private let all: CompiledFormat.Part
    /// Whether values are told apart by their last byte.
    private let isByEnd: Bool

    init() {
        (slot, order, others, all, isByEnd) = (-1, [], .none, .none, false)
        buckets = [Bucket(), Bucket()]
    }

    /// Dispatches on the slot that most cases compare in their first condition.
    init(_ plan: CompiledFormat) {
        var uses: [Int: Int] = [:]
        var ends: [Int: Int] = [:]
        for event in plan.cases {
            guard let first = event.conditions.indices.first.map({ plan.conditions[$0] }) else { continue }
            if first.comparison == .equals { uses[Int(first.slot), default: 0] += 1 }
            if first.comparison == .endswith { ends[Int(first.slot), default: 0] += 1 }
        }
        let most = uses.max { ($0.value, -$0.key) < ($1.value, -$1.key) }
        let mostEnds = ends.max { ($0.value, -$0.key) < ($1.value, -$1.key) }
        let isByEnd = mostEnds?.value ?? 0 > most?.value ?? 0
        let slot = (isByEnd ? mostEnds : most)?.key ?? -1
        let keys = plan.cases.map { Self.keys($0, plan, slot, isByEnd: isByEnd) }
        var order: [Int32] = []
        func list(_ cases: [Int]) -> CompiledFormat.Part {
            let start = order.count
            order += cases.map(Int32.init)
            return CompiledFormat.Part(start: Int32(start), end: Int32(order.count))
        }
        let known = Set(keys.flatMap { $0 ?? [] }).sorted()
        var size = 2
        while size < known.count * 3 { size *= 2 }
        var buckets = Array(repeating: Bucket(), count: size)
        for key in known {
            let cases = list(plan.cases.indices.filter { keys[$0]?.contains(key) ?? true })
            var bucket = Int(truncatingIfNeeded: key) & (size - 1)
            while buckets[bucket].isUsed { bucket = (bucket + 1) & (size - 1) }
            buckets[bucket] = Bucket(hash: key, cases: cases, isUsed: true)
        }
        others = list(plan.cases.indices.filter { keys[$0] == nil })
        all = list(Array(plan.cases.indices))
        (self.slot, self.order, self.buckets, self.isByEnd) = (slot, order, buckets, isByEnd)
    }

    /// The cases to try, in order, for a line with `value` in the slot; indices of ``order``.
    @inline(__always)
    func candidates(_ value: RawSpan) -> CompiledFormat.Part {
        let hash: UInt64
        if isByEnd {
            guard value.byteCount > 0 else { return all }
            hash = Self.hash(end: value.byte(at: value.byteCount &- 1))
        } else {
            hash = Self.hash(value)
        }
        var bucket = Int(truncatingIfNeeded: hash) & (buckets.count &- 1)
        while buckets[bucket].isUsed {
            if buckets[bucket].hash == hash { return buckets[bucket].cases }
            bucket = (bucket &+ 1) & (buckets.count &- 1)
        }
        return others
    }

    /// The cases to try for a line without a value there.
    var withoutValue: CompiledFormat.Part { others }

    /// Hashes of the values the case accepts in the slot, or of their last bytes; `nil` if it accepts any.
    private static func keys(
        _ event: CompiledFormat.Case,
        _ plan: CompiledFormat,
        _ slot: Int,
        isByEnd: Bool
    ) -> [UInt64]? {
        guard let first = event.conditions.indices.first.map({ plan.conditions[$0] }), Int(first.slot) == slot,
            first.comparison == .equals || isByEnd && first.comparison == .endswith
        else { return nil }
        let bytes = plan.constants
        var keys: [UInt64] = []
        for index in first.values.indices {
            let literal = plan.literals[index]
            let (start, end) = (Int(literal.start), Int(literal.start + literal.count))
            if isByEnd {
                // Every value ends with nothing.
                guard end > start else { return nil }
                keys.append(hash(end: bytes[end - 1]))
            } else {
                keys.append(hash(bytes.span.bytes.extracting(start..<end)))
            }
        }
        return keys
    }

    @inline(__always)
    private static func hash(end: UInt8) -> UInt64 { mix(UInt64(end)) }

    /// The candidates' conditions are checked in full, so a collision cannot lie.
    @inline(__always)
    private static func hash(_ span: RawSpan) -> UInt64 {
        let count = span.byteCount
        var hash = UInt64(truncatingIfNeeded: count)
        var index = 0
        while index &+ 8 <= count {
            hash = mix(hash ^ span.word(at: index))
            index &+= 8
        }
        // The last eight bytes once more, overlapping; short values are put together byte by byte.
        if count >= 8 { return mix(hash ^ span.word(at: count &- 8)) }
        var word: UInt64 = 0
        while index < count {
            word = word &<< 8 | UInt64(span.byte(at: index))
            index &+= 1
        }
        return mix(hash ^ word)
    }

    @inline(__always)
    private static func mix(_ word: UInt64) -> UInt64 {
        let product = word &* 0x9E37_79B9_7F4A_7C15
        return product ^ product &>> 32
    }
}
