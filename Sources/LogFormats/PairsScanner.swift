// Reads `key="value", key="value"` lists, as they stand in text or inside a JSON string.

import FieldRows

/// How a list of pairs is written.
enum PairsStyle: String, BitwiseCopyable, Sendable {
    /// `key="value"`, a quote inside a value escaped as `\"`.
    case quoted
    /// `key=value`, `'single quoted'` only where the value has a space, commas not escaped.
    case bare
    /// `{"key"=>"value", key: nil}`, as Ruby shows a hash.
    case ruby
    /// `key=value key="quoted value"`, as Go's loggers write it.
    case logfmt
    /// `key=value with spaces key2=…`, the extension of ArcSight's Common Event Format.
    case cef

    /// Whether its values keep the escapes of a JSON string around them until they are read.
    var isReadRaw: Bool { self == .quoted || self == .bare }
}

/// Reads one list of pairs per call.
struct PairsScanner {
    let keys: KeyTable
    private var predictor = KeyPredictor()
    /// Whether a quote behind a backslash was taken for a part of its value.
    private var hasEscapedQuote = false

    init(_ keys: KeyTable) { self.keys = keys }

    /// Scans the list in `text[start..<end]`; `insideJSON` says that it still has JSON's escapes.
    ///
    /// Keycloak escapes quotes but not backslashes, so a value that ends in a backslash looks as if it went on. Where
    /// the list makes no sense that way, such a quote ends its value if another pair follows it.
    mutating func scan(
        _ text: RawSpan,
        _ start: Int,
        _ end: Int,
        style: PairsStyle,
        insideJSON: Bool,
        into slots: SlotTable,
        arena: ByteBlock
    ) -> LineFault? {
        hasEscapedQuote = false
        let arenaStart = arena.count
        let fault = scan(text, start, end, style, insideJSON, mayEndInBackslash: false, slots, arena)
        guard fault == .malformedPairs, hasEscapedQuote else { return fault }
        // Takes back the values read so far: they lie behind the list's first byte, or are new in the arena.
        for slot in 0..<slots.count where slots[slot].isPresent {
            let place = slots[slot].offset
            let isOurs = slots[slot].region == .line ? place > start && place <= end : place >= arenaStart
            if isOurs { slots[slot] = .missing }
        }
        return scan(text, start, end, style, insideJSON, mayEndInBackslash: true, slots, arena)
    }

    private mutating func scan(
        _ text: RawSpan,
        _ start: Int,
        _ end: Int,
        _ style: PairsStyle,
        _ insideJSON: Bool,
        mayEndInBackslash: Bool,
        _ slots: SlotTable,
        _ arena: ByteBlock
    ) -> LineFault? {
        var index = start
        predictor.restart()
        while index < end {
            let byte = text.byte(at: index)
            if byte == UInt8(ascii: " ") || byte == UInt8(ascii: ",") {
                index &+= 1
                continue
            }
            let target: KeyTarget
            if let known = predictor.match(text, index, node: 0) {
                index &+= known.width
                target = known.target
            } else {
                guard let found = key(text, &index, end) else { return .malformedPairs }
                target = found
            }
            let slice: FieldSlice?
            switch (style, insideJSON) {
            case (.quoted, false):
                slice = quotedValue(text, &index, end, target.isWanted, mayEndInBackslash, arena)
            case (.quoted, true):
                slice = escapedValue(text, &index, end, target.isWanted, mayEndInBackslash, arena)
            default: slice = bareValue(text, &index, end)
            }
            guard let slice else { return .malformedPairs }
            if target.slot >= 0 {
                if slots[Int(target.slot)].isPresent { return .duplicateKey }
                slots[Int(target.slot)] = slice
            }
        }
        return nil
    }

    /// Reads `key=` the slow way and remembers it.
    @inline(never)
    private mutating func key(_ text: RawSpan, _ index: inout Int, _ end: Int) -> KeyTarget? {
        let equals = ByteScan.next(UInt8(ascii: "="), text, index)
        guard equals < end, equals > index else { return nil }
        for place in index..<equals where !Self.isWord(text.byte(at: place)) { return nil }
        let target = keys.target(text, index, equals, node: 0)
        predictor.learn(text, index, width: equals + 1 - index, node: 0, target: target)
        index = equals + 1
        return target
    }

    /// `"value"`: ends at the first quote without a backslash before it.
    private mutating func quotedValue(
        _ text: RawSpan,
        _ index: inout Int,
        _ end: Int,
        _ wanted: Bool,
        _ mayEndInBackslash: Bool,
        _ arena: ByteBlock
    ) -> FieldSlice? {
        guard index < end, text.byte(at: index) == UInt8(ascii: "\"") else { return nil }
        let start = index &+ 1
        var stop = ByteScan.next(UInt8(ascii: "\""), text, start)
        var escaped = false
        while stop < end, text.byte(at: stop &- 1) == UInt8(ascii: "\\"), stop > start {
            if mayEndInBackslash, endsValue(text, stop + 1, end, insideJSON: false) { break }
            escaped = true
            stop = ByteScan.next(UInt8(ascii: "\""), text, stop &+ 1)
        }
        if escaped { hasEscapedQuote = true }
        guard stop < end else { return nil }
        index = stop &+ 1
        guard escaped, wanted else { return FieldSlice(.string, .line, offset: start, count: stop - start) }
        let begin = arena.count
        for place in start..<stop {
            let isEscape = text.byte(at: place) == UInt8(ascii: "\\") && text.byte(at: place + 1) == UInt8(ascii: "\"")
            if !isEscape || place + 1 == stop { arena.append(byteWithoutPadding: text.byte(at: place)) }
        }
        return FieldSlice(.string, .arena, offset: begin, count: arena.count - begin)
    }

    /// `\"value\"` inside a JSON string, where a quote of the value itself is written `\\\"`.
    private mutating func escapedValue(
        _ text: RawSpan,
        _ index: inout Int,
        _ end: Int,
        _ wanted: Bool,
        _ mayEndInBackslash: Bool,
        _ arena: ByteBlock
    ) -> FieldSlice? {
        let opens =
            index + 1 < end && text.byte(at: index) == UInt8(ascii: "\\")
            && text.byte(at: index + 1) == UInt8(ascii: "\"")
        guard opens else { return nil }
        let start = index &+ 2
        var stop = ByteScan.next(UInt8(ascii: "\\"), text, start)
        var escaped = false
        while stop < end, text.byte(at: stop &+ 1) != UInt8(ascii: "\"") {
            // `\\` is a backslash of the value; one before `\"` escapes that quote.
            escaped = true
            let isBackslash = text.byte(at: stop &+ 1) == UInt8(ascii: "\\")
            let escapesQuote =
                isBackslash && text.byte(at: stop &+ 2) == UInt8(ascii: "\\")
                && text.byte(at: stop &+ 3) == UInt8(ascii: "\"")
            if escapesQuote { hasEscapedQuote = true }
            if escapesQuote, mayEndInBackslash, endsValue(text, stop + 4, end, insideJSON: true) {
                stop += 2
                break
            }
            stop = ByteScan.next(UInt8(ascii: "\\"), text, stop &+ (escapesQuote ? 4 : 2))
        }
        guard stop < end else { return nil }
        index = stop &+ 2
        guard escaped, wanted else { return FieldSlice(.string, .line, offset: start, count: stop - start) }
        let begin = arena.count
        guard JSONText.unescape(text, start, stop, into: arena) != nil else { return nil }
        dropQuoteEscapes(arena, from: begin)
        return FieldSlice(.string, .arena, offset: begin, count: arena.count - begin)
    }

    /// Turns `\"` into `"` in the last bytes of `arena`.
    private func dropQuoteEscapes(_ arena: ByteBlock, from begin: Int) {
        let unescaped = arena.bytes.extracting(begin..<arena.count).array
        arena.truncate(to: begin)
        for (place, byte) in unescaped.enumerated() {
            let next = place + 1 < unescaped.count ? unescaped[place + 1] : 0
            if byte == UInt8(ascii: "\\") && next == UInt8(ascii: "\"") { continue }
            arena.append(byteWithoutPadding: byte)
        }
    }

    /// A value that ends before `, key=` or, in single quotes, at the closing quote.
    private func bareValue(_ text: RawSpan, _ index: inout Int, _ end: Int) -> FieldSlice? {
        let start = index
        if start < end, text.byte(at: start) == UInt8(ascii: "'") {
            var close = ByteScan.next(UInt8(ascii: "'"), text, start + 1)
            while close < end {
                if close + 1 == end || text.byte(at: close + 1) == UInt8(ascii: ",") {
                    index = close + 1
                    return FieldSlice(.string, .line, offset: start + 1, count: close - start - 1)
                }
                close = ByteScan.next(UInt8(ascii: "'"), text, close + 1)
            }
        }
        var comma = ByteScan.next(UInt8(ascii: ","), text, start)
        while comma < end, equalsBehindKey(text, comma + 1, end) == nil {
            comma = ByteScan.next(UInt8(ascii: ","), text, comma + 1)
        }
        let stop = min(comma, end)
        index = stop
        return FieldSlice(.string, .line, offset: start, count: stop - start)
    }

    /// Whether the list ends at `index` or goes on with `, key="`, whose quote no value can have.
    private func endsValue(_ text: RawSpan, _ index: Int, _ end: Int, insideJSON: Bool) -> Bool {
        if index == end { return true }
        guard text.byte(at: index) == UInt8(ascii: ","), let equals = equalsBehindKey(text, index + 1, end) else {
            return false
        }
        let quote = insideJSON ? equals + 2 : equals + 1
        guard quote < end, text.byte(at: quote) == UInt8(ascii: "\"") else { return false }
        return !insideJSON || text.byte(at: equals + 1) == UInt8(ascii: "\\")
    }

    /// Where the equals sign is if ` key=` follows at `index`.
    private func equalsBehindKey(_ text: RawSpan, _ index: Int, _ end: Int) -> Int? {
        guard index < end, text.byte(at: index) == UInt8(ascii: " ") else { return nil }
        var place = index + 1
        while place < end, Self.isWord(text.byte(at: place)) { place += 1 }
        guard place < end, place > index + 1, text.byte(at: place) == UInt8(ascii: "=") else { return nil }
        return place
    }

    /// Whether a key may have the byte: letters, digits, `_`, `.` and `-`.
    private static func isWord(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
    }
}
