// Reads a whole input the way a caller would, and the slow way to compare with.

import ByteStreams
import CIsal
import FieldRows
import Testing

/// One line with its place.
struct Line: Equatable, CustomStringConvertible {
    var number: Int64
    var offset: Int64
    var bytes: [UInt8]

    var description: String { "\(number)@\(offset) \(String(decoding: bytes, as: UTF8.self).debugDescription)" }
}

/// Everything a reader said about an input.
struct Reading: CustomStringConvertible {
    var lines: [Line] = []
    var overlong: [OverlongLine] = []
    var damage: InputDamage?
    var identity = ContentIdentity()
    var compression = Compression.plain
    var encoding = TextEncoding.utf8
    var lastLineIsUnterminated = false
    var endOffset: Int64 = 0

    /// Reads `file` to the end, after skipping `skip` bytes if given.
    init(_ file: InputFile, _ limits: InputLimits = InputLimits(), skip: Int64? = nil) throws {
        var reader = try LineReader(file, limits: limits)
        compression = reader.compression
        encoding = reader.encoding
        if let skip { endOffset = try reader.skip(byteCount: skip).map(\.byteCount) ?? 0 }
        while let batch = try reader.next() {
            add(batch)
            reader.recycle(batch.block)
        }
        #expect(try reader.next() == nil)
        damage = reader.damage
        identity = reader.identity
        #expect(endOffset == identity.byteCount || damage != nil || skip != nil)
    }

    private mutating func add(_ batch: LineBatch) {
        let block = batch.block
        let bytes = block.bytes
        #expect(!batch.lines.isEmpty || !batch.overlong.isEmpty)
        for (index, line) in batch.lines.enumerated() {
            let text = bytes.extracting(Int(line.start)..<Int(line.start + line.count)).array
            lines.append(Line(number: batch.lineNumber(index), offset: batch.byteOffset(index), bytes: text))
        }
        for long in batch.overlong {
            let last = batch.firstLineNumber + Int64(batch.lines.count) - 1
            #expect(long.lineNumber < batch.firstLineNumber || long.lineNumber > last)
        }
        #expect(batch.endOffset > endOffset)
        #expect(!lastLineIsUnterminated, "only the last batch may end without a line feed")
        overlong += batch.overlong
        endOffset = batch.endOffset
        lastLineIsUnterminated = batch.lastLineIsUnterminated
    }

    var description: String {
        let ending = damage?.description ?? "complete"
        return "\(compression), \(encoding), \(lines.count) lines, \(overlong.count) overlong, \(ending)"
    }

    /// The text of all lines.
    var texts: [String] { lines.map { String(decoding: $0.bytes, as: UTF8.self) } }
}

/// The lines of `content`, found one byte at a time.
func expectedLines(_ content: [UInt8], lineBytesMax: Int = .max) -> (lines: [Line], overlong: [OverlongLine]) {
    var lines: [Line] = []
    var overlong: [OverlongLine] = []
    var line = Line(number: 1, offset: 0, bytes: [])
    func end() {
        if line.bytes.count <= lineBytesMax { return lines.append(line) }
        let count = Int64(line.bytes.count)
        overlong.append(OverlongLine(lineNumber: line.number, byteOffset: line.offset, byteCount: count))
    }
    for (index, byte) in content.enumerated() {
        guard byte == 0x0A else {
            line.bytes.append(byte)
            continue
        }
        if line.bytes.last == 0x0D { line.bytes.removeLast() }
        end()
        line = Line(number: line.number + 1, offset: Int64(index) + 1, bytes: [])
    }
    if !line.bytes.isEmpty { end() }
    return (lines, overlong)
}

/// CRC-64 of `bytes`.
func crc64(_ bytes: some Sequence<UInt8>) -> UInt64 {
    let array = Array(bytes)
    return crc64_ecma_refl(0, array, UInt64(array.count))
}

/// Lines of many lengths, as text.
func sampleText(lines: Int, end: String = "\n", longest: Int = 97) -> [UInt8] {
    var text = ""
    for number in 0..<lines {
        let count = (number * number * 31 + number * 7) % longest
        text += String(repeating: "\(number) ", count: count / 2).prefix(count) + end
    }
    return Array(text.utf8)
}

/// Lines of digits without a pattern, so that they cannot be compressed to nothing.
func hexadecimalText(lines: Int) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    var state: UInt64 = 1
    var text: [UInt8] = []
    for _ in 0..<lines {
        for _ in 0..<4 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            for shift in stride(from: 16, to: 64, by: 4) { text.append(digits[Int(state >> UInt64(shift) & 15)]) }
        }
        text.append(0x0A)
    }
    return text
}
