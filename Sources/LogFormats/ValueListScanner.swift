// Reads lists of keys and values in the syntax of some language: Ruby hashes, logfmt, CEF extensions.

import FieldRows

/// Reads one list per call; what makes no sense makes the whole list malformed, and a wanted key must not occur twice.
struct ValueListScanner: ~Escapable {
    private let text: RawSpan
    private let end: Int
    private let keys: KeyTable
    /// Where `text` lies: slices of values without escapes refer to it.
    private let region: FieldSlice.Region
    private let origin: Int
    private let slots: SlotTable
    private let arena: ByteBlock
    private var index: Int

    /// A scanner of `text[start..<end]`; values go to `slots`, to `arena` where they had escapes.
    @_lifetime(copy text)
    init(
        _ text: RawSpan,
        _ start: Int,
        _ end: Int,
        keys: KeyTable,
        region: FieldSlice.Region,
        origin: Int,
        slots: SlotTable,
        arena: ByteBlock
    ) {
        self.text = text
        self.end = end
        self.keys = keys
        self.region = region
        self.origin = origin
        self.slots = slots
        self.arena = arena
        index = start
    }

    /// Reads the list.
    mutating func scan(_ style: PairsStyle) -> LineFault? {
        do throws(LineFault) {
            switch style {
            case .ruby:
                try hash(node: 0, depth: 0)
                spaces()
                if index < end { throw .malformedPairs }
            case .logfmt: try logfmt()
            case .cef: try cef()
            case .quoted, .bare: throw .malformedPairs
            }
            return nil
        } catch {
            return error
        }
    }

    // MARK: - Ruby

    /// `{"a"=>"b", :c=>nil, d: {"e" => 1}}` (`Hash#inspect`, before and since Ruby 3.4).
    private mutating func hash(node: Int16, depth: Int) throws(LineFault) {
        guard depth < JSONScanner.depthMax, take(UInt8(ascii: "{")) else { throw .malformedPairs }
        spaces()
        if take(UInt8(ascii: "}")) { return }
        while true {
            let target = try hashKey(node)
            spaces()
            if target.node >= 0, peek(UInt8(ascii: "{")) {
                try hash(node: target.node, depth: depth + 1)
            } else {
                try store(rubyValue(), target)
            }
            spaces()
            if take(UInt8(ascii: "}")) { return }
            guard take(UInt8(ascii: ",")) else { throw .malformedPairs }
            spaces()
        }
    }

    private mutating func hashKey(_ node: Int16) throws(LineFault) -> KeyTarget {
        _ = take(UInt8(ascii: ":"))
        let target: KeyTarget
        if peek(UInt8(ascii: "\"")) {
            let (start, stop, _) = try quoted()
            target = keys.target(text, start, stop, node: node)
        } else {
            let start = index
            while index < end, Self.isWord(text.byte(at: index)) { index += 1 }
            guard index > start else { throw .malformedPairs }
            target = keys.target(text, start, index, node: node)
        }
        if take(UInt8(ascii: ":")) { return target }
        spaces()
        guard take(UInt8(ascii: "=")), take(UInt8(ascii: ">")) else { throw .malformedPairs }
        return target
    }

    private mutating func rubyValue() throws(LineFault) -> FieldSlice {
        if peek(UInt8(ascii: "\"")) { return try string(quoted()) }
        let start = index
        try skipNested(until: [UInt8(ascii: ","), UInt8(ascii: "}")])
        guard index > start else { throw .malformedPairs }
        let word = text.extracting(start..<index)
        if word.equals("nil") { return .null }
        let isText = text.byte(at: start) != UInt8(ascii: "{") && text.byte(at: start) != UInt8(ascii: "[")
        return isText ? slice(.string, start, index) : .missing
    }

    // MARK: - logfmt

    /// `time="…" level=info request=map[a:b c:d]`; words without an equals sign are read over.
    private mutating func logfmt() throws(LineFault) {
        while true {
            spaces()
            guard index < end else { return }
            let start = index
            while index < end, text.byte(at: index) > 0x20, !peek(UInt8(ascii: "=")) {
                if peek(UInt8(ascii: "\"")) { throw .malformedPairs }
                index += 1
            }
            guard peek(UInt8(ascii: "=")) else { continue }
            let target = keys.target(text, start, index, node: 0)
            index += 1
            if peek(UInt8(ascii: "\"")) {
                try store(string(quoted()), target)
            } else {
                let value = index
                try skipNested(until: [0x20])
                try store(slice(.string, value, index), target)
            }
        }
    }

    // MARK: - CEF

    /// `k=v k2=v with spaces`: a key is the word before an equals sign that no backslash stands before.
    private mutating func cef() throws(LineFault) {
        spaces()
        var key = index
        var equals = nextEquals(index)
        while equals < end {
            for place in key..<equals where !Self.isWord(text.byte(at: place)) { throw .malformedPairs }
            let target = keys.target(text, key, equals, node: 0)
            let start = equals + 1
            var next = nextEquals(start)
            var word = next
            while next < end {
                word = next
                while word > start, Self.isWord(text.byte(at: word - 1)) { word -= 1 }
                // An equals sign right behind a value without a space is part of it.
                if word < next, word > start, text.byte(at: word - 1) == 0x20 { break }
                next = nextEquals(next + 1)
            }
            var stop = next < end ? word : end
            while stop > start, text.byte(at: stop - 1) == 0x20 { stop -= 1 }
            try store(unescaped(start, stop), target)
            (key, equals) = (word, next)
        }
        index = end
    }

    /// The next equals sign without a backslash before it.
    private func nextEquals(_ start: Int) -> Int {
        var place = start
        while place < end {
            let byte = text.byte(at: place)
            if byte == UInt8(ascii: "=") { return place }
            place += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        return end
    }

    // MARK: - Parts

    /// Moves behind a value without quotes: to one of `ends` outside its brackets and strings.
    private mutating func skipNested(until ends: [UInt8]) throws(LineFault) {
        var depth = 0
        while index < end {
            let byte = text.byte(at: index)
            if depth == 0, ends.contains(byte) { return }
            switch byte {
            case UInt8(ascii: "\""):
                _ = try quoted()
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            if depth < 0 || depth > JSONScanner.depthMax { throw .malformedPairs }
            index += 1
        }
        if depth > 0 { throw .malformedPairs }
    }

    /// The inside of a string in quotes, and whether it has escapes.
    private mutating func quoted() throws(LineFault) -> (start: Int, stop: Int, isEscaped: Bool) {
        let start = index + 1
        var isEscaped = false
        var place = start
        while place < end, text.byte(at: place) != UInt8(ascii: "\"") {
            let isEscape = text.byte(at: place) == UInt8(ascii: "\\")
            if isEscape { isEscaped = true }
            place += isEscape ? 2 : 1
        }
        guard place < end else { throw .malformedPairs }
        index = place + 1
        return (start, place, isEscaped)
    }

    private func string(_ part: (start: Int, stop: Int, isEscaped: Bool)) -> FieldSlice {
        part.isEscaped ? unescaped(part.start, part.stop) : slice(.string, part.start, part.stop)
    }

    /// A text whose backslashes stand before what they escape.
    private func unescaped(_ start: Int, _ stop: Int) -> FieldSlice {
        guard (start..<stop).contains(where: { text.byte(at: $0) == UInt8(ascii: "\\") }) else {
            return slice(.string, start, stop)
        }
        let begin = arena.count
        var place = start
        while place < stop {
            var byte = text.byte(at: place)
            if byte == UInt8(ascii: "\\"), place + 1 < stop {
                place += 1
                switch text.byte(at: place) {
                case UInt8(ascii: "n"): byte = 0x0A
                case UInt8(ascii: "r"): byte = 0x0D
                case UInt8(ascii: "t"): byte = 0x09
                case UInt8(ascii: "e"): byte = 0x1B
                default: byte = text.byte(at: place)
                }
            }
            arena.append(byteWithoutPadding: byte)
            place += 1
        }
        return FieldSlice(.string, .arena, offset: begin, count: arena.count - begin)
    }

    private func slice(_ kind: FieldSlice.Kind, _ start: Int, _ stop: Int) -> FieldSlice {
        FieldSlice(kind, region, offset: origin + start, count: stop - start)
    }

    private func store(_ value: FieldSlice, _ target: KeyTarget) throws(LineFault) {
        guard target.slot >= 0 else { return }
        guard !slots[Int(target.slot)].isPresent else { throw .duplicateKey }
        slots[Int(target.slot)] = value
    }

    private mutating func spaces() { while peek(0x20) { index += 1 } }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek(byte) else { return false }
        index += 1
        return true
    }

    private func peek(_ byte: UInt8) -> Bool { index < end && text.byte(at: index) == byte }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
    }
}
