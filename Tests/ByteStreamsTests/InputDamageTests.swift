// Truncated and corrupted inputs: what came before is delivered, and the damage is told.

import ByteStreams
import TestMaterial
import Testing

@Suite struct InputDamageTests {
    private let directory = TemporaryDirectory()
    private static let text = sampleText(lines: 24)

    /// A small input of several frames or members, with the lengths at which it is complete.
    struct Packed: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var parts: [[UInt8]]
        /// Whether every byte of content is covered by a checksum.
        var isChecked = true

        var bytes: [UInt8] { parts.flatMap(\.self) }
        var completeCounts: Set<Int> {
            var count = 0
            let ends = parts.map { part in
                count += part.count
                return count
            }
            return Set(ends).union([0])
        }
    }

    static let packed: [Packed] = {
        let (first, second) = (Array(text.prefix(500)), Array(text.dropFirst(500)))
        typealias Fixture = CompressedFixture
        return [
            Packed(
                testDescription: "zstd",
                parts: [
                    Fixture.zstd(first, checksum: true), Fixture.skippable([1, 2]),
                    Fixture.zstd(second, checksum: true),
                ]
            ),
            Packed(testDescription: "zstd without checksum", parts: [Fixture.zstd(text)], isChecked: false),
            Packed(testDescription: "gzip", parts: [Fixture.gzip(first), Fixture.gzipWithLongHeader(second)]),
            Packed(testDescription: "gzip stored", parts: [Fixture.gzipStored(text)]),
        ]
    }()

    @Test(arguments: packed)
    func truncationAtEveryByte(_ packed: Packed) throws {
        let original = expectedLines(Self.text).lines
        for count in 0..<packed.bytes.count where count != 1 {
            let file = directory.file("input", Array(packed.bytes.prefix(count)))
            for blockBytes in [16, 64, 1 << 16] {
                let reading = try Reading(file, InputLimits(blockBytes: blockBytes))
                if packed.completeCounts.contains(count) {
                    #expect(reading.damage == nil, "cut after \(count) bytes")
                } else {
                    let damage = try #require(reading.damage, "cut after \(count) bytes")
                    #expect(damage.reason.hasPrefix("truncated: "))
                    #expect(damage.compressedOffset <= count)
                    #expect(damage.decompressedOffset == reading.identity.byteCount)
                }
                expectPrefix(reading, of: original)
            }
        }
    }

    @Test(arguments: packed)
    func corruptionAtEveryByte(_ packed: Packed) throws {
        for index in packed.bytes.indices {
            for mask: UInt8 in [0x01, 0x10, 0x80, 0xFF] {
                var bytes = packed.bytes
                bytes[index] ^= mask
                let file = directory.file("input", bytes)
                let whole = try Reading(file)
                for blockBytes in [16, 100] {
                    let reading = try Reading(file, InputLimits(blockBytes: blockBytes))
                    #expect(reading.identity == whole.identity && reading.damage == whole.damage, "byte \(index)")
                    // A broken magic number at the very beginning leaves nothing but strange text.
                    guard packed.isChecked, reading.compression != .plain, reading.damage == nil else { continue }
                    #expect(reading.identity.crc64 == crc64(Self.text), "byte \(index) changed by \(mask)")
                }
            }
        }
    }

    @Test(arguments: [16, 4096, 1 << 20])
    func everyBlockBeforeTheDamageIsDelivered(blockBytes: Int) throws {
        let text = hexadecimalText(lines: 20_000)
        var frame = CompressedFixture.zstd(text, windowLog: 20)
        let half = frame.count / 2
        // A block header of ones is of a reserved type (RFC 8878 §3.1.1.2.2), whatever the blocks before make of it.
        for index in half..<half + 200_000 { frame[index] = 0xFF }
        let reading = try Reading(directory.file("a.zst", frame), InputLimits(blockBytes: blockBytes))
        let damage = try #require(reading.damage)
        #expect(damage.reason.hasPrefix("corrupted zstd frame: "))
        // The damaged block is lost, and so is nothing else: 128 KiB is the largest block of a frame.
        #expect(damage.decompressedOffset > text.count / 4)
        #expect(abs(damage.compressedOffset - Int64(half)) < 128 << 10)
        #expect(reading.identity.crc64 == crc64(text.prefix(Int(damage.decompressedOffset))))
        expectPrefix(reading, of: expectedLines(text).lines)
    }

    /// What a decompressor leaves behind when it fails must not depend on how its input and output were cut.
    @Test(arguments: 0..<24)
    func damageDoesNotDependOnBlocks(_ number: Int) throws {
        let text = number % 2 == 0 ? hexadecimalText(lines: 2000) : sampleText(lines: 3000)
        var bytes = number % 4 < 2 ? CompressedFixture.gzip(text) : CompressedFixture.zstd(text, checksum: true)
        for step in 1...3 { bytes[100 + (number + 1) * step * 7919 % (bytes.count - 100)] ^= UInt8(1 << (number % 8)) }
        let file = directory.file("input", bytes)
        let whole = try Reading(file)
        #expect(whole.damage != nil)
        for blockBytes in [16, 1000, 33_000, 70_000] {
            let reading = try Reading(file, InputLimits(blockBytes: blockBytes))
            #expect(reading.identity == whole.identity)
            #expect(reading.damage == whole.damage)
        }
    }

    @Test(arguments: [16, 100, 4096, 1 << 20])
    func aWrongChecksumTakesNothingAway(blockBytes: Int) throws {
        let text = sampleText(lines: 5000)
        for (packed, count) in [(CompressedFixture.zstd(text, checksum: true), 4), (CompressedFixture.gzip(text), 8)] {
            var bytes = packed
            bytes[bytes.count - count] ^= 1
            let reading = try Reading(directory.file("input", bytes), InputLimits(blockBytes: blockBytes))
            #expect(reading.damage?.reason.contains("checksum") == true)
            #expect(reading.damage?.decompressedOffset == Int64(text.count))
            #expect(reading.identity.crc64 == crc64(text))
        }
    }

    @Test func aCutLineIsMarked() throws {
        let cut = CompressedFixture.gzipStored(Array("one\ntwo three\n".utf8)).dropLast(8 + 7)
        let reading = try Reading(directory.file("a.gz", Array(cut)))
        #expect(reading.texts == ["one", "two"])
        #expect(reading.lastLineIsUnterminated)
        #expect(reading.damage?.reason == "truncated: the file ends inside a gzip member")
    }

    @Test(arguments: [
        ("zstd", CompressedFixture.zstd(text), Array("garbage".utf8)),
        ("zstd", CompressedFixture.zstd(text), [0, 0, 0, 0]),
        ("zstd", CompressedFixture.zstd(text), [0x29]),
        ("zstd", CompressedFixture.zstd(text), CompressedFixture.gzip(text)),
        ("gzip", CompressedFixture.gzip(text), Array("garbage".utf8)),
        ("gzip", CompressedFixture.gzip(text), [0x1F, 0x8C]),
        ("gzip", CompressedFixture.gzip(text), [0, 0, 0, 1]),
        ("gzip", CompressedFixture.gzip(text), CompressedFixture.zstd(text)),
    ])
    func trailingBytesAreDamage(name: String, complete: [UInt8], trailing: [UInt8]) throws {
        let part = name == "zstd" ? "frame" : "member"
        let reading = try Reading(directory.file("input", complete + trailing))
        #expect(reading.damage?.reason == "unexpected bytes after the last \(name) \(part)")
        #expect(reading.damage?.decompressedOffset == Int64(Self.text.count))
        #expect(reading.lines == expectedLines(Self.text).lines)
    }

    @Test func aWindowAboveTheLimitIsDamage() throws {
        let file = directory.file("a.zst", CompressedFixture.zstd(Self.text, windowLog: 21))
        #expect(try Reading(file, InputLimits(zstdWindowLogMax: 21)).damage == nil)
        let reading = try Reading(file, InputLimits(zstdWindowLogMax: 20))
        #expect(reading.damage?.reason == "zstd window above the limit of 1048576 bytes (2^20)")
        #expect(reading.lines.isEmpty)
    }

    @Test func theDefaultWindowLimitIs128MiB() throws {
        // A frame header without length or checksum whose window descriptor says 2^27, then 2^28 bytes.
        let accepted: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, (27 - 10) << 3, 0x01, 0x00, 0x00]
        var refused = accepted
        refused[5] = (28 - 10) << 3
        #expect(try Reading(directory.file("a", accepted)).damage == nil)
        let reason = try Reading(directory.file("b", refused)).damage?.reason
        #expect(reason == "zstd window above the limit of 134217728 bytes (2^27)")
    }

    @Test(arguments: [(2, 7, "unknown compression method 7"), (3, 0x20, "reserved flags are set")])
    func aBadGzipHeaderIsDamage(index: Int, value: UInt8, reason: String) throws {
        var bytes = CompressedFixture.gzip(Self.text)
        bytes[index] = value
        #expect(try Reading(directory.file("a", bytes)).damage?.reason == "corrupted gzip header: \(reason)")
    }

    /// All lines but the last are lines of `original`, and the last is the beginning of one.
    private func expectPrefix(_ reading: Reading, of original: [Line]) {
        #expect(reading.lines.dropLast() == original.prefix(max(0, reading.lines.count - 1)))
        guard let last = reading.lines.last, reading.lines.count <= original.count else { return }
        let whole = original[reading.lines.count - 1]
        let isBeginning = whole.bytes.starts(with: last.bytes)
        #expect(last.offset == whole.offset && isBeginning)
        #expect(reading.lastLineIsUnterminated || last == whole)
    }
}
