// Does the same with every table of lineage, whatever its keys and records.

import FieldRows

/// What is done with each table.
protocol TableVisitor {
    associatedtype Failure: Error
    /// Does it with `table`, which is `part` of lineage.
    mutating func visit<Key: TableKey & StoredBytes, Value: TableRecord & StoredBytes>(
        _ table: inout GenerationTable<Key, Value>,
        _ part: LineagePart
    ) throws(Failure)
}

/// Hands out what has changed.
struct ChangeTaker: TableVisitor {
    let keep: (LineageSegment) throws -> Void

    mutating func visit<Key, Value>(_ table: inout GenerationTable<Key, Value>, _ part: LineagePart) throws {
        try table.takeChanges(part, keep)
    }
}

/// Notes what is not in the records, and the numbers of the younger generations.
struct HeaderWriter: TableVisitor {
    var bytes: ByteWriter
    var generations: [LineagePart: UInt32] = [:]

    mutating func visit<Key, Value>(_ table: inout GenerationTable<Key, Value>, _ part: LineagePart) throws(Never) {
        table.store(to: &bytes)
        generations[part] = table.generation
    }
}

/// Takes back what ``HeaderWriter`` has noted.
struct HeaderReader: TableVisitor {
    var bytes: ByteReader
    /// Bytes of all segments to come.
    let byteCounts: [LineagePart: Int]

    mutating func visit<Key, Value>(_ table: inout GenerationTable<Key, Value>, _ part: LineagePart) throws(Never) {
        table.restore(from: &bytes, segmentBytes: byteCounts[part] ?? 0)
    }
}

/// Takes back one segment.
struct SegmentTaker: TableVisitor {
    let segment: LineageSegment
    /// Whether it made sense.
    var isSound = false

    mutating func visit<Key, Value>(_ table: inout GenerationTable<Key, Value>, _ part: LineagePart) throws(Never) {
        if part == segment.part { isSound = table.restore(segment) }
    }
}

/// Ends the taking back.
struct RestoringEnd: TableVisitor {
    mutating func visit<Key, Value>(_ table: inout GenerationTable<Key, Value>, _ part: LineagePart) throws(Never) {
        table.finishRestoring()
    }
}

/// Counts what is held and what was forgotten.
struct RecordCounter: TableVisitor {
    var records: [LineagePart: LineageStatistics.Records] = [:]
    var byteCount = 0

    mutating func visit<Key, Value>(_ table: inout GenerationTable<Key, Value>, _ part: LineagePart) throws(Never) {
        records[part] = LineageStatistics.Records(
            live: table.count,
            expired: table.expired,
            evicted: table.evicted,
            horizon: table.horizon
        )
        byteCount += table.byteCount
    }
}
