// What earlier runs have found where this one looks, and what of it is gone.

import AuditStore
import AuthEvents
import ByteStreams
import FieldRows

/// The ledger of inputs as it was when the run began.
struct LedgerView {
    /// What was found last at each path.
    var latest: [String: LatestInput] = [:]
    /// What was counted of each format.
    var totals: [String: FormatTotals] = [:]

    /// What was read of each log, by its first line.
    var spans: [String: KnownSpan] = [:]

    /// Whether an earlier run has found anything.
    var isKnown: Bool { !latest.isEmpty }

    /// Whether an earlier run has read a log of the format called `name`, whatever was around it.
    func knows(format name: String) -> Bool {
        totals.contains { format, totals in
            totals.lines > 0 && format.split(separator: ">").last.map { Self.names($0).first == name } ?? false
        }
    }

    private static func names(_ text: Substring) -> [String] {
        text.split(separator: "+").map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
    }

    /// What each of `inputs`, by number, has lost of what an earlier run has read.
    func losses(_ inputs: [ScoutedInput]) -> [Int: InputLoss] {
        let present = Set(inputs.flatMap(\.known).map { Content($0) })
        let heads = Set(inputs.map(\.head))
        var losses: [Int: InputLoss] = [:]
        for input in inputs {
            if let loss = replacement(input, heads) { losses[input.number] = loss }
            guard let (known, isShorter) = input.lost, !present.contains(Content(known)) else { continue }
            // A later run has found it shorter or changed, and has told so.
            if input.known.contains(where: { $0.run > known.run }) { continue }
            losses[input.number] = InputLoss(
                change: isShorter ? .truncated : .altered,
                path: known.path,
                byteCount: known.byteCount,
                lastEventAt: known.lastEventAt
            )
        }
        return losses
    }

    /// Events of a log and of the one that takes its place may overlap by so much.
    private static let overlapMicroseconds: Int64 = 60_000_000

    /// Another log about the same time as the one that stood under this name before and is nowhere now.
    ///
    /// What rotation puts there begins later.
    private func replacement(_ input: ScoutedInput, _ heads: Set<String>) -> InputLoss? {
        guard input.known.isEmpty, input.firstTime != .min, !input.head.isEmpty,
            let head = latest[input.file.path]?.headSHA256, !heads.contains(head), let span = spans[head],
            input.firstTime.later(by: Self.overlapMicroseconds) < span.lastEventAt
        else { return nil }
        return InputLoss(
            change: .replaced,
            path: input.file.path,
            byteCount: span.byteCount,
            lastEventAt: span.lastEventAt
        )
    }

    private struct Content: Hashable {
        let byteCount: Int64
        let crc64: UInt64

        init(_ known: KnownInput) { (byteCount, crc64) = (known.byteCount, known.crc64) }
    }

    /// Inputs of the last run that are gone although older ones of their kind, which rotation would have taken first, are
    /// still there.
    func vanished(_ inputs: [ScoutedInput]) -> [LogFact] {
        guard let run = latest.values.map(\.run).max() else { return [] }
        let heads = Set(inputs.map(\.head))
        let oldest = inputs.reduce(into: [LogName: Int64]()) { oldest, input in
            guard !input.known.isEmpty, let time = input.known.compactMap(\.lastEventAt).max() else { return }
            let name = LogName(input.file.path)
            oldest[name] = min(oldest[name] ?? .max, time)
        }
        let gone = latest.values.filter { $0.run == run && $0.headSHA256.map { !heads.contains($0) } == true }
        return gone.sorted { $0.path < $1.path }.compactMap { input in
            guard let span = spans[input.headSHA256 ?? ""], let before = oldest[LogName(input.path)],
                before <= span.firstEventAt
            else { return nil }
            var fact = LogFact(.logInput, time: span.lastEventAt, input: -Int(input.id), source: input.format)
            fact.set(.input, input.path)
            fact.set(.change, LogChange.vanished.rawValue)
            fact.set(.previousBytes, span.byteCount)
            return fact
        }
    }
}

/// The name that a log and its rotated parts have in common.
struct LogName: Hashable {
    private let text: String

    /// The name of the log at `path`.
    init(_ path: String) {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let name = parts.popLast() ?? ""
        let words = name.split { ".-_".contains($0) }.filter { word in
            !["gz", "zst", "log"].contains(word) && !word.allSatisfy { $0.isNumber || $0 == "T" || $0 == "Z" }
        }
        text = (parts + [words.joined(separator: ".")]).joined(separator: "/")
    }
}
