// A row shows each value from its own buffer, and as text for people.

import FieldRows
import Testing

@Suite struct FieldRowTests {
    static let line = Array("{\"a\":\"line text\"}".utf8)
    static let arena = Array("arena text".utf8)
    static let scratch = Array("scratch \u{FC}ml\u{E4}ut".utf8) + [0xFF, 0x41]
    static let prints: [UInt8] = Array(0...15) + Array(240...255)

    /// Shows a row with `slices` to `body`.
    private func withRow<Result>(_ slices: [FieldSlice], _ body: (borrowing FieldRow) -> Result) -> Result {
        let (line, arena, scratch, prints) = (Self.line, Self.arena, Self.scratch, Self.prints)
        let row = FieldRow(
            line: line.span.bytes,
            arena: arena.span.bytes,
            scratch: scratch.span.bytes,
            fingerprints: prints.span.bytes,
            slices: slices.span,
            wholeLine: FieldSlice(.string, .line, offset: 0, count: line.count)
        )
        return body(row)
    }

    @Test(
        arguments: [
            (FieldSlice(.string, .line, offset: 6, count: 9), "line text"),
            (FieldSlice(.string, .line, offset: 6, count: 0), ""),
            (FieldSlice(.words, .arena, offset: 0, count: 5), "arena"),
            (FieldSlice(.number, .arena, offset: 6, count: 4), "text"),
            (FieldSlice(.boolean, .arena, offset: 6, count: 4), "text"),
            (FieldSlice(.json, .line, offset: 0, count: 17), "{\"a\":\"line text\"}"),
            (FieldSlice(.string, .scratch, offset: 8, count: 10), "\u{FC}ml\u{E4}ut\u{FFFD}A"),
            (FieldSlice(.fingerprint, .fingerprints, offset: 0, count: 16), "000102030405060708090a0b0c0d0e0f"),
            (FieldSlice(.fingerprint, .fingerprints, offset: 16, count: 16), "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"),
            (FieldSlice.missing, nil),
            (FieldSlice.null, nil),
            (FieldSlice(.null, .line, offset: 6, count: 4), nil),
        ] as [(FieldSlice, String?)]
    )
    func textOfEachKind(_ slice: FieldSlice, _ expected: String?) {
        let text = withRow([slice]) { row in row.text(row[0]) }
        #expect(text == expected)
    }

    @Test func bytesComeFromTheSliceRegion() {
        let slices = [FieldSlice.Region.line, .arena, .scratch, .fingerprints].map {
            FieldSlice(.string, $0, offset: 1, count: 3)
        }
        let bytes = withRow(slices) { row in (0..<4).map { row.bytes(row[$0]).array } }
        let expected = [Self.line, Self.arena, Self.scratch, Self.prints].map { Array($0[1..<4]) }
        #expect(bytes == expected)
    }

    @Test func columnsBehindTheLastAreMissing() {
        let slices = [FieldSlice(.string, .line, offset: 0, count: 1)]
        let (first, second) = withRow(slices) { row in (row[0], row[1]) }
        #expect(first == slices[0])
        #expect(second == .missing)
    }

    @Test func wholeLineIsTheLine() {
        let text = withRow([]) { row in row.text(row.wholeLine) }
        #expect(text == "{\"a\":\"line text\"}")
    }

    @Test func readingBehindABufferStops() async {
        await #expect(processExitsWith: .failure) {
            let bytes: [UInt8] = [1, 2, 3]
            let slices = [FieldSlice(.string, .line, offset: 1, count: 3)]
            let row = FieldRow(
                line: bytes.span.bytes,
                arena: bytes.span.bytes,
                scratch: bytes.span.bytes,
                fingerprints: bytes.span.bytes,
                slices: slices.span,
                wholeLine: .missing
            )
            _ = row.text(row[0])
        }
    }
}
