// What evidence keeps of an event.

import AuthEvents
import FieldRows
import Testing

@testable import Detections

@Suite struct EvidenceReaderTests {
    /// Most values are stored as they are without a closer look: the others have to be told from them.
    @Test(arguments: [
        "alice", "", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln", "xeyJhbGciOiJIUzI1NiJ9", "password=hunter2", "token: abc",
        "https://user:secret@example.com/", "urn:ietf:params:oauth:grant-type:jwt-bearer", "caf\u{E9}",
        "Bearer abc", "a J b", String(repeating: "x", count: 501), String(repeating: "\u{E9}", count: 300),
    ])
    func maskedValuesAreThoseThatAreTold(_ text: String) {
        let layout = FieldLayout(CanonicalField.names + ["vendor"])
        let reader = EvidenceReader(layout)
        for column in [CanonicalField.clientID.rawValue, CanonicalField.errorDescription.rawValue, layout.count - 1] {
            let bytes = Array(text.utf8)
            var slices = Array(repeating: FieldSlice.missing, count: layout.count)
            slices[column] = FieldSlice(.string, .line, offset: 0, count: bytes.count)
            let none: [UInt8] = []
            let row = FieldRow(
                line: bytes.span.bytes,
                arena: none.span.bytes,
                scratch: none.span.bytes,
                fingerprints: none.span.bytes,
                slices: slices.span,
                wholeLine: .missing
            )
            let packed = reader.pack(row)
            let masked = reader.masked(packed)
            #expect(reader.fields(masked) == reader.fields(packed))
            #expect(masked == reader.masked(masked))
            let stored = reader.fields(packed).map { Array($0.value.utf8) }
            #expect(masked.dropFirst(7).elementsEqual(stored.joined()))
        }
    }

    /// Columns whose numbers differ only beyond sixteen bits.
    @Test func columnsAreToldApartHoweverManyThereAre() {
        let layout = FieldLayout(CanonicalField.names + (0..<70_000).map { "field \($0)" })
        let columns = [100, 100 + (1 << 16)]
        let text = Array("onetwo".utf8)
        var slices = Array(repeating: FieldSlice.missing, count: layout.count)
        for (place, column) in columns.enumerated() {
            slices[column] = FieldSlice(.string, .line, offset: 3 * place, count: 3)
        }
        let reader = EvidenceReader(layout)
        let none: [UInt8] = []
        let row = FieldRow(
            line: text.span.bytes,
            arena: none.span.bytes,
            scratch: none.span.bytes,
            fingerprints: none.span.bytes,
            slices: slices.span,
            wholeLine: .missing
        )
        let packed = reader.pack(row)
        #expect(
            reader.fields(packed) == [
                NamedValue(name: layout.names[columns[0]], value: "one"),
                NamedValue(name: layout.names[columns[1]], value: "two"),
            ]
        )
    }
}
