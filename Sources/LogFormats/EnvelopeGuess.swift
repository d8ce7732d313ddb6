// Tells from the first bytes of an input what stands around its records.

public import AuthEvents
public import ByteStreams
import FieldRows

/// Tries envelopes one around the other and keeps those within which formats find most events.
public final class EnvelopeGuess {
    /// Envelopes inside each other.
    private static let depthMax = 4
    private static let recordsMax = 256
    private static let bytesMax = 256 << 10
    /// Limit of a record while trying.
    private static let recordBytesMax = 1 << 20

    /// How well formats read the records inside some envelopes.
    private struct Rating {
        let events: Int64
        let known: Int64
        let depth: Int

        /// Of equals the deeper is better: a format that reads a line with an envelope reads some of it wrong.
        func isBetter(than other: Rating) -> Bool {
            (events, known, depth) > (other.events, other.known, other.depth)
        }
    }

    private let catalog: EnvelopeCatalog
    private let guess: FormatGuess

    /// A guess for formats and envelopes.
    public init(plans: [CompiledFormat], envelopes: EnvelopeCatalog, key: FingerprintKey) {
        catalog = envelopes
        guess = FormatGuess(plans: plans, key: key)
    }

    /// What stands around the records of the input that `reader` has just opened; takes nothing away from it.
    public func chain(_ reader: inout LineReader) throws(InputError) -> EnvelopeChain {
        let beginning = try reader.beginning()
        var plain = EnvelopeChain()
        let lines = Self.lines(beginning)
        var document = EnvelopeChain()
        document.isDocument = true
        let documents = self.documents(beginning)
        if let documents, documents.isCertain { plain = document }
        let first = documents.map { $0.isCertain ? $0.records : lines } ?? lines
        var best = (chain: plain, rating: Rating(events: -1, known: -1, depth: 0))
        var candidates = 0
        explore(first, plain, 0, &best, &candidates)
        if let documents, !documents.isCertain { explore(documents.records, document, 0, &best, &candidates) }
        return best.chain
    }

    // MARK: - Candidates

    /// Rates `records` as they are, then inside each envelope that most of them have.
    private func explore(
        _ records: RecordBlock,
        _ chain: EnvelopeChain,
        _ depth: Int,
        _ best: inout (chain: EnvelopeChain, rating: Rating),
        _ candidates: inout Int
    ) {
        let rating = rate(records, depth)
        if rating.isBetter(than: best.rating) { best = (chain, rating) }
        candidates += 1
        guard depth < Self.depthMax, candidates < 24, !records.lines.isEmpty else { return }
        for envelope in catalog.envelopes {
            let layer = LineEnvelope(envelope, time: Self.anyDay, recordBytesMax: Self.recordBytesMax)
            let inside = RecordBlock()
            layer.unwrap(records, into: inside)
            layer.finish(into: inside)
            guard layer.unwrapped * 2 > records.lines.count else { continue }
            var longer = chain
            longer.envelopes.append(envelope)
            explore(inside, longer, depth + 1, &best, &candidates)
        }
        guard !chain.envelopes.isEmpty else { return }
        let splitter = DocumentSplitter(members: catalog.members, recordBytesMax: Self.recordBytesMax)
        let inside = RecordBlock()
        splitter.unwrap(records, into: inside)
        var longer = chain
        longer.holdsDocuments = true
        // Taking documents apart that hold one record each gains nothing.
        let inner = rate(inside, depth)
        if inner.isBetter(than: best.rating) { best = (longer, inner) }
    }

    private static var anyDay: TimeSettings {
        var time = TimeSettings()
        time.date = 0
        return time
    }

    private func rate(_ records: RecordBlock, _ depth: Int) -> Rating {
        guess.reset()
        guess.add(RecordBatch(records, endOffset: 0, endCRC64: 0, isUnfinished: false))
        let first = guess.scores.first
        return Rating(events: first?.events ?? 0, known: first?.ignored ?? 0, depth: depth)
    }

    /// The first whole lines.
    private static func lines(_ beginning: ByteBlock) -> RecordBlock {
        let result = RecordBlock()
        let text = beginning.padded
        var index = 0
        var number: Int64 = 1
        while index < min(beginning.count, bytesMax), result.lines.count < recordsMax {
            let end = min(ByteScan.next(0x0A, text, index), beginning.count)
            var stop = end
            if stop > index, text.byte(at: stop - 1) == 0x0D { stop -= 1 }
            result.add(
                text.extracting(index..<stop),
                RecordOrigin(lineNumber: number, byteOffset: Int64(index))
            )
            index = end + 1
            number += 1
        }
        return result
    }

    /// The first records of JSON documents; certain when their lines are no records of their own.
    private func documents(_ beginning: ByteBlock) -> (records: RecordBlock, isCertain: Bool)? {
        let text = beginning.padded
        var index = 0
        while index < beginning.count, [0x20, 0x09, 0x0A, 0x0D].contains(text.byte(at: index)) { index += 1 }
        guard index < beginning.count else { return nil }
        let first = text.byte(at: index)
        let splitter = DocumentSplitter(members: catalog.members, recordBytesMax: Self.recordBytesMax)
        let records = RecordBlock()
        if first == UInt8(ascii: "[") {
            var next = index + 1
            while next < beginning.count, [0x20, 0x09, 0x0A, 0x0D].contains(text.byte(at: next)) { next += 1 }
            // Text lines begin with a bracket, too, but not with one before a brace.
            let opens = text.byte(at: next)
            guard opens == UInt8(ascii: "{") || opens == UInt8(ascii: "]") || opens == UInt8(ascii: "[") else {
                return nil
            }
            splitter.feed(text, 0, min(beginning.count, Self.bytesMax), offset: 0, into: records)
            return (records, true)
        }
        guard first == UInt8(ascii: "{") else { return nil }
        let lineEnd = min(ByteScan.next(0x0A, text, index), beginning.count)
        splitter.feed(text, 0, lineEnd, offset: 0, into: records)
        // The first line ends inside an object: it is written over several, unless its strings are broken.
        let isInside = splitter.isInsideObject && lineEnd < beginning.count
        splitter.feed(text, lineEnd, min(beginning.count, Self.bytesMax), offset: Int64(lineEnd), into: records)
        if isInside { return (records, !records.lines.isEmpty && Self.isSpread(records)) }
        return splitter.hasUnwrapped ? (records, lineEnd == beginning.count) : nil
    }

    /// Whether the first record is a whole object.
    private static func isSpread(_ records: RecordBlock) -> Bool {
        guard let first = records.lines.first else { return false }
        let block = records.block
        block.pad()
        var end = Int(first.start)
        let fault = JSONScanner.skipContainer(block.padded, &end, Int(first.start + first.count))
        return fault == nil && end == Int(first.start + first.count)
    }
}
