// Bytes in chunks: all of them, once, in order, with their checksums.

import ByteStreams
import FieldRows
import Testing

@Suite struct ChunkTests {
    @Test(arguments: [16, 17, 64, 4096]) func chunksAreTheWholeText(_ blockBytes: Int) throws {
        let directory = TemporaryDirectory()
        let content = (0..<1_000).map { UInt8($0 % 251) }
        let file = directory.file("a.bin", [0x20] + content)
        var reader = try LineReader(file, limits: InputLimits(blockBytes: blockBytes))
        let beginning = try reader.beginning()
        #expect(beginning.count == min(blockBytes, 1_001))
        var found: [UInt8] = []
        var checksums: [UInt64] = []
        while let chunk = try reader.nextChunk() {
            let block = chunk.block
            #expect(chunk.byteOffset == Int64(found.count))
            checksums.append(chunk.crc64(before: block.count))
            found += block.bytes.extracting(chunk.start..<block.count).array
            reader.recycle(block)
        }
        #expect(found == [0x20] + content)
        #expect(checksums.last == reader.identity.crc64)
        #expect(reader.identity.byteCount == 1_001)
        let end = try reader.nextChunk()
        #expect(end == nil)
    }

    @Test func lookingAtTheBeginningTakesNothingAway() throws {
        let directory = TemporaryDirectory()
        let file = directory.file("a.log", Array("one\ntwo\nthree".utf8))
        var reader = try LineReader(file)
        _ = try reader.beginning()
        var count: Int64 = 0
        while let batch = try reader.next() { count += batch.lineCount }
        #expect(count == 3)
    }
}
