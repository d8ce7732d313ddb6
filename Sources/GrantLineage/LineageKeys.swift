// Under which keys lineage keeps its records.

import AuthEvents
import FieldRows

extension TokenFingerprint: TableKey, StoredBytes {
    static var free: TokenFingerprint { .none }

    @inline(__always)
    var word: UInt64 { low ^ (high &* 0xD6E8_FEB8_6659_FD93) }

    static var byteCount: Int { 16 }

    func store(to bytes: inout ByteWriter) {
        bytes.append(high)
        bytes.append(low)
    }

    init(from bytes: inout ByteReader) { self.init(high: bytes.next(), low: bytes.next()) }

    // Field by field: the synthesized `==` would be a call into another room.
    @inline(__always)
    func equals(_ other: TokenFingerprint) -> Bool { high == other.high && low == other.low }
}

/// The running number of a token family; a family that is forgotten leaves its number unused.
struct FamilyNumber: TableKey, TableRecord, StoredBytes, Equatable {
    var rawValue: UInt32 = 0

    static var free: FamilyNumber { FamilyNumber() }
    static var byteCount: Int { 4 }

    func store(to bytes: inout ByteWriter) { bytes.append(rawValue) }

    @inline(__always)
    var word: UInt64 { UInt64(rawValue) }

    @inline(__always)
    func equals(_ other: FamilyNumber) -> Bool { rawValue == other.rawValue }
}

extension FamilyNumber {
    init(from bytes: inout ByteReader) { self.init(rawValue: bytes.next()) }
}

/// A branch of a forked family.
struct BranchKey: TableKey, StoredBytes {
    var word: UInt64

    init(_ family: FamilyNumber, _ branch: Int) {
        word = UInt64(family.rawValue) << 8 | UInt64(branch & 0xFF)
    }

    private init(word: UInt64) { self.word = word }

    init(from bytes: inout ByteReader) { self.init(word: bytes.next()) }

    static var free: BranchKey { BranchKey(word: 0) }
    static var byteCount: Int { 8 }

    func store(to bytes: inout ByteWriter) { bytes.append(word) }

    @inline(__always)
    func equals(_ other: BranchKey) -> Bool { word == other.word }
}

/// A client within a session; where a log has no better identifier, that is a grant.
struct ClientSession: TableKey, StoredBytes {
    let session: UInt64
    let client: UInt64

    /// Whether both are known.
    var isComplete: Bool { session != 0 && client != 0 }

    static var free: ClientSession { ClientSession(session: 0, client: 0) }
    static var byteCount: Int { 16 }

    func store(to bytes: inout ByteWriter) {
        bytes.append(session)
        bytes.append(client)
    }

    @inline(__always)
    var word: UInt64 { session ^ (client &* 0xD6E8_FEB8_6659_FD93) }

    @inline(__always)
    func equals(_ other: ClientSession) -> Bool { session == other.session && client == other.client }
}

extension ClientSession {
    init(from bytes: inout ByteReader) { self.init(session: bytes.next(), client: bytes.next()) }
}

/// One value of an event, such as its user, by its group key.
struct ValueKey: TableKey, StoredBytes {
    let word: UInt64

    init(_ groupKey: UInt64) { word = groupKey }

    /// Several values together, in this order; zero when one of them is unknown.
    init(_ kind: PairKind, _ client: UInt64, _ value: UInt64) {
        let (high, low) = (client ^ UInt64(kind.rawValue) &* 0x9E37_79B9_7F4A_7C15)
            .multipliedFullWidth(by: value | 1)
        word = client == 0 || value == 0 ? 0 : max(1, high ^ low ^ value.byteSwapped)
    }

    init(from bytes: inout ByteReader) { word = bytes.next() }

    static var free: ValueKey { ValueKey(0) }
    static var byteCount: Int { 8 }

    func store(to bytes: inout ByteWriter) { bytes.append(word) }

    @inline(__always)
    func equals(_ other: ValueKey) -> Bool { word == other.word }
}

/// What a client is seen with.
enum PairKind: UInt8 {
    case network = 1
    case grantType
    case redirectURI
    case scope
    case rateOfSuccess
    case rateOfFailure
    case country
    case consent
}
