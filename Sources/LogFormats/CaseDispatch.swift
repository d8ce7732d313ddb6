// Chooses the few event cases that a line could be, by the value of one slot.

import FieldRows

/// A hash table from values of the slot that most cases compare first to the cases that accept them.
struct CaseDispatch: Sendable {
    private struct Bucket: BitwiseCopyable {
        var hash: UInt64 = 0
        var cases = CompiledFormat.Part.none
        var isUsed = false
    }

    /// The slot looked at; -1 when all cases have to be tried.
    private(set) var slot = -1
    private(set) var order: [Int32] = []
    private var buckets = [Bucket(), Bucket()]
    private var others = CompiledFormat.Part.none

    init() {}

    /// Dispatches on the slot that most cases compare in their first condition.
    init(_ plan: CompiledFormat) {
        var uses: [Int: Int] = [:]
        for event in plan.cases {
            guard let first = event.conditions.indices.first.map({ plan.conditions[$0] }) else { continue }
            if first.comparison == .equals { uses[Int(first.slot), default: 0] += 1 }
        }
        slot = uses.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? -1
        let keys = plan.cases.map { self.keys($0, plan) }
        let known = Set(keys.flatMap { $0 ?? [] }).sorted()
        var size = 2
        while size < known.count * 3 { size *= 2 }
        buckets = Array(repeating: Bucket(), count: size)
        for key in known {
            let cases = list(plan.cases.indices.filter { keys[$0]?.contains(key) ?? true })
            var bucket = Int(truncatingIfNeeded: key) & (size - 1)
            while buckets[bucket].isUsed { bucket = (bucket + 1) & (size - 1) }
            buckets[bucket] = Bucket(hash: key, cases: cases, isUsed: true)
        }
        others = list(plan.cases.indices.filter { keys[$0] == nil })
    }

    /// The cases to try, in order, for a line with `value` in the slot; indices of ``order``.
    @inline(__always)
    func candidates(_ value: RawSpan) -> CompiledFormat.Part {
        let hash = Self.hash(value)
        var bucket = Int(truncatingIfNeeded: hash) & (buckets.count &- 1)
        while buckets[bucket].isUsed {
            if buckets[bucket].hash == hash { return buckets[bucket].cases }
            bucket = (bucket &+ 1) & (buckets.count &- 1)
        }
        return others
    }

    /// The cases to try for a line without a value there.
    var withoutValue: CompiledFormat.Part { others }

    private mutating func list(_ cases: [Int]) -> CompiledFormat.Part {
        let start = order.count
        order += cases.map(Int32.init)
        return CompiledFormat.Part(start: Int32(start), end: Int32(order.count))
    }

    /// Hashes of the values the case accepts in the slot; `nil` if it accepts any.
    private func keys(_ event: CompiledFormat.Case, _ plan: CompiledFormat) -> [UInt64]? {
        guard let first = event.conditions.indices.first.map({ plan.conditions[$0] }), Int(first.slot) == slot,
            first.comparison == .equals
        else { return nil }
        let bytes = plan.constants
        return first.values.indices.map { index in
            let literal = plan.literals[index]
            let start = Int(literal.start)
            return Self.hash(bytes.span.bytes.extracting(start..<start + Int(literal.count)))
        }
    }

    /// FNV-1a; the candidates' conditions are checked in full, so a collision cannot lie.
    @inline(__always)
    private static func hash(_ span: RawSpan) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in 0..<span.byteCount { hash = (hash ^ UInt64(span.byte(at: index))) &* 0x100_0000_01B3 }
        return hash ^ hash &>> 32
    }
}
