// Going on where an earlier reading stopped.

import ByteStreams
import TestMaterial
import Testing

@Suite struct SkipTests {
    private let directory = TemporaryDirectory()

    @Test(arguments: [16, 64, 4096])
    func goesOnBehindTheSkippedBytes(blockBytes: Int) throws {
        let content = sampleText(lines: 12, end: "\r\n")
        let limits = InputLimits(blockBytes: blockBytes)
        for (name, bytes) in [("plain", content), ("zstd", CompressedFixture.zstd(content))] {
            let file = directory.file(name, bytes)
            for count in 0...content.count {
                var reader = try LineReader(file, limits: limits)
                let prefix = try #require(try reader.skip(byteCount: Int64(count)))
                let skipped = content.prefix(count)
                let feeds = Int64(skipped.count { $0 == 0x0A })
                let expectedPrefix = SkippedPrefix(byteCount: Int64(count), crc64: crc64(skipped), lineCount: feeds)
                #expect(prefix == expectedPrefix)
                let rest = try Reading(file, limits, skip: Int64(count))
                var expected = expectedLines(Array(content.dropFirst(count))).lines.map { line in
                    Line(number: line.number + feeds, offset: line.offset + Int64(count), bytes: line.bytes)
                }
                // The end of a line that was read is no line.
                if let last = skipped.last, last != 0x0A, expected.first?.bytes == [] { expected.removeFirst() }
                #expect(rest.lines == expected, "\(name): after \(count) bytes")
                #expect(rest.identity.crc64 == crc64(content))
                #expect(rest.identity.headBytes == content)
            }
        }
    }

    @Test func aShorterInputHasNoSuchPrefix() throws {
        let content = sampleText(lines: 5)
        var reader = try LineReader(directory.file("a.log", content), limits: InputLimits(blockBytes: 16))
        #expect(try reader.skip(byteCount: Int64(content.count) + 1) == nil)
        #expect(try reader.next() == nil)
        #expect(reader.damage == nil)
        #expect(reader.identity.byteCount == content.count)
    }

    @Test func aDamagedInputHasOnlyThePrefixBeforeTheDamage() throws {
        let content = sampleText(lines: 50)
        let cut = CompressedFixture.zstd(content) + CompressedFixture.zstd(content).dropLast(3)
        let file = directory.file("a.zst", cut)
        var reader = try LineReader(file)
        #expect(try reader.skip(byteCount: Int64(content.count)) != nil)
        #expect(try reader.next() == nil)
        #expect(reader.damage != nil)
        var other = try LineReader(file)
        #expect(try other.skip(byteCount: Int64(content.count) + 1) == nil)
        #expect(other.damage != nil)
    }
}
