// Follows selectors through JSON values that were read over as a whole.

import FieldRows

/// Finds values inside the JSON text of an array or object.
///
/// The text was bracketed and quoted correctly when the scanner read over it; everything else is checked here, and
/// what makes no sense has no value.
struct JSONWalker: ~Escapable {
    /// Elements of one array that are looked at.
    static let elementsMax = 10_000

    private let text: RawSpan
    /// Where `text` lies: slices of values without escapes refer to it.
    private let region: FieldSlice.Region
    private let origin: Int
    private let arena: ByteBlock

    @_lifetime(copy text)
    init(_ text: RawSpan, region: FieldSlice.Region, origin: Int, arena: ByteBlock) {
        self.text = text
        self.region = region
        self.origin = origin
        self.arena = arena
    }

    /// The value that `steps` lead to from the value at `start`; all of them, with spaces between, if there are several.
    func find(_ steps: [SourceSelector.Step], _ start: Int) -> FieldSlice {
        var found = Found()
        follow(steps, 0, start, &found)
        guard !found.others.isEmpty else { return found.first }
        let begin = arena.count
        for (place, slice) in ([found.first] + found.others).enumerated() {
            if place > 0 { arena.append(byteWithoutPadding: 0x20) }
            for offset in 0..<slice.count {
                let byte =
                    slice.region == region && region != .arena
                    ? text.byte(at: slice.offset - origin + offset)
                    : arena.bytes.byte(at: slice.offset + offset)
                arena.append(byteWithoutPadding: byte)
            }
        }
        return FieldSlice(.words, .arena, offset: begin, count: arena.count - begin)
    }

    /// Values found; one alone, as nearly always, takes no memory of its own.
    private struct Found {
        var first = FieldSlice.missing
        var others: [FieldSlice] = []

        var count: Int { first.hasValue ? 1 + others.count : 0 }

        mutating func append(_ slice: FieldSlice) {
            if first.hasValue { others.append(slice) } else { first = slice }
        }
    }

    private func follow(_ steps: [SourceSelector.Step], _ depth: Int, _ start: Int, _ found: inout Found) {
        guard depth < steps.count else {
            let slice = value(start)
            if slice.hasValue { found.append(slice) }
            return
        }
        switch steps[depth] {
        case .key(let path):
            if let place = member(path, start) { follow(steps, depth + 1, place, &found) }
        case .index(let index):
            eachElement(start) { place, number in
                guard number == index else { return true }
                follow(steps, depth + 1, place, &found)
                return false
            }
        case .element(let path, let expected):
            eachElement(start) { place, _ in
                guard let inner = member(path, place), equals(inner, expected) else { return true }
                let before = found.count
                follow(steps, depth + 1, place, &found)
                return found.count == before
            }
        case .every:
            eachElement(start) { place, _ in
                follow(steps, depth + 1, place, &found)
                return true
            }
        }
    }

    /// Calls `body` with the place and number of each element until it returns `false`; what is no array is its own
    /// only element.
    private func eachElement(_ start: Int, _ body: (Int, Int) -> Bool) {
        guard text.byte(at: start) == UInt8(ascii: "[") else {
            _ = body(start, 0)
            return
        }
        var index = start + 1
        JSONScanner.skipSpace(text, &index)
        var number = 0
        while text.byte(at: index) != UInt8(ascii: "]"), number < Self.elementsMax {
            guard body(index, number), let end = end(of: index) else { return }
            index = end
            JSONScanner.skipSpace(text, &index)
            guard text.byte(at: index) == UInt8(ascii: ",") else { return }
            index += 1
            JSONScanner.skipSpace(text, &index)
            number += 1
        }
    }

    /// Where the value of a member is: of the whole path as one key, else of its keys one inside the other.
    ///
    /// A key that occurs twice has no value.
    private func member(_ path: SourceSelector.MemberPath, _ start: Int) -> Int? {
        if let whole = path.whole, let place = member(key: whole, start) { return place }
        var place = start
        for key in path.keys {
            guard let next = member(key: key, place) else { return nil }
            place = next
        }
        return place
    }

    private func member(key: [UInt8], _ start: Int) -> Int? {
        guard text.byte(at: start) == UInt8(ascii: "{") else { return nil }
        var found: Int?
        var index = start + 1
        JSONScanner.skipSpace(text, &index)
        while text.byte(at: index) == UInt8(ascii: "\"") {
            guard let close = JSONScanner.stringEnd(text, ByteScan.stringSpecial(text, index + 1)) else { return nil }
            let isWanted = Self.equals(text, index + 1, close, key)
            index = close + 1
            JSONScanner.skipSpace(text, &index)
            guard text.byte(at: index) == UInt8(ascii: ":") else { return nil }
            index += 1
            JSONScanner.skipSpace(text, &index)
            if isWanted {
                guard found == nil else { return nil }
                found = index
            }
            guard let end = end(of: index) else { return nil }
            index = end
            JSONScanner.skipSpace(text, &index)
            guard text.byte(at: index) == UInt8(ascii: ",") else { break }
            index += 1
            JSONScanner.skipSpace(text, &index)
        }
        return found
    }

    /// Behind the value at `start`.
    private func end(of start: Int) -> Int? {
        var index = start
        switch text.byte(at: start) {
        case UInt8(ascii: "\""):
            return JSONScanner.stringEnd(text, ByteScan.stringSpecial(text, start + 1)).map { $0 + 1 }
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            return JSONScanner.skipContainer(text, &index, text.byteCount) == nil ? index : nil
        default:
            return JSONScanner.scalar(text, &index) == nil ? nil : index
        }
    }

    private func value(_ start: Int) -> FieldSlice {
        guard let end = end(of: start) else { return .missing }
        switch text.byte(at: start) {
        case UInt8(ascii: "\""):
            let special = ByteScan.stringSpecial(text, start + 1)
            guard special != end - 1 else { return slice(.string, start + 1, end - 1) }
            return JSONText.unescape(text, start + 1, end - 1, into: arena) ?? .missing
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            return slice(.json, start, end)
        default:
            var index = start
            guard let scalar = JSONScanner.scalar(text, &index), scalar.hasValue else { return .missing }
            return slice(scalar.kind, start, end)
        }
    }

    private func slice(_ kind: FieldSlice.Kind, _ start: Int, _ end: Int) -> FieldSlice {
        FieldSlice(kind, region, offset: origin + start, count: end - start)
    }

    /// Whether the value at `start` is this text, as a string without escapes or as a number.
    private func equals(_ start: Int, _ expected: [UInt8]) -> Bool {
        guard let end = end(of: start) else { return false }
        let isString = text.byte(at: start) == UInt8(ascii: "\"")
        return Self.equals(text, isString ? start + 1 : start, isString ? end - 1 : end, expected)
    }

    private static func equals(_ text: RawSpan, _ start: Int, _ end: Int, _ expected: [UInt8]) -> Bool {
        guard end - start == expected.count else { return false }
        for index in expected.indices where text.byte(at: start + index) != expected[index] { return false }
        return true
    }
}
