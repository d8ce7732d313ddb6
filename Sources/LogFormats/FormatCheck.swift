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
        let block = ByteBlock(capacity: sample.text.utf8.count)
        block.append(Array(sample.text.utf8).span.bytes)
        var decoder = LineDecoder(plan, key: FingerprintKey(Array(repeating: 1, count: FingerprintKey.byteCount)))
        let batch = decoder.decode(LineBatch(oneLine: block))
        guard let expected = sample.events else { return fateProblems(sample, batch) }
        guard batch.events.count == expected.count else {
            let fate = batch.rejected.first.map { "rejected: \($0.reason)" } ?? "ignored: \(batch.tally.ignored.keys)"
            return [
                batch.events.isEmpty
                    ? "expected an event, was \(fate)" : "expected \(expected.count) events, was \(batch.events.count)"
            ]
        }
        return expected.indices.flatMap { problems(plan, expected[$0], batch, $0) }
    }

    private static func problems(
        _ plan: CompiledFormat,
        _ expected: [String: String],
        _ batch: EventBatch,
        _ index: Int
    ) -> [String] {
        let actual = batch.withRow(index, scratch: ByteBlock(capacity: 0)) { row in
            var fields: [String: String] = [:]
            for (column, name) in plan.layout.names.enumerated() { fields[name] = row.text(row[column]) }
            return fields
        }
        return expected.sorted { $0.key < $1.key }.compactMap { name, value in
            actual[name] == value ? nil : "\(name) is \(actual[name].map { "'\($0)'" } ?? "missing"), not '\(value)'"
        }
    }

    private static func fateProblems(_ sample: FormatSample, _ batch: EventBatch) -> [String] {
        let rejected = batch.rejected.first.map { "rejected: \($0.reason)" }
        let actual = rejected ?? batch.tally.ignored.keys.first.map { "ignored: \($0)" } ?? "an event"
        guard let fate = sample.fate else { return ["a sample needs 'event', 'ignored' or 'rejected'"] }
        return actual == fate ? [] : ["expected '\(fate)', was '\(actual)'"]
    }
}
