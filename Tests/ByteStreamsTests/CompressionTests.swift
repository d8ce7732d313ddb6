// Formats are told apart by their first bytes.

import ByteStreams
import Testing

@Suite struct CompressionTests {
    private let directory = TemporaryDirectory()

    @Test(
        arguments: [
            ([], .plain), ([0x28], .plain), ([0x1F], .plain), ([0x28, 0xB5], .zstd), ([0x28, 0xB5, 0x2F], .zstd),
            ([0x28, 0xB5, 0x2F, 0xFD], .zstd), ([0x28, 0xB5, 0x2F, 0xFC], .plain), ([0x1F, 0x8B], .gzip),
            ([0x1F, 0x8C], .plain), ([0x50, 0x2A, 0x4D, 0x18], .zstd), ([0x5F, 0x2A, 0x4D, 0x18], .zstd),
            ([0x60, 0x2A, 0x4D, 0x18], .plain), ([0x28, 0x62, 0x29], .plain),
        ] as [([UInt8], Compression)]
    )
    func firstBytesDecide(head: [UInt8], expected: Compression) throws {
        // The name says nothing.
        let file = directory.file("input.gz", head)
        #expect(try LineReader(file).compression == expected)
    }

    @Test func namesAreThoseOfTheTools() {
        #expect(Compression.allCases.map(\.description) == ["zstd", "gzip", "plain"])
    }

    @Test func limitsStayWithinWhatIsPossible() {
        let limits = InputLimits(lineBytesMax: 0, zstdWindowLogMax: 99, blockBytes: -1)
        #expect(limits == InputLimits(lineBytesMax: 1, zstdWindowLogMax: 31, blockBytes: 16))
        #expect(InputLimits() == InputLimits(lineBytesMax: 1_048_576, zstdWindowLogMax: 27, blockBytes: 1_048_576))
    }
}
