// What has become of one input, as a fact that rules can judge.

import AuditStore
import AuthEvents
import ByteStreams
import Detections
import FieldRows

/// Something that an earlier run has read and that is not there any more.
struct InputLoss {
    let change: LogChange
    /// The path it had then.
    let path: String
    /// Decompressed bytes that were read.
    let byteCount: Int64
    /// Time of the latest event among them.
    let lastEventAt: Int64?
}

/// The facts about an input that this run has looked at.
struct InputFacts {
    private let scouted: ScoutedInput
    private let record: InputRecord
    private let ledger: LedgerView
    private let loss: InputLoss?
    private let source: String?

    init(
        _ scouted: ScoutedInput,
        _ record: InputRecord,
        _ ledger: LedgerView,
        _ loss: InputLoss?,
        _ source: String?
    ) {
        self.scouted = scouted
        self.record = record
        self.ledger = ledger
        self.loss = loss
        self.source = source
    }

    /// What is new about it; nothing if an earlier run has found it so already.
    var all: [LogFact] {
        changes.map { change in
            var fact = LogFact(.logInput, time: time(change), input: scouted.number, source: source)
            fact.set(.input, scouted.file.path)
            fact.set(.change, change.rawValue)
            fact.set(.bytes, record.byteCount)
            if change == .damaged || change == .truncated, scouted.auditedBytes == 0, record.lines > 0 {
                // Behind its last line something is missing.
                fact.lineNumber = record.lines
            }
            switch change {
            case .truncated, .altered, .replaced, .vanished:
                if let loss {
                    fact.set(.previousBytes, loss.byteCount)
                    fact.set(.otherInput, loss.path)
                }
            case .duplicate, .overlapping: if let twin = scouted.twin { fact.set(.otherInput, twin.path) }
            case .renamed: if let known = scouted.known.first { fact.set(.otherInput, known.path) }
            case .damaged: fact.set(.damage, record.reason ?? record.status.rawValue)
            case .appended: fact.set(.previousBytes, scouted.auditedBytes)
            case .new: break
            }
            if change == changes.first { count(&fact) }
            return fact
        }
    }

    private var changes: [LogChange] {
        var changes: [LogChange] = []
        let latest = ledger.latest[scouted.file.path]
        let wasSeen = latest?.headSHA256 != nil && latest?.headSHA256 == scouted.head
        if let loss { changes.append(loss.change) }
        if let twin = scouted.twin {
            let wasTold = wasSeen && (twin.isWhole ? latest?.status == .skipped : record.lines == 0)
            if !wasTold { changes.append(twin.isWhole ? .duplicate : .overlapping) }
        }
        if record.status == .damaged, !(wasSeen && latest?.damageOffset == record.damageOffset) {
            changes.append(.damaged)
        }
        guard changes.isEmpty, record.status.wasRead || record.status == .alreadyAudited else { return changes }
        if scouted.auditedBytes > 0 {
            if record.lines > 0 { return [.appended] }
            return wasSeen || scouted.known.first?.path == scouted.file.path ? [] : [.renamed]
        }
        return record.lines > 0 ? [.new] : []
    }

    /// Where in time the change is: behind what is left of a log that has lost something.
    private func time(_ change: LogChange) -> Int64 {
        if let loss, change == loss.change, let time = loss.lastEventAt { return time }
        if let time = record.lastEventAt { return time }
        if scouted.firstTime != .min { return scouted.firstTime }
        return scouted.file.modificationTime ?? 0
    }

    /// Adds what was counted in this run, beside what earlier runs have counted.
    private func count(_ fact: inout LogFact) {
        guard record.lines > 0 else { return }
        fact.set(.lines, record.lines)
        fact.set(.events, record.events)
        fact.set(.rejected, record.rejected)
        fact.set(.duplicates, record.duplicates)
        let lines = Double(record.lines)
        let (rejected, events) = (Double(record.rejected) / lines, Double(record.events) / lines)
        fact.set(.rejectedShare, rejected)
        fact.set(.eventShare, events)
        guard let before = ledger.totals[scouted.formatText ?? ""], before.lines > 0 else { return }
        let rejectedBefore = Double(before.rejected) / Double(before.lines)
        let eventsBefore = Double(before.events) / Double(before.lines)
        fact.set(.previousRejectedShare, rejectedBefore)
        fact.set(.previousEventShare, eventsBefore)
        fact.set(.rejectedFactor, rejected / max(rejectedBefore, 0.001))
        fact.set(.eventShareChange, events - eventsBefore)
    }
}
