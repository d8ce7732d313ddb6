// UTF-16 and byte order marks.

import ByteStreams
import TestMaterial
import Testing

@Suite struct TextEncodingTests {
    private let directory = TemporaryDirectory()

    private static func utf16(_ units: some Sequence<UInt16>, _ encoding: TextEncoding) -> [UInt8] {
        ([0xFEFF] + Array(units)).flatMap { unit in
            let bytes = [UInt8(unit >> 8), UInt8(unit & 255)]
            return encoding == .utf16BigEndian ? bytes : bytes.reversed()
        }
    }

    static let encodings: [TextEncoding] = [.utf16LittleEndian, .utf16BigEndian]

    @Test(arguments: encodings)
    func utf16IsReadAsUTF8(_ encoding: TextEncoding) throws {
        let text = "plain\r\n\u{E9}\u{7FF}\u{800}\u{20AC}\u{FFFD}\n\n\u{10000}\u{1F600}\u{10FFFF}\n" + "a\u{0A0D}b\nend"
        let content = Array(text.utf8)
        let bytes = Self.utf16(text.utf16, encoding)
        let plain = try Reading(directory.file("plain", content))
        for packed in [bytes, CompressedFixture.zstd(bytes), CompressedFixture.gzip(bytes)] {
            let file = directory.file("input", packed)
            for blockBytes in 16...60 {
                let reading = try Reading(file, InputLimits(blockBytes: blockBytes))
                #expect(reading.encoding == encoding)
                #expect(reading.lines == expectedLines(content).lines)
                #expect(reading.identity == plain.identity)
                #expect(reading.damage == nil)
            }
        }
    }

    @Test(arguments: encodings)
    func longUTF16TextIsReadWhole(_ encoding: TextEncoding) throws {
        let text = String(repeating: "\u{20AC}uro and \u{1F600} \n", count: 20_000)
        let reading = try Reading(directory.file("a", Self.utf16(text.utf16, encoding)))
        #expect(reading.identity.crc64 == crc64(text.utf8))
        #expect(reading.lines.count == 20_000)
    }

    @Test(arguments: encodings)
    func unpairedSurrogatesBecomeReplacementCharacters(_ encoding: TextEncoding) throws {
        let cases: [([UInt16], String)] = [
            ([0x61, 0xD800, 0x62], "a\u{FFFD}b"),
            ([0xDC00, 0x62], "\u{FFFD}b"),
            ([0xD800, 0xD83D, 0xDE00], "\u{FFFD}\u{1F600}"),
            ([0xD800, 0x0A, 0x62], "\u{FFFD}\nb"),
            ([0x61, 0xDBFF], "a\u{FFFD}"),
        ]
        for (units, text) in cases {
            let reading = try Reading(directory.file("a", Self.utf16(units, encoding)))
            #expect(reading.texts.joined(separator: "\n") == text)
        }
    }

    @Test(arguments: encodings)
    func halfACodeUnitAtTheEndIsReplaced(_ encoding: TextEncoding) throws {
        let reading = try Reading(directory.file("a", Self.utf16("ab".utf16, encoding) + [0x63]))
        #expect(reading.texts == ["ab\u{FFFD}"])
    }

    @Test func onlyAMarkIsAnEmptyInput() throws {
        let marks: [([UInt8], TextEncoding)] = [
            ([0xEF, 0xBB, 0xBF], .utf8), ([0xFF, 0xFE], .utf16LittleEndian), ([0xFE, 0xFF], .utf16BigEndian),
        ]
        for (mark, encoding) in marks {
            let reading = try Reading(directory.file("a", mark))
            #expect(reading.encoding == encoding)
            #expect(reading.lines.isEmpty && reading.identity.byteCount == 0 && reading.damage == nil)
        }
    }

    @Test func aMarkInsideTheTextStays() throws {
        let content = Array("a\n\u{FEFF}b\n".utf8)
        #expect(try Reading(directory.file("a", content)).lines == expectedLines(content).lines)
    }

    @Test func halfAMarkIsText() throws {
        for content in [[0xEF], [0xEF, 0xBB], [0xFF], [0xFE, 0x61, 0x62]] as [[UInt8]] {
            let reading = try Reading(directory.file("a", content))
            #expect(reading.encoding == .utf8)
            #expect(reading.lines.map(\.bytes) == [content])
        }
    }
}
