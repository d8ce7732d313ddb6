// A first look at each input: what it is, how it begins, whether it is known already.

import AuditStore
import AuthEvents
import ByteStreams
import Crypto
import FieldRows
import LogFormats

/// What is known of an input before it is read.
struct ScoutedInput {
    let file: InputFile
    /// Position among the inputs given, from 1.
    let number: Int
    /// The formats, the one with most events first; indices of the plans.
    var sources: [Int] = []
    /// What stands around its records.
    var chain = EnvelopeChain()
    /// What its times are read by.
    var time = TimeSettings()
    /// Where the zone comes from that times without one are read by.
    var zoneSource = "assumed"
    /// The envelopes and formats in words, for the run's record.
    var formatText: String?
    var scores: [FormatGuess.Score] = []
    var compression = "plain"
    var encoding = "UTF-8"
    /// Whether its events come in no order: exports of an API, often the latest first, and what clouds deliver.
    var isUnordered = false
    /// Whether the first look has reached its end.
    var isSeenWhole = false
    /// How long a record of several lines may stay open.
    var recordSpan: Int64 = 0
    /// Earliest time among the first lines; `.min` when there is no event among them, so that it is read at once.
    var firstTime = Int64.min
    /// SHA-256 of the first line, in hexadecimal; empty for an input without a line.
    var head = ""
    /// Bytes at the beginning that an earlier run has audited for all the times this run looks at.
    var auditedBytes: Int64 = 0
    /// Parts that earlier runs have audited for some of these times only.
    var auditedParts: [AuditedPart] = []
    /// What earlier runs have read that it begins with, the longest first.
    var known: [KnownInput] = []
    /// What an earlier run has read of an input that began like it, and it does not have.
    var lost: (input: KnownInput, isShorter: Bool)?
    /// The path of another input of this run that has all of its content, or begins like it.
    var twin: (path: String, isWhole: Bool)?
    /// Where earlier runs have left the numbers of its records.
    var numbers: NumberChain?
    /// Why the input is not read.
    var skipped: (status: InputStatus, reason: String)?
    /// Standard input cannot be opened twice.
    var openReader: DecodeStage?

    /// Whether earlier runs, whose latest event is at `newest`, may have read its events by another name or in part.
    ///
    /// What the ledger knows is not read again; a log that begins behind everything is news.
    func mayRepeat(before newest: Int64) -> Bool {
        guard newest != .min, auditedBytes == 0 else { return false }
        return file.kind == .standardInput || firstTime < newest
    }
}

/// Looks at inputs.
struct InputScout {
    let options: AuditOptions
    let plans: [CompiledFormat]
    let key: FingerprintKey
    let database: AuditDatabase
    let envelopes: EnvelopeCatalog
    /// By the name of the format that somebody has named, empty for none.
    private let envelopeGuesses: [String: EnvelopeGuess]
    private let guess: FormatGuess

    init(
        options: AuditOptions,
        plans: [CompiledFormat],
        envelopes: EnvelopeCatalog,
        key: FingerprintKey,
        database: AuditDatabase
    ) {
        self.options = options
        self.plans = plans
        self.envelopes = envelopes
        self.key = key
        self.database = database
        var guesses: [String: EnvelopeGuess] = [:]
        for name in Set(options.inputs.map { $0.formatName ?? "" }) {
            let usable = name.isEmpty ? plans : plans.filter { $0.format.name == name }
            guesses[name] = EnvelopeGuess(plans: usable, envelopes: envelopes, key: key)
        }
        envelopeGuesses = guesses
        // Decoders of all formats are made only if some input does not say which is its own.
        guess = FormatGuess(plans: guesses[""] == nil ? [] : plans, key: key)
    }

    /// Bytes of a first line that identify an input.
    private static let headBytesMax = 4096

    /// Looks at the beginning of `file`.
    func scout(_ file: InputFile, number: Int) throws(AuditError) -> ScoutedInput {
        var scouted = ScoutedInput(file: file, number: number)
        var limits = options.limits
        if file.kind == .file { limits.blockBytes = min(limits.blockBytes, 1 << 16) }
        do throws(any Error) {
            var reader = try LineReader(file, limits: limits)
            scouted.compression = "\(reader.compression)"
            scouted.encoding = "\(reader.encoding)"
            let envelopeGuess = envelopeGuesses[options.formatName(of: file) ?? ""]
            scouted.chain = try envelopeGuess?.chain(&reader) ?? scouted.chain
            scouted.time = options.time(nil, in: file)
            var records = RecordReader(
                reader,
                chain: scouted.chain,
                members: envelopes.members,
                time: scouted.time
            )
            var beginning = try chooseFormats(&scouted, &records)
            guard let first = beginning.first(where: { !$0.lines.lines.isEmpty }) ?? beginning.first else {
                let damage = records.lines.damage
                scouted.skipped = (damage == nil ? .read : .damaged, damage?.reason ?? "empty")
                return scouted
            }
            scouted.head = Self.head(first.lines)
            guard let primary = scouted.sources.first else {
                scouted.skipped = (.unrecognized, "no format reads it; see 'grantaudit formats explain \(file.path)'")
                return scouted
            }
            settle(&scouted, plans[primary].format)
            if let continues = scouted.chain.continues {
                records.join(continues)
                beginning = beginning.map { $0.joined(continues) }
            }
            let decoder = decoder(scouted, TimeRange())
            let events = (beginning.map { decoder.decode($0) } + [decoder.finish()]).joined()
            let firstTime = events.flatMap { $0.events.map(\.time) }.min()
            let isKnown = !scouted.isUnordered || scouted.isSeenWhole
            scouted.firstTime = isKnown ? firstTime?.earlier(by: scouted.recordSpan) ?? .min : .min
            if file.kind == .standardInput {
                scouted.openReader = DecodeStage(
                    records,
                    self.decoder(scouted, options.range),
                    beginning: beginning,
                    unfinished: UnfinishedLine(file: file, startedAt: 0),
                    readsAhead: options.jobs > 1
                )
            } else {
                try findAudited(&scouted, scouted.formatText ?? "", limits)
            }
        } catch let error as InputError {
            scouted.skipped = (.unreadable, error.what)
        } catch let error as AuditError {
            throw error
        } catch {
            scouted.skipped = (.unreadable, "\(error)")
        }
        return scouted
    }

    /// A decoder for the formats of an input.
    private func decoder(_ scouted: ScoutedInput, _ range: TimeRange) -> RecordDecoder {
        RecordDecoder(
            scouted.sources,
            of: plans,
            key: key,
            range: range,
            time: { options.time($0.format, in: scouted.file) }
        )
    }

    /// Chooses the formats and returns the records read for it.
    private func chooseFormats(
        _ scouted: inout ScoutedInput,
        _ reader: inout RecordReader
    ) throws(InputError) -> [RecordBatch] {
        guess.reset()
        var beginning: [RecordBatch]
        if let name = options.formatName(of: scouted.file) {
            scouted.sources = plans.indices.filter { plans[$0].format.name == name }
            return try reader.next().map { [$0] } ?? []
        }
        beginning = try guess.read(&reader)
        scouted.scores = guess.scores
        guard let best = guess.best, let primary = index(of: best) else { return beginning }
        scouted.sources = [primary]
        while scouted.file.kind == .file, reader.lines.identity.byteCount < Self.companionBytesMax {
            guard let more = try reader.next() else {
                scouted.isSeenWhole = true
                break
            }
            beginning.append(more)
        }
        addCompanions(&scouted, beginning)
        return beginning
    }

    /// Bytes in which formats besides the first one are looked for.
    private static let companionBytesMax = 1 << 20
    /// Formats in one input.
    private static let formatsMax = 4

    private func index(of name: String) -> Int? { plans.firstIndex { $0.format.name == name } }

    /// Several programs may write to one file: adds formats that make events of what the ones chosen make none of, then
    /// those that know what they do not even know.
    private func addCompanions(_ scouted: inout ScoutedInput, _ beginning: [RecordBatch]) {
        var (eventless, unknown) = (beginning, beginning)
        while scouted.sources.count < Self.formatsMax, let last = scouted.sources.last {
            let format = FormatRest(plans[last], key: key)
            let rests = eventless.map(format.rest)
            eventless = rests.compactMap(\.eventless)
            unknown = unknown.compactMap { format.rest(of: $0).unknown }
            let next =
                companion(for: eventless, besides: scouted.sources) { $0.events > 0 }
                ?? companion(for: unknown, besides: scouted.sources) { $0.ignored > 0 }
            guard let next else { return }
            scouted.sources.append(next)
        }
    }

    /// The best format for `records` that is not chosen yet.
    private func companion(
        for records: [RecordBatch],
        besides chosen: [Int],
        _ isGood: (FormatGuess.Score) -> Bool
    ) -> Int? {
        guard !records.isEmpty else { return nil }
        guess.reset()
        for batch in records { guess.add(batch) }
        let best = guess.scores.first { score in
            isGood(score) && !chosen.contains { plans[$0].format.name == score.format }
        }
        return best.flatMap { index(of: $0.format) }
    }

    /// Notes what follows from the choice of format.
    private func settle(_ scouted: inout ScoutedInput, _ format: FormatFile) {
        scouted.chain.continues = format.continues
        let names = scouted.sources.map { plans[$0].format.name }
        let own = scouted.sources.count > 1 ? names.joined(separator: " + ") : names[0]
        scouted.formatText = (scouted.chain.names + [own]).joined(separator: " > ")
        scouted.isUnordered = scouted.chain.isDocument || format.traits.contains(.atLeastOnce)
        scouted.recordSpan = scouted.sources.compactMap { plans[$0].format.record?.within }.max() ?? 0
        let settings = options.time(format, in: scouted.file)
        scouted.time = settings
        if options.zone(format, in: scouted.file) != nil {
            scouted.zoneSource = "option"
        } else if settings.isZoneNamed {
            scouted.zoneSource = "format"
        }
    }

    private static func head(_ lines: LineBatch) -> String {
        guard let first = lines.lines.first(where: { $0.count > 0 }) else { return "" }
        let start = Int(first.start)
        let block = lines.block
        let bytes = block.bytes.extracting(start..<start + min(Int(first.count), headBytesMax))
        let digest = bytes.withUnsafeBytes { buffer in
            var hash = SHA256()
            hash.update(bufferPointer: buffer)
            return hash.finalize()
        }
        return String(hexadecimal: digest)
    }

    /// Finds what of the input's beginning earlier runs have read with the same format, told by content.
    private func findAudited(_ scouted: inout ScoutedInput, _ format: String, _ limits: InputLimits) throws {
        let known: [KnownInput]
        do {
            known = try database.knownInputs(headSHA256: scouted.head)
        } catch {
            throw AuditError.store(error)
        }
        for candidate in known.sorted(by: { $0.byteCount > $1.byteCount })
        where candidate.format == format && candidate.byteCount > scouted.auditedBytes {
            let range = TimeRange(since: candidate.since ?? .min, until: candidate.until ?? .max)
            guard range.overlaps(options.range) else { continue }
            let found = try beginning(scouted.file, limits, candidate.byteCount)
            guard found == candidate.crc64 else {
                // Another log may begin with the same line, but hardly at the same time.
                if candidate.firstEventAt == scouted.firstTime.later(by: scouted.recordSpan), scouted.lost == nil {
                    scouted.lost = (candidate, found == nil)
                }
                continue
            }
            scouted.known.append(candidate)
            if range.covers(options.range) {
                scouted.auditedBytes = candidate.byteCount
            } else {
                scouted.auditedParts.append(AuditedPart(byteCount: candidate.byteCount, range: range))
            }
        }
    }

    /// The checksum of the first `byteCount` bytes of `file`; `nil` if it is shorter.
    private func beginning(
        _ file: InputFile,
        _ limits: InputLimits,
        _ byteCount: Int64
    ) throws(InputError) -> UInt64? {
        var reader = try LineReader(file, limits: limits)
        return try reader.skip(byteCount: byteCount)?.crc64
    }

    /// Marks inputs whose whole content another input of this run has as well, be it as its beginning.
    func markDuplicates(_ inputs: inout [ScoutedInput]) {
        let candidates = inputs.indices.filter { inputs[$0].skipped == nil && inputs[$0].file.kind == .file }
        for places in Dictionary(grouping: candidates, by: { inputs[$0].head }).values where places.count > 1 {
            var kept: [(place: Int, identity: ContentIdentity)] = []
            let known = places.compactMap { place in identity(inputs[place].file).map { (place, $0) } }
            let longestFirst = known.sorted { ($1.1.byteCount, $0.0) < ($0.1.byteCount, $1.0) }
            for (place, own) in longestFirst {
                let holder = kept.first { holds($0.identity, inputs[$0.place].file, own) }
                if let holder {
                    let isSame = holder.identity.byteCount == own.byteCount
                    let path = inputs[holder.place].file.path
                    inputs[place].skipped = (.skipped, isSame ? "same content as \(path)" : "the beginning of \(path)")
                    inputs[place].twin = (path, true)
                } else {
                    let other = kept.first { inputs[$0.place].firstTime == inputs[place].firstTime }
                    if let other { inputs[place].twin = (inputs[other.place].file.path, false) }
                    kept.append((place, own))
                }
            }
        }
    }

    /// Whether `file`, which is `whole`, begins with the content `part`.
    private func holds(_ whole: ContentIdentity, _ file: InputFile, _ part: ContentIdentity) -> Bool {
        guard whole.byteCount > part.byteCount else {
            return whole.byteCount == part.byteCount && whole.crc64 == part.crc64
        }
        return (try? beginning(file, options.limits, part.byteCount)) == part.crc64
    }

    /// Reads an input as far as it can be read for its identity; `nil` when it cannot be opened.
    private func identity(_ file: InputFile) -> ContentIdentity? {
        guard var reader = try? LineReader(file, limits: options.limits) else { return nil }
        while let lines = try? reader.next() { reader.recycle(lines.block) }
        return reader.identity
    }
}
