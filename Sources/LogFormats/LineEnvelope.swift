// Takes records out of lines that other programs wrote around them.

import AuthEvents
import ByteStreams
import FieldRows

/// One envelope at work on one input.
final class LineEnvelope: RecordLayer {
    /// Records that are put together from pieces at the same time, one per stream.
    private static let openMax = 64

    /// A record of which more may come.
    private struct Open {
        let block: ByteBlock
        let origin: RecordOrigin
    }

    private let envelope: EnvelopeFile
    private let plan: DecodingTables
    private let reader: ShapeReader
    private let arena = ByteBlock(capacity: 1 << 12)
    /// The record at hand, unescaped.
    private let scratch = ByteBlock(capacity: 1 << 12)
    private let continues: BytePattern?
    private let recordBytesMax: Int
    private let (textSlot, streamSlot, pieceSlot): (Int, Int, Int)
    private var times: TimeResolver
    private var open: [[UInt8]: Open] = [:]
    /// The streams of ``open`` in the order of their beginnings.
    private var order: [[UInt8]] = []
    /// Lines that the envelope was put around, for ``EnvelopeGuess``.
    private(set) var unwrapped = 0

    init(_ compiled: CompiledEnvelope, time: TimeSettings, recordBytesMax: Int) {
        envelope = compiled.envelope
        plan = DecodingTables(compiled.plan)
        reader = ShapeReader(plan)
        // EnvelopeFile has checked that the pattern compiles.
        continues = compiled.envelope.continues.flatMap { try? BytePattern($0) }
        self.recordBytesMax = recordBytesMax
        let names = compiled.plan.slotNames
        textSlot = names.firstIndex(of: EnvelopeFile.textSlot) ?? 0
        streamSlot = names.firstIndex(of: EnvelopeFile.streamSlot) ?? -1
        pieceSlot = names.firstIndex(of: EnvelopeFile.pieceSlot) ?? -1
        times = TimeResolver(time)
    }

    func unwrap(_ input: RecordBlock, into output: RecordBlock) {
        let block = input.block
        block.pad()
        for (range, origin) in zip(input.lines, input.origins) {
            let (start, end) = (Int(range.start), Int(range.start + range.count))
            unwrap(block.padded, start, end, origin, into: output)
        }
    }

    private func unwrap(
        _ text: RawSpan,
        _ start: Int,
        _ end: Int,
        _ origin: RecordOrigin,
        into output: RecordBlock
    ) {
        arena.truncate(to: 0)
        switch reader.read(text, start, end, arena) {
        case .ignored(let reason): output.tally.ignored[reason, default: 0] += 1
        case .fault: passOn(text, start, end, origin, into: output)
        case .shape:
            unwrapped += 1
            var origin = origin
            if let time = time(text, around: origin.time) { origin.time = time }
            guard copyText(text) else {
                output.reject(
                    .emptyEnvelope,
                    origin,
                    String(decodingUTF8: text.extracting(start..<min(end, start + 200)))
                )
                return
            }
            settle(text, origin, into: output)
        }
    }

    /// A line without the envelope: it goes on with the record before it, or is a record of its own.
    private func passOn(
        _ text: RawSpan,
        _ start: Int,
        _ end: Int,
        _ origin: RecordOrigin,
        into output: RecordBlock
    ) {
        if let continues, let last = order.last, case .match = continues.search(text, start, end) {
            scratch.truncate(to: 0)
            scratch.append(byteWithoutPadding: 0x0A)
            scratch.append(text.extracting(start..<end))
            extend(last, origin, into: output)
            output.tally.ignored[Self.pieceReason, default: 0] += 1
            return
        }
        if continues != nil { finish(into: output) }
        output.add(text.extracting(start..<end), origin)
    }

    private static let pieceReason = "part of a record that began before"

    private func settle(_ text: RawSpan, _ origin: RecordOrigin, into output: RecordBlock) {
        let (scratch, arena) = (scratch, arena)
        let stream = streamSlot >= 0 ? reader.bytes(reader.slots[streamSlot], text, arena).array : []
        let isWhole = isWhole(text)
        trim()
        if continues != nil { finish(into: output) }
        let isOpen = open[stream] != nil
        guard isOpen || !isWhole || continues != nil else {
            output.add(scratch.bytes, origin)
            return
        }
        extend(stream, origin, into: output)
        // A record is counted where it ends, its other pieces here.
        if continues == nil {
            if isWhole { finish(stream, into: output) } else { output.tally.ignored[Self.pieceReason, default: 0] += 1 }
        }
    }

    /// Adds the record at hand to the open one of `stream`.
    private func extend(_ stream: [UInt8], _ origin: RecordOrigin, into output: RecordBlock) {
        let scratch = scratch
        if open[stream] == nil {
            if order.count == Self.openMax { finish(order[0], into: output) }
            open[stream] = Open(block: ByteBlock(capacity: scratch.count), origin: origin)
            order.append(stream)
        }
        guard let known = open[stream] else { return }
        // One byte more than allowed is kept, so that the decoder can tell.
        let room = max(recordBytesMax + 1 - known.block.count, 0)
        known.block.append(scratch.bytes.extracting(first: min(room, scratch.count)))
    }

    private func finish(_ stream: [UInt8], into output: RecordBlock) {
        guard let known = open.removeValue(forKey: stream) else { return }
        order.removeAll { $0 == stream }
        guard known.block.count <= recordBytesMax else {
            output.overlong.append(
                OverlongLine(
                    lineNumber: known.origin.lineNumber,
                    byteOffset: known.origin.byteOffset,
                    byteCount: Int64(known.block.count)
                )
            )
            return
        }
        let block = known.block
        output.add(block.bytes, known.origin)
    }

    func finish(into output: RecordBlock) {
        for stream in order { finish(stream, into: output) }
    }

    // MARK: - What the envelope says

    private func time(_ text: RawSpan, around envelope: Int64) -> Int64? {
        for (slot, unit) in plan.times {
            let slice = reader.slots[slot]
            guard slice.hasValue else { continue }
            let arena = arena
            let stamp =
                slice.region == .line
                ? try? LogTimestamp.read(text, slice, unit: unit)
                : try? LogTimestamp.read(arena.padded, slice, unit: unit)
            guard let stamp else { continue }
            return try? times.resolve(stamp, envelope: envelope == .min ? nil : envelope)
        }
        return nil
    }

    /// Whether no more pieces are to come.
    private func isWhole(_ text: RawSpan) -> Bool {
        let arena = arena
        switch envelope.pieces {
        case nil: return true
        case .marked(let mark): return !Self.equals(reader.bytes(reader.slots[pieceSlot], text, arena), mark)
        case .until(let end):
            let tail = Array(end.utf8)
            let scratch = scratch
            guard scratch.count >= tail.count else { return false }
            return Self.equals(scratch.bytes.extracting(last: tail.count), end)
        }
    }

    private static func equals(_ span: RawSpan, _ text: String) -> Bool {
        span.withUnsafeBytes { $0.elementsEqual(text.utf8) }
    }

    /// Copies the record; false when there is none.
    private func copyText(_ text: RawSpan) -> Bool {
        let slice = reader.slots[textSlot]
        guard slice.hasValue else { return false }
        scratch.truncate(to: 0)
        let arena = arena
        let value = reader.bytes(slice, text, arena)
        if slice.kind == .json, value.byteCount > 1, value.byte(at: 0) == UInt8(ascii: "["), copyByteNumbers(value) {
            return true
        }
        if envelope.hasOctalEscapes { copyUnescaped(value) } else { scratch.append(value) }
        return true
    }

    /// journald writes text with control characters as an array of byte values; false when it is another array.
    private func copyByteNumbers(_ value: RawSpan) -> Bool {
        var number = -1
        for index in 1..<value.byteCount {
            let byte = value.byte(at: index)
            switch byte {
            case 0x30...0x39:
                number = max(number, 0) * 10 + Int(byte & 15)
                guard number < 256 else { return false }
            case UInt8(ascii: ","), UInt8(ascii: "]"):
                if number >= 0 { scratch.append(byteWithoutPadding: UInt8(number)) }
                number = -1
            case 0x20: continue
            default:
                scratch.truncate(to: 0)
                return false
            }
        }
        return true
    }

    /// rsyslog writes control characters as `#` and three octal digits.
    private func copyUnescaped(_ value: RawSpan) {
        var index = 0
        while index < value.byteCount {
            let byte = value.byte(at: index)
            if byte == UInt8(ascii: "#"), index + 3 < value.byteCount, let code = Self.octal(value, index + 1) {
                scratch.append(byteWithoutPadding: code)
                index += 4
            } else {
                scratch.append(byteWithoutPadding: byte)
                index += 1
            }
        }
    }

    /// A control character, or a byte that is no ASCII: nothing else is escaped.
    private static func octal(_ text: RawSpan, _ start: Int) -> UInt8? {
        var code = 0
        for index in start..<start + 3 {
            let digit = text.byte(at: index)
            guard (0x30...0x37).contains(digit) else { return nil }
            code = code * 8 + Int(digit & 7)
        }
        return code < 32 || (127...255).contains(code) ? UInt8(code) : nil
    }

    /// Takes line ends and a byte order mark away; in JSON, line feeds between tokens become spaces.
    private func trim() {
        let scratch = scratch
        var count = scratch.count
        while count > 0, [0x0A, 0x0D].contains(scratch.bytes.byte(at: count - 1)) { count -= 1 }
        scratch.truncate(to: count)
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let hasMark = count >= 3 && (0..<3).allSatisfy { scratch.bytes.byte(at: $0) == mark[$0] }
        let start = hasMark ? 3 : 0
        guard start < count else {
            scratch.truncate(to: count - start)
            return
        }
        let first = scratch.bytes.byte(at: start)
        let isJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        guard hasMark || isJSON && ByteScan.next(0x0A, scratch.padded, start) < count else { return }
        let text = scratch.bytes.extracting(start..<count).array
        scratch.truncate(to: 0)
        for byte in text { scratch.append(byteWithoutPadding: isJSON && byte == 0x0A ? 0x20 : byte) }
        scratch.pad()
    }
}
