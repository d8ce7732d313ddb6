// Handing lineage out to be kept, and taking it back.

import FieldRows

extension LineageState {
    /// Version of the bytes; others are not read.
    private static var storedVersion: UInt16 { 3 }

    /// Hands what has changed since the last time to `keep`.
    mutating func takeChanges(_ keep: (LineageSegment) throws -> Void) throws {
        try withoutActuallyEscaping(keep) {
            var taker = ChangeTaker(keep: $0)
            try visitTables(&taker)
        }
        if let segment = scopes.takeChanges() { try keep(segment) }
    }

    /// What there is to know besides the segments.
    mutating func header() -> LineageHeader {
        var bytes = ByteWriter()
        bytes.append(Self.storedVersion)
        var writer = HeaderWriter(bytes: bytes)
        visitTables(&writer)
        writer.generations[.scopes] = 0
        scopes.store(to: &writer.bytes)
        storeProgress(to: &writer.bytes)
        return LineageHeader(bytes: writer.bytes.bytes, generations: writer.generations)
    }

    /// Takes back what earlier runs knew.
    mutating func restore(
        header: [UInt8],
        byteCounts: [LineagePart: Int],
        segments: (_ take: (LineageSegment) throws(LineageStateError) -> Void) throws -> Void
    ) throws {
        var reader = HeaderReader(bytes: ByteReader(header), byteCounts: byteCounts)
        guard reader.bytes.next(UInt16.self) == Self.storedVersion else {
            throw LineageStateError(what: "it was kept by another version of this program")
        }
        visitTables(&reader)
        scopes.restore(from: &reader.bytes)
        restoreProgress(from: &reader.bytes)
        guard reader.bytes.isAtEnd else { throw LineageStateError(what: "its header has the wrong length") }
        try segments { (segment) throws(LineageStateError) in
            guard restore(segment) else {
                throw LineageStateError(what: "a segment of \(segment.part.rawValue) makes no sense")
            }
        }
        var end = RestoringEnd()
        visitTables(&end)
        guard areReferencesSound else { throw LineageStateError(what: "its parts do not belong together") }
    }

    private mutating func restore(_ segment: LineageSegment) -> Bool {
        if segment.part == .scopes { return scopes.restore(segment) }
        var taker = SegmentTaker(segment: segment)
        visitTables(&taker)
        return taker.isSound
    }

    /// Whether records refer only to scopes that there are, and families have numbers that were given out.
    private var areReferencesSound: Bool {
        var isSound = true
        families.forEach { number, family in
            if number.rawValue > lastFamily.rawValue || !scopes.knows(family.scope) { isSound = false }
        }
        codes.forEach { if !scopes.knows($1.scope) { isSound = false } }
        accessTokens.forEach { if !scopes.knows($1.scope) { isSound = false } }
        pairs.forEach { if !scopes.knows($1.scope) { isSound = false } }
        clientRecords.forEach { if !scopes.knows($1.scope) { isSound = false } }
        return isSound
    }
}
