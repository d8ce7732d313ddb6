// Handing lineage out to be kept, and taking it back.

import FieldRows

extension LineageState {
    /// Version of the bytes; others are not read.
    private static var storedVersion: UInt16 { 2 }

    /// Hands what has changed since the last time to `keep`.
    mutating func takeChanges(_ keep: (LineageSegment) throws -> Void) rethrows {
        try codes.takeChanges(.codes, keep)
        try tokens.takeChanges(.tokens, keep)
        try families.takeChanges(.families, keep)
        try familyIDs.takeChanges(.familyIDs, keep)
        try sessions.takeChanges(.sessions, keep)
        try branches.takeChanges(.branches, keep)
        try incidents.takeChanges(.incidents, keep)
        try accessTokens.takeChanges(.accessTokens, keep)
        try users.takeChanges(.users, keep)
        try endedSessions.takeChanges(.endedSessions, keep)
        try clientRecords.takeChanges(.clients, keep)
        try pairs.takeChanges(.pairs, keep)
        try rates.takeChanges(.rates, keep)
        try rateHistories.takeChanges(.rateHistories, keep)
        if let segment = scopes.takeChanges() { try keep(segment) }
    }

    /// What there is to know besides the segments.
    var header: [UInt8] {
        var bytes = ByteWriter()
        bytes.append(Self.storedVersion)
        codes.store(to: &bytes)
        tokens.store(to: &bytes)
        families.store(to: &bytes)
        familyIDs.store(to: &bytes)
        sessions.store(to: &bytes)
        branches.store(to: &bytes)
        incidents.store(to: &bytes)
        accessTokens.store(to: &bytes)
        users.store(to: &bytes)
        endedSessions.store(to: &bytes)
        clientRecords.store(to: &bytes)
        pairs.store(to: &bytes)
        rates.store(to: &bytes)
        rateHistories.store(to: &bytes)
        scopes.store(to: &bytes)
        storeProgress(to: &bytes)
        return bytes.bytes
    }

    /// The number of the younger generation of each part; segments of all but this and the one before are of no use.
    var generations: [LineagePart: UInt32] {
        [
            .codes: codes.generation, .tokens: tokens.generation, .families: families.generation,
            .familyIDs: familyIDs.generation, .sessions: sessions.generation, .branches: branches.generation,
            .incidents: incidents.generation,
            .accessTokens: accessTokens.generation,
            .users: users.generation,
            .endedSessions: endedSessions.generation,
            .clients: clientRecords.generation,
            .pairs: pairs.generation,
            .rates: rates.generation,
            .rateHistories: rateHistories.generation,
            .scopes: 0,
        ]
    }

    /// Takes back what earlier runs knew.
    mutating func restore(
        header: [UInt8],
        byteCounts: [LineagePart: Int],
        segments: (_ take: (LineageSegment) throws(LineageStateError) -> Void) throws -> Void
    ) throws {
        var bytes = ByteReader(header)
        guard bytes.next(UInt16.self) == Self.storedVersion else {
            throw LineageStateError(what: "it was kept by another version of this program")
        }
        codes.restore(from: &bytes, segmentBytes: byteCounts[.codes] ?? 0)
        tokens.restore(from: &bytes, segmentBytes: byteCounts[.tokens] ?? 0)
        families.restore(from: &bytes, segmentBytes: byteCounts[.families] ?? 0)
        familyIDs.restore(from: &bytes, segmentBytes: byteCounts[.familyIDs] ?? 0)
        sessions.restore(from: &bytes, segmentBytes: byteCounts[.sessions] ?? 0)
        branches.restore(from: &bytes, segmentBytes: byteCounts[.branches] ?? 0)
        incidents.restore(from: &bytes, segmentBytes: byteCounts[.incidents] ?? 0)
        accessTokens.restore(from: &bytes, segmentBytes: byteCounts[.accessTokens] ?? 0)
        users.restore(from: &bytes, segmentBytes: byteCounts[.users] ?? 0)
        endedSessions.restore(from: &bytes, segmentBytes: byteCounts[.endedSessions] ?? 0)
        clientRecords.restore(from: &bytes, segmentBytes: byteCounts[.clients] ?? 0)
        pairs.restore(from: &bytes, segmentBytes: byteCounts[.pairs] ?? 0)
        rates.restore(from: &bytes, segmentBytes: byteCounts[.rates] ?? 0)
        rateHistories.restore(from: &bytes, segmentBytes: byteCounts[.rateHistories] ?? 0)
        scopes.restore(from: &bytes)
        restoreProgress(from: &bytes)
        guard bytes.isAtEnd else { throw LineageStateError(what: "its header has the wrong length") }
        try segments { (segment) throws(LineageStateError) in
            guard restore(segment) else {
                throw LineageStateError(what: "a segment of \(segment.part.rawValue) makes no sense")
            }
        }
        codes.finishRestoring()
        tokens.finishRestoring()
        families.finishRestoring()
        familyIDs.finishRestoring()
        sessions.finishRestoring()
        branches.finishRestoring()
        incidents.finishRestoring()
        accessTokens.finishRestoring()
        users.finishRestoring()
        endedSessions.finishRestoring()
        clientRecords.finishRestoring()
        pairs.finishRestoring()
        rates.finishRestoring()
        rateHistories.finishRestoring()
        guard areReferencesSound else { throw LineageStateError(what: "its parts do not belong together") }
    }

    private mutating func restore(_ segment: LineageSegment) -> Bool {
        switch segment.part {
        case .codes: codes.restore(segment)
        case .tokens: tokens.restore(segment)
        case .families: families.restore(segment)
        case .familyIDs: familyIDs.restore(segment)
        case .sessions: sessions.restore(segment)
        case .branches: branches.restore(segment)
        case .incidents: incidents.restore(segment)
        case .accessTokens: accessTokens.restore(segment)
        case .users: users.restore(segment)
        case .endedSessions: endedSessions.restore(segment)
        case .clients: clientRecords.restore(segment)
        case .pairs: pairs.restore(segment)
        case .rates: rates.restore(segment)
        case .rateHistories: rateHistories.restore(segment)
        case .scopes: scopes.restore(segment)
        }
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
