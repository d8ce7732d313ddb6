// Follows all sources at once, so that it can be told which of them are silent while others are not.

import AuthEvents
import FieldRows

/// The rhythms of the sources, by the names of their formats.
struct LogRhythms {
    /// Where the latest event of a source is.
    private struct Place {
        var input = 0
        var line: Int64 = 0
        var byteOffset: Int64 = 0
    }

    private struct Source {
        var rhythm: SourceRhythm
        var place = Place()
        /// Whether the silence that lasts was told already.
        var isTold = false
    }

    private var sources: [String: Source] = [:]
    /// Names by number of the format, so that none is hashed for each batch.
    private let names: [String]
    private var live: [Source?]
    /// The run does not look at what was before this time.
    private let since: Int64

    /// No source was seen yet of the formats called `names`, by a run that looks at nothing before `since`.
    init(names: [String], since: Int64 = .min) {
        self.names = names
        self.since = since
        live = Array(repeating: nil, count: names.count)
    }

    /// Takes in events that are judged now, in the order in which they are; unusual silences become facts.
    mutating func observe(_ batch: EventBatch, _ rows: Range<Int>, input: Int, _ tell: (LogFact) -> Void) {
        let number = batch.source
        guard let first = batch.events[rows].first else { return }
        var source = live[number] ?? known(names[number]) ?? Source(rhythm: SourceRhythm(first: first.time))
        for event in batch.events[rows] {
            guard let silence = source.rhythm.observe(event.time) else { continue }
            let isTold = source.isTold
            source.isTold = false
            var fact = Self.fact(silence, time: event.time, input: input, source: names[number])
            fact.lineNumber = event.lineNumber
            fact.byteOffset = event.byteOffset
            fact.set(.isOpen, false)
            fact.set(.othersActive, isTold || othersAreActive(besides: number, silence))
            tell(fact)
        }
        if let last = batch.events[rows].last {
            if last.time >= source.rhythm.last {
                source.place = Place(input: input, line: last.lineNumber, byteOffset: last.byteOffset)
                source.isTold = false
            }
        }
        live[number] = source
    }

    /// Facts about sources that are silent at the end of what was read, while others are not.
    mutating func openSilences(_ tell: (LogFact) -> Void) {
        settle()
        for name in sources.keys { sources[name]?.rhythm.skip(to: since) }
        guard let end = sources.values.map(\.rhythm.last).max() else { return }
        for (name, source) in sources.sorted(by: { $0.key < $1.key }) where !source.isTold {
            guard let silence = source.rhythm.silence(until: end), source.place.input != 0 else { continue }
            var fact = Self.fact(silence, time: silence.start, input: source.place.input, source: name)
            fact.lineNumber = source.place.line
            fact.byteOffset = source.place.byteOffset
            fact.set(.isOpen, true)
            fact.set(.othersActive, true)
            tell(fact)
            sources[name]?.isTold = true
        }
    }

    /// Whole days over which the source called `name` has been seen, if that is not long enough yet.
    func daysSeen(_ name: String, number: Int) -> Int64? {
        guard let source = live[number] ?? sources[name] else { return 0 }
        let rhythm = source.rhythm
        return rhythm.isLearnt(by: rhythm.last) ? nil : rhythm.last.earlier(by: rhythm.first) / 86_400_000_000
    }

    private func othersAreActive(besides number: Int, _ silence: UnusualSilence) -> Bool {
        let middle = silence.start + (silence.end - silence.start) / 2
        let others = live.indices.filter { $0 != number }.compactMap { live[$0] ?? sources[names[$0]] }
        return others.contains { $0.rhythm.last >= middle }
    }

    /// What earlier runs know of a source; silent is only what this run looks at.
    private func known(_ name: String) -> Source? {
        guard var source = sources[name] else { return nil }
        source.rhythm.skip(to: since)
        return source
    }

    private mutating func settle() {
        for (number, source) in live.enumerated() {
            if let source { sources[names[number]] = source }
        }
        live = Array(repeating: nil, count: names.count)
    }

    private static func fact(_ silence: UnusualSilence, time: Int64, input: Int, source: String) -> LogFact {
        var fact = LogFact(.logGap, time: time, input: input, source: source)
        let seconds = (silence.end - silence.start) / 1_000_000
        fact.set(.silenceSeconds, seconds)
        fact.set(.usualSilenceSeconds, silence.usualSeconds)
        fact.set(.silenceFactor, Double(seconds) / Double(silence.usualSeconds))
        return fact
    }
}

extension LogRhythms {
    /// Writes all that is known; `inputID` is the number by which the database knows an input of the run.
    mutating func store(to bytes: inout ByteWriter, inputID: (Int) -> Int64) {
        settle()
        bytes.append(UInt32(sources.count))
        for (name, source) in sources.sorted(by: { $0.key < $1.key }) {
            bytes.append(counted: name.utf8)
            source.rhythm.store(to: &bytes)
            let place = source.place
            bytes.append(place.input > 0 ? -inputID(place.input) : Int64(place.input))
            bytes.append(place.line)
            bytes.append(place.byteOffset)
            bytes.append(source.isTold)
        }
    }

    /// Takes back what ``store(to:inputID:)`` has written.
    mutating func restore(from bytes: inout ByteReader) {
        for _ in 0..<bytes.nextCount(of: SourceRhythm.storedBytes) where !bytes.isBeyondEnd {
            let name = String(decoding: bytes.nextCounted(), as: UTF8.self)
            var source = Source(rhythm: SourceRhythm(from: &bytes))
            source.place.input = Int(bytes.next(Int64.self))
            source.place.line = bytes.next()
            source.place.byteOffset = bytes.next()
            source.isTold = bytes.nextFlag()
            sources[name] = source
        }
    }
}
