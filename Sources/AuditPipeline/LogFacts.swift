// What a run knows about the logs themselves, handed to the rules as events of their own.

import AuditStore
import AuthEvents
import ByteStreams
import Detections
import FieldRows

/// Gathers facts about logs while they are read, and has them judged once they cannot be told again.
///
/// Facts about an input are judged when it has come to its end, so that a run which dies before tells nothing that the
/// next one tells again. Silences are judged where they end: there the events before them are stored with them.
final class LogFacts {
    private let engine: DetectionEngine
    private let database: AuditDatabase
    private let options: AuditOptions
    private var rhythms: LogRhythms
    private var chains: [NumberChain] = []
    private var told: Set<Int> = []
    private var hasEvents = false
    /// Sources that had a number, and those of which an input was no standard input.
    private var numbered: Set<String> = []
    private var filed: Set<String> = []
    private var ledger = LedgerView()
    /// Inputs that an earlier run has read in part and nobody has any more.
    private var losses: [Int: InputLoss] = [:]

    init(_ engine: DetectionEngine, _ database: AuditDatabase, _ options: AuditOptions) {
        self.engine = engine
        self.database = database
        self.options = options
        rhythms = LogRhythms(names: engine.sources.map(\.name))
    }

    /// Takes in what earlier runs have kept.
    func restore() throws(AuditError) {
        do throws(StoreError) {
            ledger = try database.read { reader in
                if let header = try reader.stateHeader(Self.stateName) { read(header.bytes) }
                return LedgerView(
                    latest: try reader.latestInputs(),
                    totals: try reader.formatTotals(),
                    spans: try reader.knownSpans()
                )
            }
        } catch {
            throw .store(error)
        }
    }

    /// Compares the inputs, as they were found, with what earlier runs have found.
    func begin(_ inputs: inout [ScoutedInput]) {
        for index in inputs.indices where inputs[index].auditedBytes > 0 {
            inputs[index].numbers = chains.first { $0.head == inputs[index].head }
        }
        losses = ledger.losses(inputs)
    }

    /// Takes in events that are judged now.
    func observe(_ batch: EventBatch, _ rows: Range<Int>, _ input: ScoutedInput) {
        hasEvents = true
        rhythms.observe(batch, rows, input: input.number) { engine.judge($0) }
    }

    /// Judges what is known of inputs that have come to their end and were not judged yet.
    func judge(_ finished: [InputCursor]) {
        for cursor in finished.sorted(by: Self.precedes) where told.insert(cursor.scouted.number).inserted {
            let scouted = cursor.scouted
            let record = cursor.record()
            let source = cursor.scouted.sources.first.map { engine.sources[$0].name }
            for fact in InputFacts(scouted, record, ledger, losses[scouted.number], source).all { engine.judge(fact) }
            for fact in cursor.timeFacts(source) { engine.judge(fact) }
            follow(cursor, source)
            if let source, scouted.file.kind == .file { filed.insert(source) }
        }
    }

    /// Judges what is left at the end of the run.
    func judgeRest(_ inputs: [ScoutedInput]) {
        for input in inputs where input.skipped != nil && told.insert(input.number).inserted {
            var record = InputRecord(number: input.number, path: input.file.path, status: .skipped)
            if let (status, reason) = input.skipped { (record.status, record.reason) = (status, reason) }
            let source = input.sources.first.map { engine.sources[$0].name }
            for fact in InputFacts(input, record, ledger, nil, source).all { engine.judge(fact) }
        }
        for fact in ledger.vanished(inputs) { engine.judge(fact) }
        if hasEvents { rhythms.openSilences { engine.judge($0) } }
        setLimits()
    }

    /// In the order of their events; equal ones in the order given.
    private static func precedes(_ left: InputCursor, _ right: InputCursor) -> Bool {
        let (first, second) = (left.queue.oldest ?? .max, right.queue.oldest ?? .max)
        return (first, left.scouted.head, left.scouted.number) < (second, right.scouted.head, right.scouted.number)
    }

    /// Writes what the next run has to know.
    func write(to writer: StateWriter) throws {
        var bytes = ByteWriter()
        bytes.append(Self.stateVersion)
        rhythms.store(to: &bytes) { writer.inputID($0) }
        bytes.append(UInt32(chains.count))
        for chain in chains { chain.store(to: &bytes) }
        try writer.write(StateHeader(name: Self.stateName, bytes: bytes.bytes))
    }

    private static let stateName = "log_facts"
    private static let stateVersion: UInt16 = 1

    /// What another version has written is begun anew: it is only learnt.
    private func read(_ stored: [UInt8]) {
        var bytes = ByteReader(stored)
        guard bytes.next(UInt16.self) == Self.stateVersion else { return }
        rhythms.restore(from: &bytes)
        for _ in 0..<bytes.nextCount(of: NumberChain.storedBytesMin) where !bytes.isBeyondEnd {
            chains.append(NumberChain(from: &bytes))
        }
    }
}

extension LogFacts {
    /// Writers whose numbers are followed from input to input.
    private static let chainsMax = 64

    /// Judges numbers that are missing in an input, or between it and the one before it.
    private func follow(_ cursor: InputCursor, _ source: String?) {
        let (scouted, numbers) = (cursor.scouted, cursor.numbers)
        guard let source, let chain = numbers.chain(head: scouted.head, source: source) else { return }
        numbered.insert(source)
        var missing = numbers.missing
        let others = chains.indices.filter { chains[$0].source == source && chains[$0].head != scouted.head }
        if let beginning = numbers.beginning {
            if let before = others.first(where: { chains[$0].isFollowed(by: beginning.number) }) {
                chains.remove(at: before)
            } else if others.count == 1, chains[others[0]].time <= beginning.time,
                beginning.number - beginning.line >= chains[others[0]].next
            {
                // One writer, one log after the other: what lies between was in a log that nobody has given.
                let first = chains[others[0]].next
                let last = beginning.number - beginning.line
                missing.insert(
                    MissingNumbers(
                        first: first,
                        last: last,
                        count: last - first + 1,
                        line: beginning.line,
                        byteOffset: beginning.byteOffset,
                        time: beginning.time
                    ),
                    at: 0
                )
                chains.remove(at: others[0])
            }
        }
        chains.removeAll { $0.head == scouted.head }
        chains.append(chain)
        chains.sort { ($0.time, $0.head) < ($1.time, $1.head) }
        if chains.count > Self.chainsMax { chains.removeFirst(chains.count - Self.chainsMax) }
        for gap in missing {
            var fact = LogFact(.logGap, time: gap.time, input: scouted.number, source: source)
            fact.lineNumber = gap.line
            fact.byteOffset = gap.byteOffset
            fact.set(.input, scouted.file.path)
            fact.set(.missingNumbers, gap.count)
            fact.set(.firstMissing, gap.first)
            fact.set(.lastMissing, gap.last)
            engine.judge(fact)
        }
    }

    /// Says what cannot be known about the logs of each source.
    private func setLimits() {
        for (number, source) in engine.sources.enumerated() {
            var limits: [LogFactLimit] = []
            if !ledger.isKnown {
                let values = Set([LogChange.new, .duplicate, .overlapping, .damaged].map(\.rawValue))
                limits.append(
                    LogFactLimit(
                        .change,
                        values: values,
                        reason:
                            "no earlier audit has read logs into this database, so nothing can have changed behind it"
                    )
                )
            }
            if !filed.contains(source.name) {
                limits.append(
                    LogFactLimit(
                        .change,
                        values: [LogChange.new.rawValue, LogChange.damaged.rawValue],
                        reason: "standard input is not known again; name the files of \(source.name)"
                    )
                )
                limits.append(
                    LogFactLimit(
                        .aheadSeconds,
                        reason: "standard input has no time of its last change; name the files of \(source.name)"
                    )
                )
            }
            if !ledger.knows(format: source.name) {
                for field in [LogField.previousRejectedShare, .rejectedFactor, .previousEventShare, .eventShareChange] {
                    limits.append(
                        LogFactLimit(
                            field,
                            reason:
                                "no earlier audit has read a log of \(source.name), with which this one could be compared"
                        )
                    )
                }
            }
            if let days = rhythms.daysSeen(source.name, number: number) {
                let needed = SourceRhythm.learningMicroseconds / 86_400_000_000
                let seen = LogFact.Value.decimal((days * 10).rounded(.down) / 10).text.prefix { $0 != "." }
                for field in [LogField.silenceSeconds, .usualSilenceSeconds, .silenceFactor, .othersActive, .isOpen] {
                    limits.append(
                        LogFactLimit(
                            field,
                            reason: "which silences are usual is known after \(needed) days of events; "
                                + "\(source.name) has been seen for \(seen)"
                        )
                    )
                }
            }
            if !numbered.contains(source.name) {
                for field in [LogField.missingNumbers, .firstMissing, .lastMissing] {
                    limits.append(
                        LogFactLimit(
                            field,
                            reason: "no line of \(source.name) had a number (field sequence), so none can be missed"
                        )
                    )
                }
            }
            engine.factLimits[number] = limits
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

extension InputCursor {
    /// What is wrong with the times of the input.
    func timeFacts(_ source: String?) -> [LogFact] {
        func fact(_ wrong: TimeWatch.Wrong, _ seconds: LogField, _ events: LogField) -> LogFact? {
            guard wrong.events > 0 else { return nil }
            var fact = LogFact(.logTime, time: wrong.time, input: scouted.number, source: source)
            fact.lineNumber = wrong.line
            fact.byteOffset = wrong.byteOffset
            fact.set(.input, scouted.file.path)
            fact.set(.zoneSource, record().zoneSource ?? "explicit")
            fact.set(seconds, wrong.most / 1_000_000)
            fact.set(events, wrong.events)
            return fact
        }
        return [
            fact(times.backward, .backwardSeconds, .backwardEvents), fact(times.ahead, .aheadSeconds, .aheadEvents),
        ]
        .compactMap { $0 }
    }
}
