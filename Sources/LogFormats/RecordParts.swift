// Lines that are parts of one record, held until the record is whole.

import AuthEvents
import FieldRows

/// The records of one input of which more lines may come, the oldest first.
///
/// What a line says is kept by source field: the first line that says something of a field is believed.
final class RecordParts {
    /// Records that are open at the same time.
    private static let openMax = 4_096
    /// Bytes that all of them may hold.
    private static let bytesMax = 16 << 20

    /// A record of which more may come.
    struct Open {
        let key: [UInt8]
        /// Shape of its first line.
        let shape: Int
        /// Where its first line is, and when its envelope was written.
        let line: AuthEvent
        /// Number of its first line among those read.
        let ordinal: Int64
        /// Its time; `.min` if it is not known.
        var time: Int64
        var values: [(slot: Int, kind: FieldSlice.Kind, start: Int, count: Int)] = []
        var bytes: [UInt8] = []
    }

    private let rule: RecordRule
    /// By running number.
    private var open: [Int: Open] = [:]
    private var numbers: [[UInt8]: Int] = [:]
    private var next = 0
    /// No open record has a lower number.
    private var oldest = 0
    private var byteCount = 0
    /// Lines read.
    private var ordinal: Int64 = 0
    private var now = Int64.min

    init(_ rule: RecordRule) { self.rule = rule }

    /// Whether no record is open.
    var isEmpty: Bool { open.isEmpty }

    /// Takes out the first record for which none is waited any more.
    func expired() -> Open? { hasExpired ? takeFirst() : nil }

    /// Whether there is such a record: it is old, or there are too many.
    ///
    /// A clock that was set back makes records as old as one that went on.
    var hasExpired: Bool {
        guard let number = first(), let record = open[number] else { return false }
        let isOld =
            ordinal - record.ordinal > rule.lines
            || record.time != .min && now != .min
                && (now.earlier(by: rule.within) > record.time || record.time.earlier(by: rule.within) > now)
        return isOld || open.count > Self.openMax || byteCount > Self.bytesMax
    }

    /// Takes note of a line and of its time, if it has one.
    func tick(_ time: Int64?) {
        ordinal += 1
        if let time { now = time }
    }

    /// Takes out the open record with `key`.
    func take(_ key: [UInt8]) -> Open? { numbers[key].flatMap(remove) }

    /// Takes out the first record.
    func takeFirst() -> Open? { first().flatMap(remove) }

    private func first() -> Int? {
        guard !open.isEmpty else { return nil }
        while open[oldest] == nil { oldest += 1 }
        return oldest
    }

    private func remove(_ number: Int) -> Open? {
        guard let record = open.removeValue(forKey: number) else { return nil }
        numbers[record.key] = nil
        byteCount -= record.bytes.count
        return record
    }

    /// Opens a record with a line that has `values`.
    func begin(_ key: [UInt8], _ shape: Int, _ line: AuthEvent, _ time: Int64?, _ values: LineValues) {
        var record = Open(key: key, shape: shape, line: line, ordinal: ordinal, time: time ?? .min)
        Self.add(values, to: &record)
        byteCount += record.bytes.count
        if open.isEmpty { oldest = next }
        open[next] = record
        numbers[key] = next
        next += 1
    }

    /// Goes on with the record with `key`; false if there is none.
    func extend(_ key: [UInt8], _ values: LineValues) -> Bool {
        guard let number = numbers[key] else { return false }
        let before = open[number]?.bytes.count ?? 0
        guard var record = open.removeValue(forKey: number) else { return false }
        Self.add(values, to: &record)
        byteCount += record.bytes.count - before
        open[number] = record
        return true
    }

    private static func add(_ values: LineValues, to record: inout Open) {
        for (slot, kind, bytes) in values where !record.values.contains(where: { $0.slot == slot }) {
            record.values.append((slot, kind, record.bytes.count, bytes.count))
            record.bytes += bytes
        }
    }
}

/// The source fields of a line that have a value.
typealias LineValues = [(slot: Int, kind: FieldSlice.Kind, bytes: [UInt8])]

extension ShapeReader {
    /// The source fields of the line read last that have a value.
    func values(_ text: RawSpan, _ arena: ByteBlock) -> LineValues {
        var result: LineValues = []
        let filled = slots.filled
        for slot in 0..<slots.count where filled & SlotTable.bit(slot) != 0 && slots[slot].hasValue {
            result.append((slot, slots[slot].kind, bytes(slots[slot], text, arena).array))
        }
        return result
    }

    /// Fills source fields that the line has not said anything of.
    func fill(_ record: RecordParts.Open, _ arena: ByteBlock) {
        for value in record.values where !slots[value.slot].hasValue {
            let start = arena.append(record.bytes[value.start..<value.start + value.count].span.bytes)
            slots[value.slot] = FieldSlice(value.kind, .arena, offset: start, count: value.count)
        }
    }

    /// Calls `body`, which may read other lines, and has the source fields as they were again.
    func keepingValues(_ body: () -> Void) {
        let saved = (0..<slots.count).map { slots[$0] }
        body()
        for (slot, value) in saved.enumerated() { slots[slot] = value }
    }

    /// Fills the source fields from `record` alone.
    func restore(_ record: RecordParts.Open, _ arena: ByteBlock) {
        slots.clear()
        fill(record, arena)
    }
}

extension Int64 {
    /// This time less `span`, or the earliest there is.
    fileprivate func earlier(by span: Int64) -> Int64 {
        let (time, overflow) = subtractingReportingOverflow(span)
        return overflow ? .min : time
    }
}
