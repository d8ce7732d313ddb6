// Follows the numbers of each writer from input to input and from night to night.

import AuthEvents
import ByteStreams
import FieldRows

/// Where the numbers of each writer have come to.
struct NumberChains {
    /// Writers whose numbers are followed from input to input.
    private static let countMax = 64

    private var chains: [NumberChain] = []
    /// Sources that had a number in this run.
    private(set) var sources: Set<String> = []

    /// Where the numbers of the input with the first line `head` have come to.
    func chain(ofInput head: String) -> NumberChain? { chains.first { $0.head == head } }

    /// Facts about numbers that are missing in an input that has come to its end, or between it and the one before it.
    mutating func follow(_ cursor: InputCursor, _ source: String) -> [LogFact] {
        let (scouted, numbers) = (cursor.scouted, cursor.numbers)
        guard let chain = numbers.chain(head: scouted.head, source: source) else { return [] }
        sources.insert(source)
        var missing = numbers.missing
        if let beginning = numbers.beginning, let before = takeBefore(beginning, source, scouted.head) {
            missing.insert(before, at: 0)
        }
        chains.removeAll { $0.head == scouted.head }
        chains.append(chain)
        chains.sort { ($0.time, $0.head) < ($1.time, $1.head) }
        if chains.count > Self.countMax { chains.removeFirst(chains.count - Self.countMax) }
        return missing.map { gap in
            var fact = LogFact(.logGap, time: gap.time, input: scouted.number, source: source)
            fact.lineNumber = gap.line
            fact.byteOffset = gap.byteOffset
            fact.set(.input, scouted.file.path)
            fact.set(.missingNumbers, gap.count)
            fact.set(.firstMissing, gap.first)
            fact.set(.lastMissing, gap.last)
            return fact
        }
    }

    /// Takes away the chain that an input goes on with; what is missing between the two.
    private mutating func takeBefore(
        _ beginning: NumberWatch.Beginning,
        _ source: String,
        _ head: String
    ) -> MissingNumbers? {
        let others = chains.indices.filter { chains[$0].source == source && chains[$0].head != head }
        if let before = others.first(where: { chains[$0].isFollowed(by: beginning.number) }) {
            chains.remove(at: before)
            return nil
        }
        // One writer, one log after the other: what lies between was in a log that nobody has given.
        guard others.count == 1, let before = others.first, chains[before].time <= beginning.time else { return nil }
        let (first, last) = (chains[before].next, beginning.number - beginning.line)
        guard last >= first else { return nil }
        chains.remove(at: before)
        return MissingNumbers(
            first: first,
            last: last,
            count: last - first + 1,
            line: beginning.line,
            byteOffset: beginning.byteOffset,
            time: beginning.time
        )
    }
}

extension NumberChains {
    func store(to bytes: inout ByteWriter) {
        bytes.append(UInt32(chains.count))
        for chain in chains { chain.store(to: &bytes) }
    }

    /// Takes back what ``store(to:)`` has written.
    mutating func restore(from bytes: inout ByteReader) {
        for _ in 0..<bytes.nextCount(of: NumberChain.storedBytesMin) where !bytes.isBeyondEnd {
            chains.append(NumberChain(from: &bytes))
        }
    }
}

extension NumberChain {
    /// Bytes that ``store(to:)`` writes at least.
    static let storedBytesMin = 28

    /// Whether the next number of the same writer is `number`.
    func isFollowed(by number: Int64) -> Bool { number == (ahead.last.map { $0 + 1 } ?? next) }

    func store(to bytes: inout ByteWriter) {
        bytes.append(counted: head.utf8)
        bytes.append(counted: source.utf8)
        bytes.append(next)
        bytes.append(time)
        bytes.append(UInt32(ahead.count))
        for number in ahead { bytes.append(number) }
    }

    /// What ``store(to:)`` has written.
    init(from bytes: inout ByteReader) {
        head = String(decoding: bytes.nextCounted(), as: UTF8.self)
        source = String(decoding: bytes.nextCounted(), as: UTF8.self)
        next = bytes.next()
        time = bytes.next()
        for _ in 0..<bytes.nextCount(of: 8) where !bytes.isBeyondEnd { ahead.append(bytes.next()) }
    }
}
