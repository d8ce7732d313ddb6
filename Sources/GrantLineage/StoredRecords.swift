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
    static var byteCount: Int { 52 }

    func store(to bytes: inout ByteWriter) {
        bytes.append(redeemedAt)
        context.store(to: &bytes)
        bytes.append(client.rawValue)
        bytes.append(family.rawValue)
        bytes.append(redemptions)
        issuedAt.store(to: &bytes)
        bytes.append(issueNetwork)
        bytes.append(redirectURI)
        bytes.append(scope.rawValue)
        bytes.append(refusedNetwork)
        bytes.append(challenge)
        bytes.append(isOrphan)
        bytes.append(country)
    }

    init(from bytes: inout ByteReader) {
        redeemedAt = bytes.next()
        context = RequestContext(from: &bytes)
        client = ClientMark(from: &bytes)
        family = FamilyNumber(from: &bytes)
        redemptions = bytes.next()
        issuedAt = Moment(from: &bytes)
        issueNetwork = bytes.next()
        redirectURI = bytes.next()
        scope = ScopeSetID(rawValue: bytes.next())
        refusedNetwork = bytes.next()
        challenge = bytes.next()
        isOrphan = bytes.nextFlag()
        country = bytes.next()
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
    static var byteCount: Int { 46 }

    func store(to bytes: inout ByteWriter) {
        context.store(to: &bytes)
        bytes.append(client.rawValue)
        bytes.append(scope.rawValue)
        bytes.append(scopeMark)
        bytes.append(rotations)
        bytes.append(newest)
        seenAt.store(to: &bytes)
        usedAt.store(to: &bytes)
        bytes.append(user)
        bytes.append(confirmation)
        bytes.append(branches)
        bytes.append(hasIncident)
    }

    init(from bytes: inout ByteReader) {
        context = RequestContext(from: &bytes)
        client = ClientMark(from: &bytes)
        scope = ScopeSetID(rawValue: bytes.next())
        scopeMark = bytes.next()
        rotations = bytes.next()
        newest = bytes.next()
        seenAt = Moment(from: &bytes)
        usedAt = Moment(from: &bytes)
        user = bytes.next()
        confirmation = bytes.next()
        branches = bytes.next()
        hasIncident = bytes.nextFlag()
    }
}

extension FamilyIncident: StoredBytes {
    static var byteCount: Int { 24 }

    func store(to bytes: inout ByteWriter) {
        bytes.append(revokedAt)
        bytes.append(reusedAt)
        bytes.append(codeReplayedAt)
    }

    init(from bytes: inout ByteReader) {
        revokedAt = bytes.next()
        reusedAt = bytes.next()
        codeReplayedAt = bytes.next()
    }
}

extension AccessTokenRecord: StoredBytes {
    static var byteCount: Int { 16 }

    func store(to bytes: inout ByteWriter) {
        bytes.append(family.rawValue)
        bytes.append(scope.rawValue)
        expiresAt.store(to: &bytes)
        revokedAt.store(to: &bytes)
    }

    init(from bytes: inout ByteReader) {
        family = FamilyNumber(from: &bytes)
        scope = ScopeSetID(rawValue: bytes.next())
        expiresAt = Moment(from: &bytes)
        revokedAt = Moment(from: &bytes)
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

extension UserRecord: StoredBytes {
    static var byteCount: Int { 24 }

    func store(to bytes: inout ByteWriter) {
        seenAt.store(to: &bytes)
        usedAt.store(to: &bytes)
        endedAt.store(to: &bytes)
        changedAt.store(to: &bytes)
        placeAt.store(to: &bytes)
        bytes.append(latitude)
        bytes.append(longitude)
    }

    init(from bytes: inout ByteReader) {
        seenAt = Moment(from: &bytes)
        usedAt = Moment(from: &bytes)
        endedAt = Moment(from: &bytes)
        changedAt = Moment(from: &bytes)
        placeAt = Moment(from: &bytes)
        latitude = bytes.next()
        longitude = bytes.next()
    }
}

extension SessionEnd: StoredBytes {
    static var byteCount: Int { 4 }

    func store(to bytes: inout ByteWriter) { endedAt.store(to: &bytes) }

    init(from bytes: inout ByteReader) { endedAt = Moment(from: &bytes) }
}

extension ClientRecord: StoredBytes {
    static var byteCount: Int { 48 }

    func store(to bytes: inout ByteWriter) {
        seenAt.store(to: &bytes)
        usedAt.store(to: &bytes)
        deletedAt.store(to: &bytes)
        codesSince.store(to: &bytes)
        consentsSince.store(to: &bytes)
        bytes.append(scope.rawValue)
        bytes.append(lifetimes)
        bytes.append(longestLifetime)
        bytes.append(requests)
        bytes.append(requestsWithChallenge)
        bytes.append(networks)
        bytes.append(redirectURIs)
    }

    init(from bytes: inout ByteReader) {
        seenAt = Moment(from: &bytes)
        usedAt = Moment(from: &bytes)
        deletedAt = Moment(from: &bytes)
        codesSince = Moment(from: &bytes)
        consentsSince = Moment(from: &bytes)
        scope = ScopeSetID(rawValue: bytes.next())
        lifetimes = bytes.next()
        longestLifetime = bytes.next()
        requests = bytes.next()
        requestsWithChallenge = bytes.next()
        networks = bytes.next()
        redirectURIs = bytes.next()
    }
}

extension UnissuedRecord: StoredBytes {
    static var byteCount: Int { 9 }

    func store(to bytes: inout ByteWriter) {
        bytes.append(usedAt)
        bytes.append(artefacts)
    }

    init(from bytes: inout ByteReader) {
        usedAt = bytes.next()
        artefacts = bytes.next()
    }
}

extension PairRecord: StoredBytes {
    static var byteCount: Int { 8 }

    func store(to bytes: inout ByteWriter) {
        seenAt.store(to: &bytes)
        bytes.append(scope.rawValue)
    }

    init(from bytes: inout ByteReader) {
        seenAt = Moment(from: &bytes)
        scope = ScopeSetID(rawValue: bytes.next())
    }
}

extension RateRecord: StoredBytes {
    static var byteCount: Int { 30 }

    func store(to bytes: inout ByteWriter) {
        bytes.append(hour)
        bytes.append(count)
        bytes.append(toldFrom)
        bytes.append(firstHour)
        bytes.append(spreadDay)
        bytes.append(spread.bitPattern)
        bytes.append(logSpread.bitPattern)
        bytes.append(isFlagged)
        bytes.append(hasHistory)
    }

    init(from bytes: inout ByteReader) {
        hour = bytes.next()
        count = bytes.next()
        toldFrom = bytes.next()
        firstHour = bytes.next()
        spreadDay = bytes.next()
        spread = Float(bitPattern: bytes.next())
        logSpread = Float(bitPattern: bytes.next())
        isFlagged = bytes.nextFlag()
        hasHistory = bytes.nextFlag()
    }
}

extension RateHistory: StoredBytes {
    static var byteCount: Int { 2 * hours }

    func store(to bytes: inout ByteWriter) {
        for index in counts.indices { bytes.append(counts[index]) }
    }

    init(from bytes: inout ByteReader) {
        for index in counts.indices { counts[index] = bytes.next() }
    }
}
