// Answers for programs.

import Foundation
import Reports

extension Console {
    /// Writes `value` as JSON, indented, with snake-case keys in a stable order.
    static func answer(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let data = try encoder.encode(value)
        try answer(TerminalText.escapedJSON(String(decoding: data, as: UTF8.self)))
    }
}
