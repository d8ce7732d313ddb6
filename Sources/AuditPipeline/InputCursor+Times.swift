// What is wrong with the times of an input, as facts that rules can judge.

import AuditStore
import AuthEvents
import ByteStreams

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
