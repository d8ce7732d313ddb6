// What evidence keeps of an event.

import AuthEvents
import FieldRows
import Testing

@testable import Detections

@Suite struct EvidenceReaderTests {
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
