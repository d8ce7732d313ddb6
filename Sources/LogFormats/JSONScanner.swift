// Finds the wanted fields of a JSON line without building a tree.

import FieldRows

/// Why a line could not be read; the raw value is the reason that is stored and counted.
enum LineFault: String, Error {
    case notJSON = "malformed JSON"
    case jsonTooDeep = "JSON nested too deeply"
    case duplicateKey = "duplicate key"
    case malformedPairs = "malformed key=value pairs"
    case noShape = "no shape of the format matches"
    case noTime = "no time"
    case unreadableTime = "unreadable time"
    case timeWithoutDate = "time without date"
    case timeWithoutYear = "time without year"
    case patternLimit = "pattern gave up at its match limit"
    case emptyEnvelope = "envelope without a text"
    case tooLong = "line longer than the limit"

    /// Whether the line has a known shape and only its time is amiss.
    var isAboutTime: Bool {
        switch self {
        case .noTime, .unreadableTime, .timeWithoutDate, .timeWithoutYear: true
        default: false
        }
    }
}

/// Reads one JSON object per call (RFC 8259).
struct JSONScanner {
    /// The deepest nesting of arrays and objects accepted.
    static let depthMax = 64

    private let keys: KeyTable
    private var predictor = KeyPredictor()
    /// The nodes around the innermost open object, and where that object began.
    private var open: [(node: Int16, slot: Int16, start: Int)] = []

    /// Slots whose strings keep their escapes, because a pairs scanner reads them; one bit per slot.
    private let raw: UInt64
    /// The key with escapes read last, without them.
    private let unescapedKey = ByteBlock(capacity: 64)
    /// The nested objects this line has had, one bit per node.
    private var entered: UInt64 = 0

    init(_ keys: KeyTable, raw: Set<Int> = []) {
        self.keys = keys
        self.raw = raw.reduce(0) { $1 < 64 ? $0 | 1 << UInt64($1) : $0 }
    }

    /// Scans the object in `text[start..<end]`; the bytes behind `end` are padding or the next line.
    ///
    /// Values go to `slots` as slices of `text`, or of `arena` where they had escapes. The object's keys are looked up
    /// in node `root`.
    mutating func scan(
        _ text: RawSpan,
        _ start: Int,
        _ end: Int,
        root: Int16 = 0,
        into slots: SlotTable,
        arena: ByteBlock
    ) -> LineFault? {
        var index = start
        Self.skipSpace(text, &index)
        guard index < end, text.byte(at: index) == UInt8(ascii: "{") else { return .notJSON }
        index += 1
        open.removeAll(keepingCapacity: true)
        entered = 0
        var node = root
        predictor.restart()
        Self.skipSpace(text, &index)
        var closed = text.byte(at: index) == UInt8(ascii: "}")
        if closed { index += 1 }
        while true {
            if closed {
                // Leave the innermost object; the line ends with the root.
                guard let outer = open.popLast() else { break }
                if outer.slot >= 0 {
                    slots[Int(outer.slot)] = FieldSlice(.json, .line, offset: outer.start, count: index - outer.start)
                }
                node = outer.node
            } else {
                let target: KeyTarget
                if let known = predictor.match(text, index, node: node) {
                    index &+= known.width
                    target = known.target
                } else {
                    guard let found = key(text, &index, node: node) else { return .notJSON }
                    target = found
                }
                Self.skipSpace(text, &index)
                if target.node >= 0, text.byte(at: index) == UInt8(ascii: "{") {
                    guard open.count < Self.depthMax else { return .jsonTooDeep }
                    let bit: UInt64 = 1 << UInt64(target.node)
                    guard entered & bit == 0 else { return .duplicateKey }
                    entered |= bit
                    open.append((node, target.slot, index))
                    node = target.node
                    index += 1
                    Self.skipSpace(text, &index)
                    closed = text.byte(at: index) == UInt8(ascii: "}")
                    if closed { index += 1 }
                    continue
                }
                if let fault = value(text, &index, end, target, slots, arena) { return fault }
            }
            Self.skipSpace(text, &index)
            let separator = text.byte(at: index)
            index &+= 1
            if _fastPath(separator == UInt8(ascii: ",")) {
                closed = false
                Self.skipSpace(text, &index)
            } else if separator == UInt8(ascii: "}") {
                closed = true
            } else {
                return .notJSON
            }
            if closed, open.isEmpty { break }
        }
        Self.skipSpace(text, &index)
        return index >= end ? nil : .notJSON
    }

    /// Reads `"key":` the slow way and remembers it.
    @inline(never)
    private mutating func key(_ text: RawSpan, _ index: inout Int, node: Int16) -> KeyTarget? {
        let start = index
        guard text.byte(at: index) == UInt8(ascii: "\"") else { return nil }
        var end = ByteScan.stringSpecial(text, index + 1)
        var escaped = false
        while text.byte(at: end) == UInt8(ascii: "\\") {
            escaped = true
            // The escaped byte must be on this line, too.
            guard text.byte(at: end + 1) >= 0x20 else { return nil }
            end = ByteScan.stringSpecial(text, end + 2)
        }
        guard text.byte(at: end) == UInt8(ascii: "\"") else { return nil }
        let found =
            escaped ? target(escaped: text, start + 1, end, node) : keys.target(text, start + 1, end, node: node)
        guard let target = found else { return nil }
        index = end + 1
        let direct = text.byte(at: index) == UInt8(ascii: ":")
        Self.skipSpace(text, &index)
        guard text.byte(at: index) == UInt8(ascii: ":") else { return nil }
        index += 1
        if direct { predictor.learn(text, start, width: index - start, node: node, target: target) }
        return target
    }

    /// The target of a key with escapes, which is the same key as without them; `nil` when one is malformed.
    private func target(escaped text: RawSpan, _ start: Int, _ end: Int, _ node: Int16) -> KeyTarget? {
        unescapedKey.truncate(to: 0)
        guard JSONText.unescape(text, start, end, into: unescapedKey) != nil else { return nil }
        unescapedKey.pad()
        return keys.target(unescapedKey.padded, 0, unescapedKey.count, node: node)
    }

    /// Reads one value and stores it where `target` says.
    @inline(__always)
    private func value(
        _ text: RawSpan,
        _ index: inout Int,
        _ end: Int,
        _ target: KeyTarget,
        _ slots: SlotTable,
        _ arena: ByteBlock
    ) -> LineFault? {
        let first = text.byte(at: index)
        let slice: FieldSlice
        if _fastPath(first == UInt8(ascii: "\"")) {
            let start = index &+ 1
            var stop = ByteScan.stringSpecial(text, start)
            if _fastPath(text.byte(at: stop) == UInt8(ascii: "\"")) {
                slice = FieldSlice(.string, .line, offset: start, count: stop &- start)
            } else {
                guard let close = Self.stringEnd(text, stop) else { return .notJSON }
                stop = close
                if target.slot < 0 || target.slot < 64 && raw & 1 &<< UInt64(target.slot) != 0 {
                    slice = FieldSlice(.string, .line, offset: start, count: stop - start)
                } else {
                    guard let unescaped = JSONText.unescape(text, start, stop, into: arena) else { return .notJSON }
                    slice = unescaped
                }
            }
            index = stop &+ 1
        } else if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            let start = index
            if let fault = Self.skipContainer(text, &index, end) { return fault }
            slice = FieldSlice(.json, .line, offset: start, count: index - start)
        } else {
            guard let scalar = Self.scalar(text, &index) else { return .notJSON }
            slice = scalar
        }
        if target.slot >= 0 {
            if _slowPath(slots[Int(target.slot)].isPresent) { return .duplicateKey }
            slots[Int(target.slot)] = slice
        }
        return nil
    }

    /// Index of the quote that closes a string, when `index` is at its first special byte.
    static func stringEnd(_ text: RawSpan, _ index: Int) -> Int? {
        var index = index
        while text.byte(at: index) == UInt8(ascii: "\\") {
            // The escaped byte must be on this line, too.
            guard text.byte(at: index + 1) >= 0x20 else { return nil }
            index = ByteScan.stringSpecial(text, index + 2)
        }
        return text.byte(at: index) == UInt8(ascii: "\"") ? index : nil
    }

    /// Reads a number, `true`, `false` or `null`.
    static func scalar(_ text: RawSpan, _ index: inout Int) -> FieldSlice? {
        let start = index
        while true {
            let byte = text.byte(at: index)
            if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") || byte <= 0x20 {
                break
            }
            index &+= 1
        }
        let span = text.extracting(start..<index)
        switch text.byte(at: start) {
        case UInt8(ascii: "n"): return span.equals("null") ? .null : nil
        case UInt8(ascii: "t"), UInt8(ascii: "f"):
            guard span.equals("true") || span.equals("false") else { return nil }
            return FieldSlice(.boolean, .line, offset: start, count: index - start)
        default:
            guard JSONText.isNumber(span) else { return nil }
            return FieldSlice(.number, .line, offset: start, count: index - start)
        }
    }

    /// Moves behind an array or object, checking that brackets pair.
    @inline(never)
    static func skipContainer(_ text: RawSpan, _ index: inout Int, _ end: Int) -> LineFault? {
        // One bit per open bracket, 1 for an object: 64 levels in a word.
        var kinds: UInt64 = 0
        var depth = 0
        while index < end {
            let byte = text.byte(at: index)
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard depth < depthMax else { return .jsonTooDeep }
                kinds = kinds << 1 | (byte == UInt8(ascii: "{") ? 1 : 0)
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard kinds & 1 == (byte == UInt8(ascii: "}") ? 1 : 0) else { return .notJSON }
                kinds >>= 1
                depth -= 1
                if depth == 0 {
                    index += 1
                    return nil
                }
            case UInt8(ascii: "\""):
                let special = ByteScan.stringSpecial(text, index + 1)
                guard let close = stringEnd(text, special) else { return .notJSON }
                index = close
            default: break
            }
            index += 1
        }
        return .notJSON
    }

    @inline(__always)
    static func skipSpace(_ text: RawSpan, _ index: inout Int) {
        var byte = text.byte(at: index)
        while _slowPath(byte == 0x20 || byte == 0x09 || byte == 0x0D) {
            index &+= 1
            byte = text.byte(at: index)
        }
    }
}
