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
    /// The format; index of the plan.
    var plan: Int?
    var scores: [FormatGuess.Score] = []
    var compression = "plain"
    var encoding = "UTF-8"
    /// Earliest time among the first lines; `.min` when there is no event among them, so that it is read at once.
    var firstTime = Int64.min
    /// SHA-256 of the first line, in hexadecimal; empty for an input without a line.
    var head = ""
    /// Bytes at the beginning that an earlier run has audited.
    var auditedBytes: Int64 = 0
    /// Why the input is not read.
    var skipped: (status: InputStatus, reason: String)?
    /// Standard input cannot be opened twice.
    var openReader: DecodeStage?
}

/// Looks at inputs.
struct InputScout {
    let options: AuditOptions
    let plans: [CompiledFormat]
    let key: FingerprintKey
    let database: AuditDatabase

    /// Bytes of a first line that identify an input.
    private static let headBytesMax = 4096

    /// Looks at the beginning of `file`.
    func scout(_ file: InputFile, number: Int) throws(AuditError) -> ScoutedInput {
        var scouted = ScoutedInput(file: file, number: number)
        var limits = options.limits
        if file.kind == .file { limits.blockBytes = min(limits.blockBytes, 1 << 16) }
        do {
            var reader = try LineReader(file, limits: limits)
            scouted.compression = "\(reader.compression)"
            scouted.encoding = "\(reader.encoding)"
            guard let lines = try reader.next() else {
                scouted.skipped = (reader.damage == nil ? .read : .damaged, reader.damage?.reason ?? "empty")
                return scouted
            }
            scouted.head = Self.head(lines)
            choosePlan(&scouted, lines)
            guard let plan = scouted.plan else {
                scouted.skipped = (.unrecognized, "no format reads it; see 'grantaudit formats explain \(file.path)'")
                return scouted
            }
            var decoder = LineDecoder(plans[plan], key: key)
            scouted.firstTime = decoder.decode(lines).events.map(\.time).min() ?? .min
            if file.kind == .standardInput {
                let decoder = LineDecoder(plans[plan], key: key, range: options.range)
                scouted.openReader = DecodeStage(reader, decoder, first: lines, readsAhead: options.jobs > 1)
            } else {
                scouted.auditedBytes = try auditedBytes(scouted, limits)
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

    private func choosePlan(_ scouted: inout ScoutedInput, _ lines: LineBatch) {
        if let name = options.formatName {
            scouted.plan = plans.firstIndex { $0.format.name == name }
            return
        }
        let guess = FormatGuess(lines, plans: plans, key: key)
        scouted.scores = guess.scores
        scouted.plan = guess.best.flatMap { best in plans.firstIndex { $0.format.name == best } }
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
        return digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    /// How much of the input's beginning an earlier run has read to its end, told by content.
    private func auditedBytes(_ scouted: ScoutedInput, _ limits: InputLimits) throws -> Int64 {
        let known: [KnownInput]
        do {
            known = try database.knownInputs(headSHA256: scouted.head)
        } catch {
            throw AuditError.store(error)
        }
        var audited: Int64 = 0
        for candidate in known.sorted(by: { $0.byteCount > $1.byteCount }) where candidate.byteCount > audited {
            var reader = try LineReader(scouted.file, limits: limits)
            guard let prefix = try reader.skip(byteCount: candidate.byteCount), prefix.crc64 == candidate.crc64 else {
                continue
            }
            audited = candidate.byteCount
        }
        return audited
    }

    /// Marks inputs whose whole content another input of this run has as well.
    func markDuplicates(_ inputs: inout [ScoutedInput]) throws(AuditError) {
        var identities: [String: [(place: Int, identity: ContentIdentity)]] = [:]
        let heads = Dictionary(grouping: inputs.indices.filter { inputs[$0].skipped == nil }) { inputs[$0].head }
        for (head, places) in heads where places.count > 1 {
            for place in places where inputs[place].file.kind == .file {
                guard let identity = identity(inputs[place].file) else { continue }
                let twin = identities[head]?.first {
                    $0.identity.byteCount == identity.byteCount && $0.identity.crc64 == identity.crc64
                }
                if let twin {
                    inputs[place].skipped = (.skipped, "same content as \(inputs[twin.place].file.path)")
                } else {
                    identities[head, default: []].append((place, identity))
                }
            }
        }
    }

    /// Reads an input to its end for its identity; `nil` when it is damaged.
    private func identity(_ file: InputFile) -> ContentIdentity? {
        guard var reader = try? LineReader(file, limits: options.limits) else { return nil }
        while let lines = try? reader.next() { reader.recycle(lines.block) }
        return reader.damage == nil ? reader.identity : nil
    }
}
