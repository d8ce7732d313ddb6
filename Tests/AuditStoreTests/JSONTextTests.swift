// JSON columns keep order and survive hostile values.

import Detections
import Foundation
import Testing

@testable import AuditStore

@Suite struct JSONTextTests {
    @Test(
        arguments: [
            [], [("b", "2"), ("a", "1")], [("", "")], [("q", "\"\\"), ("n", "a\nb\u{1}\u{0}")],
            [("r", "\u{202E}😀é")], [("x", "{\"y\":\"z\"}")],
        ] as [[(String, String)]]
    )
    func objectsComeBackInOrder(pairs: [(String, String)]) throws {
        let values = pairs.map { NamedValue(name: $0.0, value: $0.1) }
        let text = JSONText.object(values)
        #expect(JSONText.values(object: text) == values)
        #expect(!text.utf8.contains { $0 < 0x20 })
        let parsed = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        #expect(parsed == Dictionary(uniqueKeysWithValues: pairs))
    }

    @Test func escapesThatOthersWriteAreUnderstood() {
        #expect(
            JSONText.strings(in: #"["a\u0041\t", "\ud83d\ude00\/", "\b\f\r\n"]"#) == ["aA\t", "😀/", "\u{8}\u{C}\r\n"]
        )
    }
}
