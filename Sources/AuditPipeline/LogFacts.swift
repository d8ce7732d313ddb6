// What a run knows about the logs themselves, handed to the rules as events of their own.

import AuditStore
import AuthEvents
import ByteStreams
import Detections
import FieldRows
import LogFormats

/// Gathers facts about logs while they are read, and has them judged once they cannot be told again.
///
/// Facts about an input are judged when it has come to its end, so that a run which dies before tells nothing that the
/// next one tells again. Silences are judged where they end: there the events before them are stored with them.
final class LogFacts {
    private let engine: DetectionEngine
    private let database: AuditDatabase
    private let options: AuditOptions
    private var rhythms: LogRhythms
    private var numbers = NumberChains()
    private var told: Set<Int> = []
    private var hasEvents = false
    /// Sources of which an input was no standard input.
    private var filed: Set<String> = []
    private var ledger = LedgerView()
    /// Inputs that an earlier run has read in part and nobody has any more.
    private var losses: [Int: InputLoss] = [:]

    init(_ engine: DetectionEngine, _ database: AuditDatabase, _ options: AuditOptions) {
        self.engine = engine
        self.database = database
        self.options = options
        rhythms = LogRhythms(names: engine.sources.map(\.name), since: options.range.since)
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
            inputs[index].numbers = numbers.chain(ofInput: inputs[index].head)
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
            if let source { numbers.follow(cursor, source).forEach { engine.judge($0) } }
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
        numbers.store(to: &bytes)
        try writer.write(StateHeader(name: Self.stateName, bytes: bytes.bytes))
    }

    private static let stateName = "log_facts"
    private static let stateVersion: UInt16 = 1

    /// What another version has written is begun anew: it is only learnt.
    private func read(_ stored: [UInt8]) {
        var bytes = ByteReader(stored)
        guard bytes.next(UInt16.self) == Self.stateVersion else { return }
        rhythms.restore(from: &bytes)
        numbers.restore(from: &bytes)
    }
}

extension LogFacts {
    /// Says what cannot be known about the logs of each source.
    private func setLimits() {
        for (number, source) in engine.sources.enumerated() {
            engine.factLimits[number] = limits(source.name, number)
        }
    }

    private func limits(_ name: String, _ number: Int) -> [LogFactLimit] {
        var limits: [LogFactLimit] = []
        func limit(_ fields: [LogField], to values: [LogChange]? = nil, _ reason: String) {
            let words = values.map { Set($0.map(\.rawValue)) }
            limits += fields.map { LogFactLimit($0, values: words, reason: reason) }
        }
        if !ledger.isKnown {
            limit(
                [.change],
                to: [.new, .duplicate, .overlapping, .damaged],
                "no earlier audit has read logs into this database, so nothing can have changed behind it"
            )
        }
        if !filed.contains(name) {
            limit([.change], to: [.new, .damaged], "standard input is not known again; name the files of \(name)")
            limit([.aheadSeconds], "standard input has no time of its last change; name the files of \(name)")
        }
        if !ledger.knows(format: name) {
            limit(
                [.previousRejectedShare, .rejectedFactor, .previousEventShare, .eventShareChange],
                "no earlier audit has read a log of \(name), with which this one could be compared"
            )
        }
        if let days = rhythms.daysSeen(name, number: number) {
            limit(
                [.silenceSeconds, .usualSilenceSeconds, .silenceFactor, .othersActive, .isOpen],
                "which silences are usual is known after "
                    + "\(SourceRhythm.learningMicroseconds / 86_400_000_000) days of events; \(name) has been seen "
                    + "for \(days)"
            )
        }
        if !numbers.sources.contains(name) {
            limit(
                [.missingNumbers, .firstMissing, .lastMissing],
                "no line of \(name) had a number (field sequence), so none can be missed"
            )
        }
        return limits
    }
}
