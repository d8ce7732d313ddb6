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
    private let plan: DecodingTables

    @_lifetime(copy text)
    init(_ text: RawSpan, region: FieldSlice.Region, origin: Int, _ arena: ByteBlock, _ plan: DecodingTables) {
        self.text = text
        self.region = region
        self.origin = origin
        self.arena = arena
        self.plan = plan
    }

    /// The value that `steps` lead to from the value at `start`.
    ///
    /// Several are an array if the steps lead through arrays, as a rule's path may, else words with spaces between.
    func find(_ steps: CompiledFormat.Part, _ start: Int) -> FieldSlice {
        var found = Found()
        follow(steps, start, &found)
        guard let first = found.first else { return .missing }
        guard !found.others.isEmpty else { return value(first) }
        let places = [first] + found.others
        if case .through = plan.steps[Int(steps.start)] { return array(places) }
        var values: [FieldSlice] = []
        for place in places { values.append(value(place)) }
        return words(values)
    }

    private func array(_ places: [Int]) -> FieldSlice {
        let begin = arena.count
        for (number, place) in places.enumerated() {
            arena.append(byteWithoutPadding: number == 0 ? UInt8(ascii: "[") : UInt8(ascii: ","))
            for index in place..<(end(of: place) ?? place) { arena.append(byteWithoutPadding: text.byte(at: index)) }
        }
        arena.append(byteWithoutPadding: UInt8(ascii: "]"))
        return FieldSlice(.json, .arena, offset: begin, count: arena.count - begin)
    }

    private func words(_ values: [FieldSlice]) -> FieldSlice {
        let begin = arena.count
        for (number, slice) in values.enumerated() {
            if number > 0 { arena.append(byteWithoutPadding: 0x20) }
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

    /// Places of values; one alone, as nearly always, takes no memory of its own.
    private struct Found {
        var first: Int?
        var others: [Int] = []

        var count: Int { first == nil ? 0 : 1 + others.count }

        mutating func append(_ place: Int) {
            if first == nil { first = place } else { others.append(place) }
        }
    }

    /// Finds the places of values; a null is none.
    private func follow(_ steps: CompiledFormat.Part, _ start: Int, _ found: inout Found) {
        guard steps.start < steps.end else { return add(start, &found) }
        let others = CompiledFormat.Part(start: steps.start + 1, end: steps.end)
        switch plan.steps[Int(steps.start)] {
        case .key(let path):
            if let place = member(path, start) { follow(others, place, &found) }
        case .index(let index):
            eachElement(start) { place, number in
                guard number == index else { return true }
                follow(others, place, &found)
                return false
            }
        case .element(let path, let expected):
            eachElement(start) { place, _ in
                guard let inner = member(path, place), equals(inner, expected) else { return true }
                let before = found.count
                follow(others, place, &found)
                return found.count == before
            }
        case .through(let keys): follow(through: keys, start, &found)
        case .every:
            eachElement(start) { place, _ in
                follow(others, place, &found)
                return true
            }
        }
    }

    /// Finds the values of `keys`, one inside the other, in all elements of the arrays between them.
    private func follow(through keys: CompiledFormat.Part, _ start: Int, _ found: inout Found) {
        guard keys.start < keys.end else { return add(start, &found) }
        let key = plan.literals[Int(keys.start)]
        let others = CompiledFormat.Part(start: keys.start + 1, end: keys.end)
        eachElement(start) { place, _ in
            if let inner = member(key: key, place) { follow(through: others, inner, &found) }
            return true
        }
    }

    private func add(_ start: Int, _ found: inout Found) {
        if let end = end(of: start), !text.extracting(start..<end).equals("null") { found.append(start) }
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
    private func member(_ path: CompiledFormat.MemberPath, _ start: Int) -> Int? {
        if let whole = path.whole, let place = member(key: whole, start) { return place }
        var place = start
        for index in path.keys.indices {
            guard let next = member(key: plan.literals[index], place) else { return nil }
            place = next
        }
        return place
    }

    private func member(key: CompiledFormat.Literal, _ start: Int) -> Int? {
        guard text.byte(at: start) == UInt8(ascii: "{") else { return nil }
        var found: Int?
        var index = start + 1
        JSONScanner.skipSpace(text, &index)
        while text.byte(at: index) == UInt8(ascii: "\"") {
            guard let close = JSONScanner.stringEnd(text, ByteScan.stringSpecial(text, index + 1)) else { return nil }
            let isWanted = equals(index + 1, close, key)
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
    private func equals(_ start: Int, _ expected: CompiledFormat.Literal) -> Bool {
        guard let end = end(of: start) else { return false }
        let isString = text.byte(at: start) == UInt8(ascii: "\"")
        return equals(isString ? start + 1 : start, isString ? end - 1 : end, expected)
    }

    private func equals(_ start: Int, _ end: Int, _ expected: CompiledFormat.Literal) -> Bool {
        end - start == Int(expected.count) && plan.matches(expected, text, at: start)
    }
}
