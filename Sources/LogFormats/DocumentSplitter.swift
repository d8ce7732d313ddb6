// Cuts JSON documents into records: elements of arrays, lists inside wrappers, documents one behind the other.

import ByteStreams
import FieldRows

/// Finds the records of JSON text that comes in pieces, and writes each as one line.
///
/// A record is an element of a top-level array, an element of a wrapper's list (`{"Records": […]}`), or a document
/// that is neither. Nothing is kept but the record at hand, so memory is bounded by ``recordBytesMax``, whatever the
/// size of the document. What makes no sense is passed on in pieces, for the decoder to reject.
final class DocumentSplitter: RecordLayer {
    /// What is being read.
    private enum State {
        /// Between values, outside all records.
        case between
        /// An object that is a record, or will turn out to be a wrapper.
        case object
        /// Inside a string of it.
        case string
        /// Something that is no object, up to the next separator or line.
        case scrap
        /// Before a key of a wrapper, outside its list.
        case wrapperKey
        /// Behind the colon of such a key.
        case wrapperValue
    }

    /// An open array or wrapper around the records.
    private struct Frame {
        let isArray: Bool
        /// The member's key in the wrapper around it.
        let key: [UInt8]
    }

    /// Open arrays and wrappers around records.
    private static let framesMax = 16
    private static let depthMax = JSONScanner.depthMax

    /// Offset of the byte behind the last record that ended; zero before the first.
    private(set) var recordsEnd: Int64 = 0
    /// Whether a wrapper's list was found.
    private(set) var hasUnwrapped = false

    private let members: [[[UInt8]]]
    private let recordBytesMax: Int
    private var state = State.between
    private var frames: [Frame] = []
    private var lineNumber: Int64 = 1
    /// What has to be added to a place in the text for its place in the input.
    private var shift: Int64 = 0
    /// Where all records begin that are inside another one.
    private var fixed: RecordOrigin?

    /// The record at hand, without spaces between its parts, and how long it is, be it longer than what is kept.
    private let record = ByteBlock(capacity: 1 << 12)
    private var recordCount = 0
    private var origin = RecordOrigin(lineNumber: 1, byteOffset: 0)
    /// Its open brackets: one bit each, 1 for an object.
    private var kinds: UInt64 = 0
    private var depth = 0
    /// Its last byte that is no space, and whether a line has begun since.
    private var before: UInt8 = 0
    private var isLineStart = false
    private var isEscaped = false
    private var stringStart = 0
    /// The keys around its value at hand, as far as they may lead to a wrapper's list.
    private var keys: [[UInt8]] = []
    /// Depth at which such a list may have begun; zero for none.
    private var listDepth = 0

    /// The key of a wrapper's other members, whether a string is open there, and open brackets.
    private var key: [UInt8] = []
    private var isInWrapperString = false
    private var wrapperDepth = 0

    /// A splitter for wrappers whose lists are at the paths `members`.
    init(members: [String], recordBytesMax: Int) {
        self.members = members.map { $0.split(separator: ".").map { Array($0.utf8) } }
        self.recordBytesMax = recordBytesMax
    }

    // MARK: - Whole records

    /// Takes records apart that are documents themselves.
    func unwrap(_ input: RecordBlock, into output: RecordBlock) {
        let block = input.block
        block.pad()
        for (range, place) in zip(input.lines, input.origins) {
            let (start, end) = (Int(range.start), Int(range.start + range.count))
            let isDocument = start < end && Self.opens(block.bytes.byte(at: start))
            guard isDocument else {
                output.add(block.bytes.extracting(start..<end), place)
                continue
            }
            reset()
            fixed = place
            feed(block.padded, start, end, offset: 0, into: output)
            // A document that does not end is no document.
            if isInside { finishRecord(into: output, end: 0) }
        }
    }

    private static func opens(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") }

    private func reset() {
        state = .between
        frames.removeAll()
        begin(origin)
    }

    /// Nothing is held back from one record to the next.
    func finish(into output: RecordBlock) {}

    // MARK: - Bytes

    /// Whether the bytes so far end inside a record.
    var isInside: Bool { state == .object || state == .string || state == .scrap }

    /// Whether they end inside an object, between two of its parts.
    var isInsideObject: Bool { state == .object || isBetweenParts }

    private var isBetweenParts: Bool { state == .wrapperKey || state == .between && !frames.isEmpty }

    /// At the end of the input: what is no object ends there, and so does what is too long anyway; of an object that
    /// does not end, only its place is returned.
    func end(into output: RecordBlock) -> RecordOrigin? {
        if state == .scrap || isInside && recordCount > recordBytesMax { finishRecord(into: output, end: recordsEnd) }
        return isInside ? origin : nil
    }

    /// Reads `text[start..<end]`, which the input has at `offset`; behind `end` there is padding or a line feed.
    func feed(_ text: RawSpan, _ start: Int, _ end: Int, offset: Int64, into output: RecordBlock) {
        shift = offset - Int64(start)
        var index = start
        while index < end {
            if state == .string {
                index = string(text, index, end, into: output)
                continue
            }
            let byte = text.byte(at: index)
            if byte == 0x0A { lineNumber += 1 }
            let place = shift + Int64(index)
            switch state {
            case .between: between(byte, place)
            case .object: object(byte, place, into: output)
            case .scrap: scrap(byte, place, into: output)
            default: wrapper(byte)
            }
            index += 1
        }
    }

    /// Between values: the next record, bracket or separator.
    private func between(_ byte: UInt8, _ place: Int64) {
        switch byte {
        // RFC 7464 puts a record separator before each text.
        case 0x20, 0x09, 0x0A, 0x0D, 0x1E, UInt8(ascii: ","): return
        case UInt8(ascii: "[") where frames.count < Self.framesMax:
            frames.append(Frame(isArray: true, key: []))
            return
        case UInt8(ascii: "]") where frames.last?.isArray == true:
            closeFrame()
            return
        default: break
        }
        begin(fixed ?? RecordOrigin(lineNumber: lineNumber, byteOffset: place))
        store(byte)
        guard byte == UInt8(ascii: "{") else {
            state = .scrap
            return
        }
        state = .object
        kinds = 1
        depth = 1
        listDepth = 0
        before = byte
        isLineStart = false
        keys = [[]]
    }

    private func closeFrame() {
        frames.removeLast()
        state = frames.last?.isArray == false ? .wrapperKey : .between
    }

    // MARK: - Records

    private func begin(_ place: RecordOrigin) {
        origin = place
        record.truncate(to: 0)
        recordCount = 0
    }

    @inline(__always)
    private func store(_ byte: UInt8) {
        recordCount += 1
        if recordCount <= recordBytesMax { record.append(byteWithoutPadding: byte) }
    }

    /// The record at hand is one, be it whole or broken.
    private func finishRecord(into output: RecordBlock, end: Int64) {
        if recordCount > recordBytesMax {
            output.overlong.append(
                OverlongLine(
                    lineNumber: origin.lineNumber,
                    byteOffset: origin.byteOffset,
                    byteCount: Int64(recordCount)
                )
            )
        } else {
            let record = record
            output.add(record.bytes, origin)
        }
        state = .between
        recordsEnd = end
    }

    /// Inside a string: everything up to its end, a broken line, or the end of what there is.
    private func string(_ text: RawSpan, _ index: Int, _ end: Int, into output: RecordBlock) -> Int {
        var from = index
        if isEscaped {
            isEscaped = false
            if text.byte(at: from) != 0x0A {
                store(text.byte(at: from))
                from += 1
            }
        }
        let special = max(min(ByteScan.stringSpecial(text, from), end), from)
        let room = max(recordBytesMax - recordCount, 0)
        record.append(withoutPadding: text.extracting(from..<min(special, from + room)))
        recordCount += special - from
        guard special < end else { return end }
        let byte = text.byte(at: special)
        guard byte != 0x0A else {
            // No string goes over a line: the record is broken here, and what follows is looked at anew.
            finishRecord(into: output, end: shift + Int64(special))
            return special
        }
        store(byte)
        if byte == UInt8(ascii: "\"") {
            before = byte
            state = .object
        } else {
            isEscaped = byte == UInt8(ascii: "\\")
        }
        return special + 1
    }

    /// Inside an object, outside strings.
    private func object(_ byte: UInt8, _ place: Int64, into output: RecordBlock) {
        switch byte {
        case 0x20, 0x09, 0x0D:
            isLineStart = false
            return
        case 0x0A:
            isLineStart = true
            return
        default: break
        }
        if listDepth > 0 {
            let depth = listDepth
            listDepth = 0
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "]") {
                openWrapper(depth)
                between(byte, place)
                return
            }
        }
        if isLineStart, opensDocument(byte) {
            finishRecord(into: output, end: place)
            between(byte, place)
            return
        }
        isLineStart = false
        store(byte)
        switch byte {
        case UInt8(ascii: "\""):
            stringStart = record.count
            isEscaped = false
            state = .string
            return
        case UInt8(ascii: ":"): noteKey()
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            if byte == UInt8(ascii: "["), before == UInt8(ascii: ":"), isWrapperList { listDepth = depth }
            if depth == Self.depthMax {
                finishRecord(into: output, end: place + 1)
                return
            }
            kinds = kinds << 1 | (byte == UInt8(ascii: "{") ? 1 : 0)
            depth += 1
            if depth <= Self.keysMax { keys.append([]) }
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            let fits = kinds & 1 == (byte == UInt8(ascii: "}") ? 1 : 0)
            kinds >>= 1
            if depth <= Self.keysMax { keys.removeLast() }
            depth -= 1
            if !fits || depth == 0 { finishRecord(into: output, end: place + 1) }
        default: break
        }
        before = byte
    }

    /// A brace at the beginning of a line where no value can be: a document that was not finished is followed by
    /// another one.
    private func opensDocument(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") && frames.isEmpty && before != UInt8(ascii: ":") && before != UInt8(ascii: ",")
            && before != UInt8(ascii: "[")
    }

    /// Something that is no object ends with its line, in an array also before the next element.
    private func scrap(_ byte: UInt8, _ place: Int64, into output: RecordBlock) {
        let isInArray = frames.last?.isArray == true
        let ends = byte == 0x0A || isInArray && (byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]"))
        guard ends else {
            store(byte)
            return
        }
        finishRecord(into: output, end: place)
        between(byte, place)
    }

    // MARK: - Wrappers

    /// Keys that are remembered: the depth of the longest path to a list.
    private static let keysMax = 4
    private static let keyBytesMax = 64

    /// Remembers the key before a colon.
    private func noteKey() {
        guard frames.isEmpty, depth <= Self.keysMax, recordCount <= recordBytesMax else { return }
        let end = record.count - 2
        let isKey = before == UInt8(ascii: "\"") && end >= stringStart && end - stringStart <= Self.keyBytesMax
        let record = record
        keys[depth - 1] = isKey ? record.bytes.extracting(stringStart..<end).array : []
    }

    /// Whether the array that begins here is the list of a wrapper.
    private var isWrapperList: Bool {
        frames.isEmpty && keys.count == depth && kinds.nonzeroBitCount == depth && members.contains(keys)
    }

    /// What was thought to be a record is a wrapper: its list begins.
    private func openWrapper(_ depth: Int) {
        hasUnwrapped = true
        for level in 0..<depth { frames.append(Frame(isArray: false, key: level > 0 ? keys[level - 1] : [])) }
        frames.append(Frame(isArray: true, key: []))
        begin(origin)
        state = .between
    }

    /// Inside a wrapper, outside its list: members are read over, save for another list.
    private func wrapper(_ byte: UInt8) {
        if isInWrapperString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") || byte == 0x0A {
                isInWrapperString = false
                return
            }
            if state == .wrapperKey, key.count <= Self.keyBytesMax { key.append(byte) }
            return
        }
        switch byte {
        case UInt8(ascii: "\""):
            isInWrapperString = true
            isEscaped = false
            if state == .wrapperKey { key = [] }
        case UInt8(ascii: ":") where state == .wrapperKey:
            state = .wrapperValue
            wrapperDepth = 0
        case UInt8(ascii: ",") where wrapperDepth == 0: state = .wrapperKey
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let isList = byte == UInt8(ascii: "[")
            let path = frames.dropFirst().map(\.key) + [key]
            let leadsOn =
                state == .wrapperValue && wrapperDepth == 0
                && members.contains { isList ? $0 == path : $0.count > path.count && $0.starts(with: path) }
            if leadsOn {
                frames.append(Frame(isArray: isList, key: isList ? [] : key))
                state = isList ? .between : .wrapperKey
            } else {
                wrapperDepth += 1
            }
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            if wrapperDepth > 0 { wrapperDepth -= 1 } else { closeFrame() }
        default: break
        }
    }
}
