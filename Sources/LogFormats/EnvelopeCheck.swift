// Runs the sample lines inside an envelope file.

import ByteStreams
import FieldRows

/// The result of `formats test` for one envelope.
public struct EnvelopeCheck {
    /// What is wrong, one sentence per failed sample, with the place in the envelope file.
    public private(set) var problems: [String] = []

    /// Takes the envelope off every sample and compares.
    public init(_ compiled: CompiledEnvelope) {
        let envelope = compiled.envelope
        for sample in envelope.samples {
            let records = Self.records(compiled, sample.lines)
            guard records != sample.records else { continue }
            problems.append("\(envelope.format.file):\(sample.line): sample failed: the records are \(records)")
        }
    }

    private static func records(_ compiled: CompiledEnvelope, _ text: String) -> [String] {
        let lines = RecordBlock()
        for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let origin = RecordOrigin(lineNumber: Int64(place + 1), byteOffset: 0)
            lines.add(Array(line.utf8).span.bytes, origin)
        }
        var time = TimeSettings()
        time.date = 0
        let layer = LineEnvelope(compiled, time: time, recordBytesMax: InputLimits().lineBytesMax)
        let output = RecordBlock()
        layer.unwrap(lines, into: output)
        layer.finish(into: output)
        let block = output.block
        return output.lines.map { range in
            String(decodingUTF8: block.bytes.extracting(Int(range.start)..<Int(range.start + range.count)))
        }
    }
}
