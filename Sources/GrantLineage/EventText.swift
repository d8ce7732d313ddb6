// Reads the few texts of an event that lineage needs besides keys.

import AuthEvents
import FieldRows

extension EventBatch {
    /// Lets `body` read the first of `fields` that has text in event `index`; `nil` when none has.
    func withText<Result>(
        _ fields: (CanonicalField, CanonicalField),
        of index: Int,
        _ body: (RawSpan) -> Result
    ) -> Result? {
        if let result = withText(fields.0, of: index, body) { return result }
        return withText(fields.1, of: index, body)
    }

    /// Lets `body` read `field` of event `index`; `nil` when it has no text.
    func withText<Result>(_ field: CanonicalField, of index: Int, _ body: (RawSpan) -> Result) -> Result? {
        let slice = slices[index * columns + field.rawValue]
        switch slice.kind {
        case .words, .string, .number, .boolean: break
        case .missing, .null, .json, .fingerprint: return nil
        }
        guard slice.count > 0 else { return nil }
        let range = slice.offset..<slice.offset + slice.count
        switch slice.region {
        case .line:
            let block = block
            return body(block.bytes.extracting(range))
        case .arena:
            let arena = arena
            return body(arena.bytes.extracting(range))
        case .scratch, .fingerprints: return nil
        }
    }

    /// What `field` of event `index` says, if that is `true` or `false`.
    func flag(_ field: CanonicalField, of index: Int) -> Bool? {
        withText(field, of: index) { $0.equals("true") ? true : $0.equals("false") ? false : nil } ?? nil
    }

    /// The number that `field` of event `index` says.
    func wholeNumber(_ field: CanonicalField, of index: Int) -> Int? {
        withText(field, of: index) { $0.wholeNumber } ?? nil
    }

    /// Whether the address of event `index` is the user's own, as far as the log tells.
    func isUsersAddress(_ index: Int) -> Bool {
        withText(.ipRole, of: index) { !$0.equals("client_backend") && !$0.equals("proxy") } ?? true
    }
}

extension RawSpan {
    /// The number that the digits stand for, if there is nothing else.
    var wholeNumber: Int? {
        guard (1...18).contains(byteCount) else { return nil }
        var number = 0
        for index in 0..<byteCount {
            guard byte(at: index) &- 0x30 <= 9 else { return nil }
            number = number * 10 + Int(byte(at: index) &- 0x30)
        }
        return number
    }
}
