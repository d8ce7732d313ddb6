// What `formats explain` says about one line of a file.

import AuthEvents
import ByteStreams
import LogFormats

/// Finds the line and the format, and puts the explanation into words.
struct FileExplanation: ~Copyable {
    private let file: InputFile
    private let number: Int64
    private let plans: [CompiledFormat]
    private let envelopes: EnvelopeCatalog
    private let formatName: String?

    /// `place` is `FILE` or `FILE:LINE`.
    init(
        _ place: String,
        plans: [CompiledFormat],
        envelopes: EnvelopeCatalog,
        formatName: String?
    ) throws {
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
        self.envelopes = envelopes
        self.formatName = formatName
    }

    /// The explanation, line by line.
    mutating func lines() throws -> [String] {
        do {
            var reader = try LineReader(file)
            // A raw line may hold secrets: fingerprints made here are of no use to anybody else.
            let key = FingerprintKey.random()
            let usable = formatName.map { name in plans.filter { $0.format.name == name } } ?? plans
            if let formatName, usable.isEmpty {
                let hint = "list them with 'grantaudit formats list'"
                throw Failure(.usage, "there is no format '\(formatName)'", hint: hint)
            }
            let chain = try EnvelopeGuess(plans: usable, envelopes: envelopes, key: key).chain(&reader)
            var records = RecordReader(reader, chain: chain, members: envelopes.members, time: time)
            let guess = FormatGuess(plans: plans, key: key)
            let beginning = try guess.read(&records)
            guard !beginning.isEmpty else { throw Failure(.usage, "\(file.path): there is no line in it") }
            var result = scores(guess)
            if !chain.names.isEmpty { result.append("envelope: " + chain.names.joined(separator: " > ")) }
            guard let name = formatName ?? guess.best, let plan = plans.first(where: { $0.format.name == name }) else {
                return result + Self.unrecognized
            }
            var waiting = beginning[...]
            while let batch = try waiting.popFirst() ?? records.next() {
                let whole = plan.format.continues.map { batch.joined($0) } ?? batch
                guard let index = whole.index(of: number) else { continue }
                return result + describe(whole, index, plan, key)
            }
            throw Failure(.usage, "\(file.path): there is no record in line \(number), or it is too long")
        } catch let error as InputError {
            throw Failure(.usage, error.description, hint: error.hint)
        }
    }

    private var time: TimeSettings {
        var settings = TimeSettings()
        settings.modified = file.modificationTime
        return settings
    }

    /// What the format makes of a record; another one's if only that makes an event of it, or only that knows it.
    private func describe(
        _ records: RecordBatch,
        _ index: Int,
        _ plan: CompiledFormat,
        _ key: FingerprintKey
    ) -> [String] {
        let others = formatName == nil ? plans.filter { $0.format.name != plan.format.name } : []
        var explanations: [LineExplanation] = []
        for plan in [plan] + others where explanations.last?.fate != nil || explanations.isEmpty {
            var decoder = LineDecoder(plan, key: key, time: time)
            explanations.append(decoder.explain(records, line: index))
        }
        let chosen =
            explanations.first { $0.fate == nil }
            ?? explanations.first { $0.fate?.hasPrefix("rejected") == false } ?? explanations[0]
        return Self.describe(chosen)
    }

    private static let unrecognized = [
        "no format reads this input, so an audit counts it as unrecognized",
        "hint: a format for it is a YAML file of ten lines: see 'Ten lines to your own' in Rules/formats/README.md,"
            + " and try it with --formats DIR",
    ]

    private func scores(_ guess: FormatGuess) -> [String] {
        let telling = guess.scores.filter { $0.events + $0.ignored > 0 }
        let others = guess.scores.count - telling.count
        return ["formats, by the first lines:"]
            + telling.map { score in
                "  \(score.format): \(score.events) events, \(score.ignored) ignored, \(score.rejected) rejected"
            } + (others > 0 ? ["  \(others) others read none of them"] : [])
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
