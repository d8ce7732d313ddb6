// The shipped formats, small formats made for one test, and what they make of lines.

import AuthEvents
import ByteStreams
import FieldRows
import Foundation
import LogFormats

/// The formats of the folder `Rules/formats`.
enum Formats {
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Rules/formats").path

    static let catalog = FormatCatalog(folders: [folder])

    static let names = catalog.formats.map(\.name)

    /// The key under which all tests make fingerprints.
    static let key = FingerprintKey(Array(0..<32))

    /// The plan of a shipped format for the canonical fields and some of the vendor's own.
    static func plan(_ name: String, vendor: [String] = []) throws -> CompiledFormat {
        guard let format = catalog[name] else { throw UnknownFormat(name: name) }
        return try plan(format, vendor: vendor)
    }

    /// The plan of a format given as YAML.
    static func plan(parsing text: String, vendor: [String] = []) throws -> CompiledFormat {
        try plan(FormatFile(parsing: text, file: "test.yml"), vendor: vendor)
    }

    static func plan(_ format: FormatFile, vendor: [String]) throws -> CompiledFormat {
        try CompiledFormat(format, layout: FieldLayout(CanonicalField.names + vendor), isDerived: { _ in false })
    }

    /// Plans of all shipped formats; to compile them for every test would take most of the tests' time.
    static func allPlans() throws -> [CompiledFormat] { try compiled.get() }

    private static let compiled = Result { try catalog.formats.map { try plan($0, vendor: []) } }
}

/// A test names a format that does not exist.
struct UnknownFormat: Error {
    let name: String
}

/// One event with its fields as text.
struct DecodedEvent {
    let event: AuthEvent
    let fields: [String: String]
    let kinds: [String: FieldSlice.Kind]
    let fingerprints: [Artefact: TokenFingerprint]

    subscript(name: String) -> String? { fields[name] }

    init(_ batch: EventBatch, _ index: Int, _ layout: FieldLayout) {
        event = batch.events[index]
        (fields, kinds) = batch.withRow(index, scratch: ByteBlock(capacity: 0)) { row in
            var fields: [String: String] = [:]
            var kinds: [String: FieldSlice.Kind] = [:]
            for (column, name) in layout.names.enumerated() where row[column].isPresent {
                fields[name] = row.text(row[column])
                kinds[name] = row[column].kind
            }
            return (fields, kinds)
        }
        var prints: [Artefact: TokenFingerprint] = [:]
        for artefact in Artefact.allCases where batch.fingerprint(artefact, of: index).isPresent {
            prints[artefact] = batch.fingerprint(artefact, of: index)
        }
        fingerprints = prints
    }
}

/// What became of some lines.
struct Decoding {
    var events: [DecodedEvent] = []
    var rejected: [RejectedLine] = []
    var tally = LineTally()
    /// Lines that the reader delivered.
    var lines: Int64 = 0

    /// What became of the only line: `event`, `rejected: …` or `ignored: …`.
    var fate: String {
        if let line = rejected.first { return "rejected: \(line.reason)" }
        if let reason = tally.ignored.keys.first { return "ignored: \(reason)" }
        return events.isEmpty ? "nothing" : "event"
    }

    mutating func add(_ batch: EventBatch, _ layout: FieldLayout) {
        for index in batch.events.indices { events.append(DecodedEvent(batch, index, layout)) }
        rejected += batch.rejected
        tally.add(batch.tally)
    }
}

/// The bytes of one line as a batch.
func lineBatch(_ line: some Collection<UInt8>) -> LineBatch {
    let bytes = Array(line)
    let block = ByteBlock(capacity: bytes.count)
    block.append(bytes.span.bytes)
    return LineBatch(oneLine: block)
}

/// Decodes one line.
func decode(_ line: String, _ plan: CompiledFormat) -> Decoding {
    var decoder = LineDecoder(plan, key: Formats.key)
    var result = Decoding()
    result.add(decoder.decode(lineBatch(line.utf8)), plan.layout)
    result.lines = 1
    return result
}

/// Decodes lines that stand behind each other in one file.
func decode(_ lines: [String], _ plan: CompiledFormat) throws -> Decoding {
    try decode(bytes: Array(lines.joined(separator: "\n").utf8), plan)
}

/// Decodes the content of a file.
func decode(bytes: [UInt8], _ plan: CompiledFormat) throws -> Decoding {
    var decoder = LineDecoder(plan, key: Formats.key)
    var result = Decoding()
    try withBatches(of: bytes) { batch in
        result.lines += batch.lineCount
        result.add(decoder.decode(batch), plan.layout)
    }
    return result
}

/// Writes `bytes` to a file and shows its lines, batch by batch.
func withBatches(of bytes: [UInt8], _ body: (LineBatch) -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "log-formats-\(UUID().uuidString).log")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    var reader = try LineReader(InputFile(path: url.path))
    while let batch = try reader.next() { body(batch) }
}
