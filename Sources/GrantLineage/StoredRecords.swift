// The records of lineage as bytes.

import AuthEvents
import FieldRows

extension ClientMark {
    fileprivate init(from bytes: inout ByteReader) { self.init(rawValue: bytes.next()) }
}

extension RequestContext {
    fileprivate func store(to bytes: inout ByteWriter) {
        bytes.append(network)
        bytes.append(userAgent)
    }

    fileprivate init(from bytes: inout ByteReader) {
        self.init(networkMark: bytes.next(), userAgentMark: bytes.next())
    }
}

extension CodeRecord: StoredBytes {
    static var byteCount: Int { 29 }

    func store(to bytes: inout ByteWriter) {
        bytes.append(redeemedAt)
        context.store(to: &bytes)
        bytes.append(client.rawValue)
        bytes.append(family.rawValue)
        bytes.append(redemptions)
        bytes.append(issueSeen)
    }

    init(from bytes: inout ByteReader) {
        redeemedAt = bytes.next()
        context = RequestContext(from: &bytes)
        client = ClientMark(from: &bytes)
        family = FamilyNumber(from: &bytes)
        redemptions = bytes.next()
        issueSeen = bytes.nextFlag()
    }
}

extension TokenRecord: StoredBytes {
    static var byteCount: Int { 24 }

    func store(to bytes: inout ByteWriter) {
        bytes.append(rotatedAt)
        context.store(to: &bytes)
        bytes.append(family.rawValue)
        bytes.append(place)
    }

    init(from bytes: inout ByteReader) {
        rotatedAt = bytes.next()
        context = RequestContext(from: &bytes)
        family = FamilyNumber(from: &bytes)
        place = bytes.next()
    }
}

extension FamilyRecord: StoredBytes {
    static var byteCount: Int { 41 }

    func store(to bytes: inout ByteWriter) {
        bytes.append(revokedAt)
        context.store(to: &bytes)
        bytes.append(client.rawValue)
        bytes.append(scope.rawValue)
        bytes.append(scopeKey)
        bytes.append(rotations)
        bytes.append(newest)
        bytes.append(branches)
    }

    init(from bytes: inout ByteReader) {
        revokedAt = bytes.next()
        context = RequestContext(from: &bytes)
        client = ClientMark(from: &bytes)
        scope = ScopeSetID(rawValue: bytes.next())
        scopeKey = bytes.next()
        rotations = bytes.next()
        newest = bytes.next()
        branches = bytes.next()
    }
}

extension BranchRecord: StoredBytes {
    static var byteCount: Int { 21 }

    func store(to bytes: inout ByteWriter) {
        bytes.append(usedAt)
        bytes.append(parent)
        bytes.append(fork)
        bytes.append(newest)
        bytes.append(shared)
    }

    init(from bytes: inout ByteReader) {
        usedAt = bytes.next()
        parent = bytes.next()
        fork = bytes.next()
        newest = bytes.next()
        shared = bytes.next()
    }
}

extension SessionRecord: StoredBytes {
    static var byteCount: Int { 13 }

    func store(to bytes: inout ByteWriter) {
        bytes.append(redeemedAt)
        bytes.append(family.rawValue)
        bytes.append(refusedAfter)
    }

    init(from bytes: inout ByteReader) {
        redeemedAt = bytes.next()
        family = FamilyNumber(from: &bytes)
        refusedAfter = bytes.next()
    }
}
