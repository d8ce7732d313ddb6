// The shipped envelopes, and the records that files hold inside them.

import AuthEvents
import ByteStreams
import FieldRows
import Foundation
import LogFormats
import TestMaterial

/// The envelopes of the folder `Rules/formats/envelopes`.
enum Envelopes {
    static let catalog = EnvelopeCatalog(folders: [Formats.folder])

    static func named(_ names: String...) -> [CompiledEnvelope] {
        names.compactMap { name in catalog.envelopes.first { $0.envelope.name == name } }
    }

    /// A chain of shipped envelopes.
    static func chain(_ envelopes: [CompiledEnvelope] = [], isDocument: Bool = false) -> EnvelopeChain {
        var chain = EnvelopeChain()
        chain.envelopes = envelopes
        chain.isDocument = isDocument
        return chain
    }
}

/// A record with its place.
struct FoundRecord: Equatable, CustomDebugStringConvertible {
    let text: String
    let line: Int64
    let offset: Int64

    var debugDescription: String { "\(line):\(offset):\(text)" }
}

/// What a file's envelopes hold.
struct FoundRecords: Equatable {
    var records: [FoundRecord] = []
    var ignored: [String: Int64] = [:]
    var rejected: [String: Int64] = [:]
    var overlong: [Int64] = []
    var extent: Int64 = 0

    var texts: [String] { records.map(\.text) }

    /// Reads a file that holds `bytes`; the chain is told by content if none is given.
    init(
        _ bytes: [UInt8],
        _ chain: EnvelopeChain,
        blockBytes: Int = 1 << 16,
        lineBytesMax: Int = 1 << 16,
        skipped: Int64 = 0
    ) throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "envelopes-\(UUID().uuidString).log")
        try Data(bytes).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        let limits = InputLimits(lineBytesMax: lineBytesMax, blockBytes: blockBytes)
        let lines = try LineReader(InputFile(path: url.path), limits: limits)
        var reader = RecordReader(lines, chain: chain, members: Envelopes.catalog.members, skipped: skipped)
        while let batch = try reader.next() {
            let block = batch.lines.block
            for (index, range) in batch.lines.lines.enumerated() {
                let text = block.bytes.extracting(Int(range.start)..<Int(range.start + range.count))
                records.append(
                    FoundRecord(
                        text: String(decodingUTF8: text),
                        line: batch.lineNumber(index),
                        offset: batch.origins.isEmpty ? batch.lines.byteOffset(index) : batch.origins[index].byteOffset
                    )
                )
            }
            overlong += batch.lines.overlong.map(\.lineNumber)
            ignored.merge(batch.tally.ignored, uniquingKeysWith: +)
            rejected.merge(batch.tally.rejected, uniquingKeysWith: +)
            reader.recycle(block)
        }
        extent = reader.extent.byteCount
    }

    init(_ text: String, _ chain: EnvelopeChain, blockBytes: Int = 1 << 16, skipped: Int64 = 0) throws {
        try self.init(Array(text.utf8), chain, blockBytes: blockBytes, skipped: skipped)
    }
}

/// The chain that the content of a file tells.
func guessedChain(_ bytes: [UInt8]) throws -> EnvelopeChain {
    let url = FileManager.default.temporaryDirectory.appending(path: "envelopes-\(UUID().uuidString).log")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    let guess = EnvelopeGuess(plans: try Formats.allPlans(), envelopes: Envelopes.catalog, key: Formats.key)
    var reader = try LineReader(InputFile(path: url.path))
    return try guess.chain(&reader)
}
