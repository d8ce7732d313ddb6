// A block grows, keeps its content and always has line feeds behind it.

import FieldRows
import Testing

/// The content of `block`, after a check that 64 line feeds follow it.
private func content(_ block: ByteBlock) -> [UInt8] {
    let padded = block.padded.array
    #expect(padded.count == block.count + ByteBlock.padding)
    #expect(padded.suffix(ByteBlock.padding).allSatisfy { $0 == 0x0A }, "the padding is not all line feeds")
    let bytes = block.bytes.array
    #expect(Array(padded.prefix(block.count)) == bytes)
    return bytes
}

@Suite struct ByteBlockTests {
    @Test func paddingIsWideEnoughForWords() {
        #expect(ByteBlock.padding == 64)
    }

    @Test(arguments: [0, 1, 63, 64, 4096]) func beginsEmpty(_ capacity: Int) {
        let block = ByteBlock(capacity: capacity)
        #expect(block.capacity == capacity)
        #expect(block.count == 0)
        #expect(content(block).isEmpty)
    }

    @Test(arguments: [0, 1, 7, 16, 1000]) func appendingGrows(_ capacity: Int) {
        let block = ByteBlock(capacity: capacity)
        var expected: [UInt8] = []
        for length in 0...70 {
            let piece = (0..<length).map { UInt8(truncatingIfNeeded: $0 + length) }
            #expect(block.append(piece.span.bytes) == expected.count)
            expected += piece
            #expect(block.count == expected.count)
            #expect(block.capacity >= block.count)
            #expect(content(block) == expected)
        }
    }

    @Test func appendingWithoutPaddingIsPaddedLater() {
        let block = ByteBlock(capacity: 0)
        var expected: [UInt8] = []
        for number in 0..<300 {
            let piece: [UInt8] = [UInt8(truncatingIfNeeded: number), 0xFF]
            #expect(block.append(withoutPadding: piece.span.bytes) == expected.count)
            block.append(byteWithoutPadding: 0x2C)
            expected += piece + [0x2C]
        }
        let bytes = block.bytes.array
        #expect(bytes == expected)
        block.pad()
        #expect(content(block) == expected)
    }

    @Test func fillingWritesBehindTheContent() {
        let block = ByteBlock(capacity: 10)
        let first: [UInt8] = [1, 2, 3]
        block.append(first.span.bytes)
        block.append { buffer in
            #expect(buffer.count == 7)
            buffer[0] = 4
            buffer[1] = 5
            buffer[2] = 99
            return 2
        }
        #expect(content(block) == [1, 2, 3, 4, 5])
        block.append { _ in 0 }
        #expect(content(block) == [1, 2, 3, 4, 5])
    }

    @Test func fillingThatFailsAddsNothing() {
        struct Refusal: Error {}
        let block = ByteBlock(capacity: 10)
        #expect(throws: Refusal.self) {
            try block.append { buffer in
                buffer[0] = 7
                throw Refusal()
            }
        }
        #expect(block.count == 0)
    }

    @Test func reservingKeepsTheContent() {
        let block = ByteBlock(capacity: 4)
        let bytes: [UInt8] = [1, 2, 3, 4]
        block.append(bytes.span.bytes)
        block.reserve(1000)
        #expect(block.capacity >= 1000)
        #expect(content(block) == bytes)
        let capacity = block.capacity
        block.reserve(10)
        #expect(block.capacity == capacity)
    }

    @Test(arguments: 0...8) func truncatingKeepsTheBeginning(_ count: Int) {
        let block = ByteBlock(capacity: 8)
        let bytes: [UInt8] = Array(1...8)
        block.append(bytes.span.bytes)
        block.truncate(to: count)
        #expect(content(block) == Array(bytes.prefix(count)))
        block.append(bytes.span.bytes)
        #expect(content(block) == bytes.prefix(count) + bytes)
    }

    @Test func wordsNearTheEndReadPadding() {
        let block = ByteBlock(capacity: 1)
        let bytes: [UInt8] = [0x41]
        block.append(bytes.span.bytes)
        let word = block.padded.word(at: 0)
        #expect(word == 0x0A0A_0A0A_0A0A_0A41)
    }

    @Test func overfillingStops() async {
        await #expect(processExitsWith: .failure) {
            let block = ByteBlock(capacity: 4)
            block.append { _ in 5 }
        }
        await #expect(processExitsWith: .failure) {
            let block = ByteBlock(capacity: 4)
            block.truncate(to: 1)
        }
    }
}
