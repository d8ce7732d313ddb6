// Damaged lines never stop a decoder, and every one of them is accounted for.

import AuthEvents
import ByteStreams
import FieldRows
import Foundation
import LogFormats
import TestMaterial
import Testing

/// Damages lines in the ways in which logs are damaged, and in some in which they are forged.
private struct Mutator {
    var numbers: Numbers
    let lines: [[UInt8]]

    private static let hostile = Array("\"\\{}[]:,='%&?+-. \t\r\u{0}\u{1B}0u".utf8) + [0x80, 0xC3, 0xED, 0xFF]

    mutating func line() -> [UInt8] {
        var line = numbers.pick(lines)
        for _ in 0...numbers.below(4) {
            guard !line.isEmpty else { break }
            let place = numbers.below(line.count)
            switch numbers.below(8) {
            case 0: line[place] ^= 1 << UInt8(numbers.below(8))
            case 1: line[place] = numbers.pick(Self.hostile)
            case 2: line.remove(at: place)
            case 3: line.insert(numbers.pick(Self.hostile), at: place)
            case 4: line.insert(contentsOf: line[place..<min(place + numbers.below(40), line.count)], at: place)
            case 5: line.removeSubrange(place..<min(place + numbers.below(40), line.count))
            case 6: line.removeLast(line.count - place)
            default: line.insert(contentsOf: numbers.pick(lines).prefix(numbers.below(60)), at: place)
            }
        }
        return line
    }
}

/// MUTATIONS=1000000 GRANTAUDIT_CORPUS=FOLDER swift test --filter MutationTests   takes about twenty minutes;
/// without the variables it takes half a minute.
@Suite struct MutationTests {
    /// Damaged lines of one round; every format reads all of them.
    private static let perRound = 8_000
    private static let rounds: Int = {
        let wanted = ProcessInfo.processInfo.environment["MUTATIONS"].flatMap { Int($0) } ?? perRound
        return max(1, (wanted + perRound - 1) / perRound)
    }()

    /// Lines of the format files, and of captured logs where they are at hand.
    private static let originals: [[UInt8]] = {
        let samples = Formats.catalog.formats.flatMap(\.samples).map { Array($0.text.utf8) }
        return samples + (ProcessInfo.processInfo.environment["GRANTAUDIT_CORPUS"].map(beginnings) ?? [])
    }()

    private static func content(_ round: Int) -> [UInt8] {
        var mutator = Mutator(numbers: Numbers(state: 20_260_105 + UInt64(round)), lines: originals)
        return Array((0..<perRound).map { _ in mutator.line() }.joined(separator: [0x0A]))
    }

    private static let firstContent = content(0)

    @Test(.timeLimit(.minutes(10)), arguments: Formats.names)
    func everyLineIsAccountedFor(_ name: String) throws {
        try Self.check(name, Self.firstContent)
    }

    @Test(.enabled(if: rounds > 1, "MUTATIONS asks for no more"), arguments: 1..<max(2, rounds))
    func everyLineOfFurtherRoundsIsAccountedFor(_ round: Int) throws {
        let content = Self.content(round)
        for name in Formats.names { try Self.check(name, content) }
    }

    private static func check(_ name: String, _ content: [UInt8]) throws {
        let plan = try Formats.plan(name, vendor: ["details", "details.reason", "query.client_id", "message"])
        var decoder = LineDecoder(plan, key: Formats.key)
        var tally = LineTally()
        var lines: Int64 = 0
        let start = ContinuousClock.now
        try withBatches(of: content) { batch in
            let decoded = decoder.decode(batch)
            lines += batch.lineCount
            tally.add(decoded.tally)
            // Where lines hold several events, each of them counts.
            let isPlural = plan.format.shapes.contains { $0.each != nil }
            #expect(isPlural ? decoded.tally.lines >= batch.lineCount : decoded.tally.lines == batch.lineCount)
            let hasSecond = plan.format.events.contains { $0.also != nil }
            #expect(hasSecond || Int64(decoded.events.count) == decoded.tally.events)
            #expect(decoded.slices.count == decoded.events.count * plan.layout.count)
            readAll(decoded, plan)
        }
        #expect(lines >= perRound)
        #expect(tally.lines == lines)
        #expect(tally.rejectedTotal > 0)
        // A pattern that runs away on some line takes minutes; a slow machine does not.
        #expect(ContinuousClock.now - start < .seconds(120), "\(name) is slow")
    }

    /// The first lines of every file in `folder`.
    private static func beginnings(_ folder: String) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }.sorted() ?? []
        for name in names where !name.hasSuffix(".md") {
            guard var reader = try? LineReader(InputFile(path: folder + "/" + name)), let batch = try? reader.next()
            else { continue }
            for line in batch.lines.prefix(200) where line.count > 0 && line.count < 20_000 {
                let start = Int(line.start)
                lines.append(batch.block.bytes.extracting(start..<start + Int(line.count)).array)
            }
        }
        return lines
    }

    @Test(arguments: Formats.names) func everyLineCanBeExplained(_ name: String) throws {
        var decoder = LineDecoder(try Formats.plan(name), key: Formats.key)
        let part = Self.firstContent.prefix(60_000)
        try withBatches(of: Array(part)) { batch in
            for index in batch.lines.indices {
                let explanation = decoder.explain(RecordBatch(batch), line: index)
                #expect((explanation.fate == nil) == (explanation.time != nil))
                #expect(explanation.fate == nil || explanation.fields.isEmpty)
            }
        }
    }

    /// Looks at every value, so that one which lies outside its buffer or line would be noticed.
    static func readAll(_ decoded: EventBatch, _ plan: CompiledFormat) {
        let empty = ByteBlock(capacity: 0)
        var strays = 0
        for index in decoded.events.indices {
            let event = decoded.events[index]
            let line = Int(event.lineStart)..<Int(event.lineStart + event.lineCount)
            strays += decoded.withRow(index, scratch: empty) { row in
                var strays = 0
                for column in 0..<plan.layout.count where row[column].hasValue {
                    let slice = row[column]
                    let end = slice.offset + slice.count
                    if row.bytes(slice).byteCount != slice.count { strays += 1 }
                    let isInside = slice.offset >= line.lowerBound && end <= line.upperBound
                    if slice.region == .line, !isInside { strays += 1 }
                }
                return strays
            }
        }
        #expect(strays == 0, "\(plan.format.name): values from outside their line")
    }
}
