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
    final class Open {
        let key: [UInt8]
        /// Shape of its first line.
        let shape: Int
        /// Where its first line is, and when its envelope was written.
        let line: AuthEvent
        /// Number of its first line among those read.
        let ordinal: Int64
        /// Its time; `.min` if it is not known.
        let time: Int64
        /// Its place among all records that were ever opened.
        fileprivate let number: Int
        fileprivate(set) var values: [(slot: Int, kind: FieldSlice.Kind, start: Int, count: Int)] = []
        fileprivate(set) var bytes: [UInt8] = []

        fileprivate init(
            _ key: [UInt8],
            _ shape: Int,
            _ line: AuthEvent,
            _ ordinal: Int64,
            _ time: Int64,
            _ number: Int
        ) {
            (self.key, self.shape, self.line, self.ordinal) = (key, shape, line, ordinal)
            (self.time, self.number) = (time, number)
        }
    }

    private let rule: RecordRule
    /// In the order in which they were opened, with gaps where one was taken out; the first is none.
    private var open: [Open?] = []
    /// How many have been removed from the beginning of ``open``.
    private var removed = 0
    /// Where the first record is in ``open``.
    private var first = 0
    private var byKey: [[UInt8]: Open] = [:]
    private var byteCount = 0
    /// Lines read.
    private var ordinal: Int64 = 0
    private var now = Int64.min

    init(_ rule: RecordRule) { self.rule = rule }

    /// Whether no record is open.
    var isEmpty: Bool { byKey.isEmpty }

    /// Takes out the first record for which none is waited any more.
    func expired() -> Open? { hasExpired ? takeFirst() : nil }

    /// Whether there is such a record: it is old, or there are too many.
    ///
    /// A clock that was set back makes records as old as one that went on.
    var hasExpired: Bool {
        guard first < open.count, let record = open[first] else { return false }
        let isOld =
            ordinal - record.ordinal > rule.lines
            || record.time != .min && now != .min
                && (now.earlier(by: rule.within) > record.time || record.time.earlier(by: rule.within) > now)
        return isOld || byKey.count > Self.openMax || byteCount > Self.bytesMax
    }

    /// Takes note of a line and of its time, if it has one.
    func tick(_ time: Int64?) {
        ordinal += 1
        if let time { now = time }
    }

    /// Takes out the open record with `key`.
    func take(_ key: [UInt8]) -> Open? { byKey[key].map(remove) }

    /// Takes out the first record.
    func takeFirst() -> Open? { first < open.count ? open[first].map(remove) : nil }

    private func remove(_ record: Open) -> Open {
        byKey[record.key] = nil
        byteCount -= record.bytes.count
        open[record.number - removed] = nil
        while first < open.count, open[first] == nil { first += 1 }
        // Moving what is left costs no more than what was passed by.
        if first * 2 > open.count {
            open.removeFirst(first)
            (removed, first) = (removed + first, 0)
        }
        return record
    }

    /// Opens a record, which must not be open yet, with what its line says.
    func begin(_ key: [UInt8], _ shape: Int, _ line: AuthEvent, _ time: Int64?, _ add: (Open) -> Void) {
        let record = Open(key, shape, line, ordinal, time ?? .min, removed + open.count)
        open.append(record)
        byKey[key] = record
        add(record)
        byteCount += record.bytes.count
    }

    /// Goes on with the record with `key`; false if there is none.
    func extend(_ key: [UInt8], _ add: (Open) -> Void) -> Bool {
        guard let record = byKey[key] else { return false }
        let before = record.bytes.count
        add(record)
        byteCount += record.bytes.count - before
        return true
    }
}

extension ShapeReader {
    /// Adds to `record` what the line read last says of fields of which it knows nothing yet.
    func add(to record: RecordParts.Open, _ text: RawSpan, _ arena: ByteBlock) {
        let filled = slots.filled
        for slot in 0..<slots.count where filled & SlotTable.bit(slot) != 0 && slots[slot].hasValue {
            guard !record.values.contains(where: { $0.slot == slot }) else { continue }
            let value = bytes(slots[slot], text, arena)
            record.values.append((slot, slots[slot].kind, record.bytes.count, value.byteCount))
            value.withUnsafeBytes { record.bytes.append(contentsOf: $0) }
        }
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
