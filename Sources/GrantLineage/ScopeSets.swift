// Which scope a family was created with, and what a refresh asks for beyond it.

import AuthEvents
import FieldRows

/// A set of scope values that ``ScopeSets`` knows.
struct ScopeSetID: BitwiseCopyable, Hashable, Sendable {
    let rawValue: UInt32

    /// No set: the log did not say, or a limit was reached.
    static let unknown = ScopeSetID(rawValue: 0)
    /// The set computed last, which is not kept.
    static let transient = ScopeSetID(rawValue: .max)
}

/// The keyed hash of a scope text.
struct ScopeTextKey: TableKey {
    let word: UInt64

    static var free: ScopeTextKey { ScopeTextKey(word: 0) }

    @inline(__always)
    func equals(_ other: ScopeTextKey) -> Bool { word == other.word }
}

/// The set under a ``ScopeTextKey``.
struct ScopeTextSet: TableRecord {
    var set = ScopeSetID.unknown
}

/// Two sets, of which the second is taken from the first.
struct ScopeSetPair: TableKey {
    let word: UInt64

    init(_ set: ScopeSetID, _ base: ScopeSetID) {
        word = UInt64(set.rawValue) << 32 | UInt64(base.rawValue)
    }

    static var free: ScopeSetPair { ScopeSetPair(.unknown, .unknown) }

    @inline(__always)
    func equals(_ other: ScopeSetPair) -> Bool { word == other.word }
}

/// What the first set of a ``ScopeSetPair`` has that the second has not.
struct ScopeDifference: TableRecord {
    var set = ScopeSetID.unknown
}

/// Scope sets by number, so that comparing a refresh with its grant costs one lookup.
///
/// A client chooses the scope it asks for, so only what the server granted is ever kept, and refreshes may use
/// half of the room only: they must not push out the scopes of new families, without which additions go unseen.
struct ScopeSets: ~Copyable {
    /// Number of scopes of new families that a limit kept from being remembered.
    private(set) var notRemembered: Int64 = 0
    /// Number of scopes of refreshes that were too long to be compared.
    private(set) var notRead: Int64 = 0

    private let limits: LineageLimits
    private var texts: TextTable
    /// For each text, the number of the text that has the same words in order.
    private var ordered: [UInt32] = []
    /// The sets of texts by the texts' keys, which events bring along.
    private var setsByKey = OpenTable<ScopeTextKey, ScopeTextSet>()
    /// Differences found before; emptied when full, since it can be computed again.
    private var differences = OpenTable<ScopeSetPair, ScopeDifference>()
    private var transient: [UInt8] = []
    /// Texts that whoever keeps them has.
    private var kept = 0

    init(limits: LineageLimits) {
        self.limits = limits
        texts = TextTable(textsMax: limits.scopeTextsMax, bytesMax: limits.scopeBytesMax)
    }

    /// Number of texts kept.
    var count: Int { texts.count }

    /// Memory taken, in bytes.
    var byteCount: Int { texts.byteCount + ordered.capacity * 4 + setsByKey.byteCount + differences.byteCount }

    /// The set that `text` stands for, kept for as long as there is room.
    mutating func set(_ text: RawSpan) -> ScopeSetID {
        if let number = texts.number(of: text) { return id(number) }
        guard text.byteCount <= limits.scopeTextBytesMax else {
            notRemembered += 1
            return .unknown
        }
        let words = ScopeWords(text.array)
        if words.isEmpty { return .unknown }
        guard let number = keep(words) else {
            notRemembered += 1
            return .unknown
        }
        alias(text, number)
        return ScopeSetID(rawValue: number + 1)
    }

    /// The set of the text with this key, as it was remembered; without a look at the text.
    func set(ofKey key: UInt64) -> ScopeSetID? { setsByKey.value(of: ScopeTextKey(word: key))?.set }

    /// Remembers which set ``set(_:)`` gave for the text with this key; zero is no key.
    mutating func remember(_ set: ScopeSetID, key: UInt64) {
        let key = ScopeTextKey(word: key)
        guard set != .unknown, !key.equals(.free), setsByKey.count < limits.scopeTextsMax else { return }
        if !setsByKey.replace(key, ScopeTextSet(set: set)) { setsByKey.add(key, ScopeTextSet(set: set)) }
    }

    /// The words of both sets; an unknown set has none.
    mutating func union(_ one: ScopeSetID, _ other: ScopeSetID) -> ScopeSetID {
        if one == other || other == .unknown { return one }
        if one == .unknown { return other }
        guard let number = keep(words(one).union(words(other))) else {
            notRemembered += 1
            return .unknown
        }
        return ScopeSetID(rawValue: number + 1)
    }

    /// What `text` has beyond `base`; `unknown` if that is nothing.
    ///
    /// Only a scope that was `granted` is worth keeping. The result is valid until the next call.
    mutating func added(_ text: RawSpan, beyond base: ScopeSetID, granted: Bool) -> ScopeSetID {
        guard let number = texts.number(of: text) else { return computed(text, nil, base, granted) }
        let set = id(number)
        if set == base { return .unknown }
        let key = ScopeSetPair(set, base)
        if let known = differences.value(of: key) { return known.set }
        return computed(text, key, base, granted)
    }

    /// The words of `text` that `base` does not have, in order; empty when there are none or `text` is too long.
    mutating func words(_ text: RawSpan, beyond base: ScopeSetID) -> [UInt8] {
        if let number = texts.number(of: text), id(number) == base { return [] }
        guard text.byteCount <= limits.scopeTextBytesMax else {
            notRead += 1
            return []
        }
        return ScopeWords(text.array).subtracting(words(base)).text
    }

    /// The words of `set` that `base` does not have, in order; an unknown base has none.
    func words(of set: ScopeSetID, beyond base: ScopeSetID) -> [UInt8] {
        base == .unknown ? words(set).text : words(set).subtracting(words(base)).text
    }

    /// Lets `body` read the words of `set`, in order, with one space between two.
    func withText<Result>(of set: ScopeSetID, _ body: (RawSpan) -> Result) -> Result {
        let text = set == .transient ? transient[...] : texts[Int(set.rawValue) - 1]
        return body(text.span.bytes)
    }

    private mutating func computed(
        _ text: RawSpan,
        _ key: ScopeSetPair?,
        _ base: ScopeSetID,
        _ granted: Bool
    ) -> ScopeSetID {
        guard text.byteCount <= limits.scopeTextBytesMax else {
            notRead += 1
            return .unknown
        }
        let asked = ScopeWords(text.array)
        let difference = asked.subtracting(words(base))
        let hasRoom = granted && texts.count < limits.scopeTextsMax / 2
        if hasRoom, key == nil, !asked.isEmpty, let number = keep(asked) { alias(text, number) }
        if difference.isEmpty {
            remember(.unknown, key)
            return .unknown
        }
        guard hasRoom, let number = keep(difference) else {
            transient = difference.text
            return .transient
        }
        let result = ScopeSetID(rawValue: number + 1)
        remember(result, key)
        return result
    }

    private mutating func remember(_ difference: ScopeSetID, _ key: ScopeSetPair?) {
        guard let key else { return }
        if differences.count >= limits.scopeTextsMax { differences = OpenTable() }
        differences.add(key, ScopeDifference(set: difference))
    }

    private func id(_ number: Int) -> ScopeSetID { ScopeSetID(rawValue: ordered[number] + 1) }

    private func words(_ set: ScopeSetID) -> ScopeWords { ScopeWords(Array(texts[Int(set.rawValue) - 1])) }

    private mutating func keep(_ words: ScopeWords) -> UInt32? {
        let text = words.text
        guard Self.isStorable(text), let number = texts.keep(text.span.bytes) else { return nil }
        if number == ordered.count { ordered.append(UInt32(number)) }
        return UInt32(number)
    }

    /// Whether nothing in `text` looks like a secret: texts are kept in a database.
    private static func isStorable(_ text: [UInt8]) -> Bool {
        let text = String(decoding: text, as: UTF8.self)
        return SecretMask.maskLine(text) == text
    }

    /// Notes that `text` has the words of text `number`, in whatever order; without room it is split each time.
    private mutating func alias(_ text: RawSpan, _ number: UInt32) {
        guard Self.isStorable(text.array), let own = texts.keep(text) else { return }
        if own == ordered.count { ordered.append(number) }
    }

    // MARK: - Kept in a database

    /// The texts that came since the last time; what is only there to save work is not kept.
    mutating func takeChanges() -> LineageSegment? {
        guard kept < texts.count else { return nil }
        var segment = LineageSegment(part: .scopes, generation: 0, replacesEarlier: false)
        var writer = ByteWriter()
        for number in kept..<texts.count {
            writer.append(ordered[number])
            writer.append(counted: texts[number])
        }
        segment.records = texts.count - kept
        segment.bytes = writer.bytes
        kept = texts.count
        return segment
    }

    /// Takes back texts, which come in the order in which they were kept; false if they make no sense.
    mutating func restore(_ segment: LineageSegment) -> Bool {
        var reader = ByteReader(segment.bytes)
        for _ in 0..<segment.records {
            let number: UInt32 = reader.next()
            let count = Int(reader.next(UInt32.self))
            guard count <= reader.rest, Int(number) <= texts.count else { return false }
            texts.restore(reader.next(count: count))
            ordered.append(number)
        }
        kept = texts.count
        return reader.isAtEnd
    }

    /// Whether there is such a set.
    func knows(_ set: ScopeSetID) -> Bool { Int(set.rawValue) <= texts.count }

    /// Notes what is not in the texts.
    func store(to bytes: inout ByteWriter) {
        bytes.append(notRemembered)
        bytes.append(notRead)
    }

    /// Takes back what ``store(to:)`` has noted.
    mutating func restore(from bytes: inout ByteReader) {
        notRemembered = bytes.next()
        notRead = bytes.next()
    }
}
