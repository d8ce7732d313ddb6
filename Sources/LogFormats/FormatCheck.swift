// Runs the sample lines inside a format file.

import AuthEvents
import ByteStreams
import FieldRows

/// The result of `formats test` for one format.
public struct FormatCheck {
    /// What is wrong, one sentence per failed sample, with the place in the format file.
    public private(set) var problems: [String] = []

    /// Decodes every sample with `plan` and compares.
    public init(_ plan: CompiledFormat) {
        for sample in plan.format.samples {
            let problems = Self.problems(plan, sample)
            if !problems.isEmpty {
                self.problems.append(
                    "\(plan.format.file):\(sample.line): sample failed: " + problems.joined(separator: "; ")
                )
            }
        }
    }

    private static func problems(_ plan: CompiledFormat, _ sample: FormatSample) -> [String] {
        let plans = [plan]
        let decoder = RecordDecoder(
            [0],
            of: plans,
            key: FingerprintKey(Array(repeating: 1, count: FingerprintKey.byteCount))
        )
        let records = RecordBlock()
        for (place, line) in sample.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let origin = RecordOrigin(lineNumber: Int64(place + 1), byteOffset: 0)
            records.add(Array(line.utf8).span.bytes, origin)
        }
        let lines = RecordBatch(records, endOffset: 0, endCRC64: 0, isUnfinished: false)
        let whole = plan.format.continues.map { lines.joined($0) } ?? lines
        let outcome = SampleOutcome(decoder.decode(whole) + decoder.finish(), plan.layout)
        guard let expected = sample.events else { return fateProblems(sample, outcome) }
        guard outcome.events.count == expected.count else {
            return [
                outcome.events.isEmpty
                    ? "expected an event, was \(outcome.fate)"
                    : "expected \(expected.count) events, was \(outcome.events.count)"
            ]
        }
        return expected.indices.flatMap { problems(expected[$0], outcome.events[$0]) }
    }

    private static func problems(_ expected: [String: String], _ actual: [String: String]) -> [String] {
        expected.sorted { $0.key < $1.key }.compactMap { name, value in
            actual[name] == value ? nil : "\(name) is \(actual[name].map { "'\($0)'" } ?? "missing"), not '\(value)'"
        }
    }

    private static func fateProblems(_ sample: FormatSample, _ outcome: SampleOutcome) -> [String] {
        guard let fate = sample.fate else { return ["a sample needs 'event', 'ignored' or 'rejected'"] }
        return outcome.fate == fate ? [] : ["expected '\(fate)', was '\(outcome.fate)'"]
    }
}

/// What became of the lines of a sample.
private struct SampleOutcome {
    /// The fields of each event.
    private(set) var events: [[String: String]] = []
    /// `rejected: …` or `ignored: …`; `an event` if there is one.
    let fate: String

    init(_ batches: [EventBatch], _ layout: FieldLayout) {
        var tally = LineTally()
        for batch in batches {
            tally.add(batch.tally)
            for index in batch.events.indices {
                events.append(
                    batch.withRow(index, scratch: ByteBlock(capacity: 0)) { row in
                        var fields: [String: String] = [:]
                        for (column, name) in layout.names.enumerated() { fields[name] = row.text(row[column]) }
                        return fields
                    }
                )
            }
        }
        let rejected = tally.rejected.keys.sorted().first.map { "rejected: \($0)" }
        let ignored = tally.ignored.filter { $0.value > 0 }.keys.sorted().first.map { "ignored: \($0)" }
        fate = events.isEmpty ? rejected ?? ignored ?? "nothing" : "an event"
    }
}
