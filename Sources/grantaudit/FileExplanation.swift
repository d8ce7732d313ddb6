// What `formats explain` says about one line of a file.

import AuthEvents
import ByteStreams
import LogFormats

/// Finds the line and the format, and puts the explanation into words.
struct FileExplanation: ~Copyable {
    private let file: InputFile
    private let number: Int64
    private let plans: [CompiledFormat]
    private let formatName: String?

    /// `place` is `FILE` or `FILE:LINE`.
    init(_ place: String, plans: [CompiledFormat], formatName: String?) throws {
        let parts = place.split(separator: ":")
        var path = place
        var number: Int64 = 1
        if parts.count > 1, let last = parts.last, let line = Int64(last) {
            path = String(place.dropLast(last.count + 1))
            number = line
        }
        guard number >= 1 else { throw Failure(.usage, "lines are counted from 1") }
        file = path == "-" ? .standardInput : InputFile(path: path)
        self.number = number
        self.plans = plans
        self.formatName = formatName
    }

    /// The explanation, line by line.
    mutating func lines() throws -> [String] {
        do {
            var reader = try LineReader(file)
            // A raw line may hold secrets: fingerprints made here are of no use to anybody else.
            let key = FingerprintKey.random()
            let guess = FormatGuess(plans: plans, key: key)
            var waiting = try guess.read(&reader)[...]
            guard var batch = waiting.popFirst() else { throw Failure(.usage, "\(file.path): there is no line in it") }
            var result = scores(guess)
            guard let name = formatName ?? guess.best else {
                return result + ["no format reads this input; see Rules/formats/README.md for how to write one"]
            }
            guard let plan = plans.first(where: { $0.format.name == name }) else {
                throw Failure(.usage, "there is no format '\(name)'", hint: "list them with 'grantaudit formats list'")
            }
            while number >= batch.firstLineNumber + Int64(batch.lines.count) {
                guard let next = try waiting.popFirst() ?? reader.next() else {
                    throw Failure(.usage, "\(file.path): there is no line \(number)")
                }
                batch = next
            }
            guard number >= batch.firstLineNumber else {
                throw Failure(.usage, "\(file.path): line \(number) is longer than the limit")
            }
            var decoder = LineDecoder(plan, key: key)
            result += Self.describe(decoder.explain(batch, line: Int(number - batch.firstLineNumber)))
            return result
        } catch let error as InputError {
            throw Failure(.usage, error.description, hint: error.hint)
        }
    }

    private func scores(_ guess: FormatGuess) -> [String] {
        ["formats, by the first lines:"]
            + guess.scores.map { score in
                "  \(score.format): \(score.events) events, \(score.ignored) ignored, \(score.rejected) rejected"
            }
    }

    private static func describe(_ explanation: LineExplanation) -> [String] {
        var result = ["format: \(explanation.format)"]
        if let shape = explanation.shape { result.append("shape: \(shape)") }
        result.append("source fields:")
        result += explanation.sourceFields.map { "  \($0.name) = \($0.value)" }
        if let fate = explanation.fate { return result + [fate] }
        result.append("event:")
        if let time = explanation.time { result.append("  time = \(time) µs since 1970") }
        return result + explanation.fields.filter { $0.name != "time" }.map { "  \($0.name) = \($0.value)" }
    }
}
