// The same content is the same input, however it is packed.

import ByteStreams
import CIsal
import TestMaterial
import Testing

@Suite struct ContentIdentityTests {
    private let directory = TemporaryDirectory()

    /// One content in every packing that should make no difference.
    static func packings(_ content: [UInt8]) -> [String: [UInt8]] {
        let half = content.count / 2
        let (first, second) = (Array(content.prefix(half)), Array(content.dropFirst(half)))
        typealias Packed = CompressedFixture
        return [
            "plain": content,
            "plain with byte order mark": [0xEF, 0xBB, 0xBF] + content,
            "zstd": Packed.zstd(content),
            "zstd with checksum": Packed.zstd(content, checksum: true),
            "zstd without length": Packed.zstd(content, windowLog: 17),
            "zstd in two frames": Packed.zstd(first, checksum: true) + Packed.zstd(second),
            "zstd with empty frames": Packed.zstd([]) + Packed.zstd(content) + Packed.zstd([], checksum: true),
            "zstd with skippable frames": Packed.skippable([1, 2, 3]) + Packed.zstd(first)
                + Packed.skippable([], kind: 15) + Packed.zstd(second) + Packed.skippable([4], kind: 7),
            "zstd with byte order mark": Packed.zstd([0xEF, 0xBB]) + Packed.zstd([0xBF] + content),
            "gzip": Packed.gzip(content),
            "gzip stored": Packed.gzipStored(content),
            "gzip with long header": Packed.gzipWithLongHeader(content),
            "gzip in two members": Packed.gzip(first) + Packed.gzipWithLongHeader(second),
            "gzip with empty members": Packed.gzip([]) + Packed.gzip(content) + Packed.gzip([]),
            "gzip with padding": Packed.gzip(content) + [UInt8](repeating: 0, count: 700),
        ]
    }

    @Test(arguments: [0, 1, 2, 3, 40, 3000, 70_000])
    func packingMakesNoDifference(lines: Int) throws {
        let content = sampleText(lines: lines)
        let expected = expectedLines(content)
        for (name, bytes) in Self.packings(content) {
            let file = directory.file("input", bytes)
            for blockBytes in lines < 100 ? [16, 64, 1000] : [1 << 20] {
                let reading = try Reading(file, InputLimits(blockBytes: blockBytes))
                #expect(reading.damage == nil, "\(name)")
                #expect(reading.lines == expected.lines, "\(name)")
                #expect(reading.identity.byteCount == content.count, "\(name)")
                #expect(reading.identity.crc64 == crc64(content), "\(name)")
                #expect(reading.identity.headBytes == Array(content.prefix(65_536)), "\(name)")
                let isPlain = content.isEmpty ? bytes.isEmpty : false
                #expect(isPlain || name.hasPrefix(reading.compression.description), "\(name)")
            }
        }
    }

    @Test func checksumIsCRC64XZ() {
        // The check value of the catalogue of parametrised CRC algorithms for CRC-64/XZ.
        #expect(crc64(Array("123456789".utf8)) == 0x995D_C9BB_DF19_39FA)
    }

    @Test func otherContentIsAnotherIdentity() throws {
        let one = try Reading(directory.file("a", Array("a\n".utf8))).identity
        let other = try Reading(directory.file("b", Array("b\n".utf8))).identity
        #expect(one != other)
    }

    /// Frame and member headers stand on either side of a refill of the input buffer, cut at every byte.
    @Test func headersMayBeCutByTheInputBuffer() throws {
        let content = sampleText(lines: 30)
        let bufferBytes = 256 << 10
        for before in 0...64 {
            let filler = bufferBytes - before
            let skippable = CompressedFixture.skippable([UInt8](repeating: 9, count: filler - 8))
            let zstd = try Reading(directory.file("z", skippable + CompressedFixture.zstd(content, checksum: true)))
            #expect(zstd.damage == nil && zstd.identity.crc64 == crc64(content), "\(before) bytes before the refill")

            let stored = [UInt8](repeating: 0x0A, count: filler - 18 - 5 * 4)
            let member = CompressedFixture.gzipStored(stored)
            #expect(member.count == filler)
            let gzip = try Reading(directory.file("g", member + CompressedFixture.gzipWithLongHeader(content)))
            #expect(gzip.damage == nil && gzip.identity.crc64 == crc64(stored + content), "\(before) bytes before")
        }
    }
}
