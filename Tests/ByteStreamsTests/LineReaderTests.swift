// Lines and their places, at every way a block can cut them.

import ByteStreams
import FieldRows
import Testing

@Suite struct LineReaderTests {
    private let directory = TemporaryDirectory()

    /// Contents that end lines in every way.
    static let contents: [String: [UInt8]] = [
        "line feeds": sampleText(lines: 12),
        "carriage returns": sampleText(lines: 12, end: "\r\n"),
        "no final line feed": Array(sampleText(lines: 11).dropLast()),
        "empty lines": Array("\n\n\na\n\r\n\r\nb\n\n".utf8),
        "lone carriage returns": Array("a\rb\r\r\n\rc\n\r".utf8),
        "one byte": Array("x".utf8),
        "one line feed": Array("\n".utf8),
        "empty": [],
        "lines as long as a block": Array((14..<20).map { String(repeating: "y", count: $0) + "\n" }.joined().utf8),
        "a long line": Array(("a\n" + String(repeating: "z", count: 300) + "\r\nb\n").utf8),
    ]

    @Test(arguments: contents.keys.sorted())
    func linesDoNotDependOnBlocks(_ name: String) throws {
        let content = try #require(Self.contents[name])
        let expected = expectedLines(content)
        let file = directory.file("a.log", content)
        for blockBytes in 16...110 {
            let reading = try Reading(file, InputLimits(blockBytes: blockBytes))
            #expect(reading.lines == expected.lines, "blocks of \(blockBytes) bytes")
            #expect(reading.damage == nil)
            #expect(reading.identity.byteCount == content.count)
            #expect(reading.identity.crc64 == crc64(content))
            #expect(reading.identity.headBytes == content)
            #expect(reading.lastLineIsUnterminated == (content.last.map { $0 != 0x0A } ?? false))
        }
    }

    @Test(arguments: [1, 5, 15, 16, 17, 30, 64])
    func overlongLinesAreReportedAndSkipped(lineBytesMax: Int) throws {
        for end in ["\n", "\r\n"] {
            let content = sampleText(lines: 40, end: end)
            let withTail = content + Array(String(repeating: "t", count: 200).utf8)
            for text in [content, withTail] {
                let expected = expectedLines(text, lineBytesMax: lineBytesMax)
                #expect(!expected.overlong.isEmpty)
                let file = directory.file("a.log", text)
                for blockBytes in [16, 17, 31, 32, 33, 64, 100, 333, 5000] {
                    let limits = InputLimits(lineBytesMax: lineBytesMax, blockBytes: blockBytes)
                    let reading = try Reading(file, limits)
                    #expect(reading.lines == expected.lines, "blocks of \(blockBytes) bytes")
                    #expect(reading.overlong == expected.overlong, "blocks of \(blockBytes) bytes")
                    #expect(reading.identity.crc64 == crc64(text))
                }
            }
        }
    }

    @Test func memoryIsBoundedByTheLineLimit() throws {
        let content = [UInt8](repeating: 0x61, count: 3 << 20) + Array("\nshort\n".utf8)
        let file = directory.file("a.log", content)
        var reader = try LineReader(file, limits: InputLimits(lineBytesMax: 10_000, blockBytes: 4096))
        var batches = 0
        while let batch = try reader.next() {
            #expect(batch.block.capacity <= 20_000)
            batches += 1
        }
        #expect(batches == 1)
    }

    @Test func batchesKnowWhatStandsBeforeTheirEnd() throws {
        let content = sampleText(lines: 60)
        let file = directory.file("a.log", content)
        var reader = try LineReader(file, limits: InputLimits(lineBytesMax: 60, blockBytes: 64))
        var ends: [Int64] = []
        while let batch = try reader.next() {
            #expect(batch.endCRC64 == crc64(content.prefix(Int(batch.endOffset))))
            #expect(content[Int(batch.endOffset) - 1] == 0x0A)
            ends.append(batch.endOffset)
        }
        #expect(ends.count > 10)
        for end in ends {
            let reading = try Reading(file, skip: end)
            let expected = expectedLines(content).lines.filter { $0.offset >= end }
            #expect(reading.lines == expected)
        }
    }

    @Test func blocksStayReadableUntilTheyAreRecycled() throws {
        let content = sampleText(lines: 30)
        var reader = try LineReader(directory.file("a.log", content), limits: InputLimits(blockBytes: 64))
        var batches: [LineBatch] = []
        while let batch = try reader.next() { batches.append(batch) }
        let texts = batches.flatMap { batch in
            let block = batch.block
            return batch.lines.map { block.bytes.extracting(Int($0.start)..<Int($0.start + $0.count)).array }
        }
        #expect(texts == expectedLines(content).lines.map(\.bytes))
    }

    @Test func anInputThatCannotBeOpenedThrows() {
        let missing = directory.path + "/a.zst"
        let expected = "\(missing): cannot open: No such file or directory"
        #expect(throws: InputError.self) { _ = try LineReader(InputFile(path: missing)) }
        do {
            _ = try LineReader(InputFile(path: missing))
        } catch {
            #expect(error.description == expected)
        }
        #expect(throws: InputError("cannot open: not a regular file", where: directory.path)) {
            _ = try LineReader(InputFile(path: directory.path))
        }
    }

    @Test func aFailedReadIsDamage() throws {
        // The first page of an address space is never mapped, so reading it is an input/output error.
        let reading = try Reading(InputFile(path: "/proc/self/mem"))
        #expect(reading.damage?.reason == "cannot read: Input/output error")
        #expect(reading.lines.isEmpty)
    }
}
