// Turns gzip members into plain bytes (RFC 1952) and checks each one's CRC and length.

import CIsal
import Glibc

/// Decompresses a sequence of gzip members.
///
/// When the library fails, it counts bytes as output that it never wrote. So nothing a failed step wrote is kept: the
/// step is undone and repeated in smaller and smaller pieces of input, until the byte is found that cannot be decoded.
/// That makes the text before the damage independent of how the input was cut.
final class GzipDecoder: ByteDecoder {
    static let truncated = "truncated: the file ends inside a gzip member"

    private static let stallsMax = 8

    private let state: UnsafeMutablePointer<inflate_state>
    /// The state before the last step.
    private let before: UnsafeMutablePointer<inflate_state>
    private var isInMember = false
    /// How much input a step gets; less than everything once a step has failed.
    private var pieceBytesMax = Int.max
    /// Whether everything that was decoded from earlier pieces has been handed on.
    private var isDrained = true
    /// The damage to report once that is the case.
    private var damage: String?

    init() {
        state = .allocate(capacity: 1)
        before = .allocate(capacity: 1)
        // The library leaves its tables as they are until a member fills them; a damaged one can read them before.
        memset(state, 0, MemoryLayout<inflate_state>.size)
        isal_inflate_init(state)
        state.pointee.crc_flag = UInt32(ISAL_GZIP_NO_HDR_VER)
    }

    deinit {
        state.deallocate()
        before.deallocate()
    }

    func decode(from source: ByteSource, into output: UnsafeMutableRawBufferPointer) -> DecodeStep {
        var stalls = 0
        while true {
            if !isInMember, let step = beginMember(source) { return step }
            let piece = nextPiece(source)
            memcpy(before, state, MemoryLayout<inflate_state>.size)
            let (result, consumed, written) = inflate(piece, into: output)
            if result < 0, damage == nil, result != ISAL_INCORRECT_CHECKSUM {
                if let step = retreat(piece.count, Self.reason(result)) { return step }
                continue
            }
            source.consume(consumed)
            isDrained = written == 0 && piece.isEmpty
            if result == ISAL_INCORRECT_CHECKSUM { damage = damage ?? Self.reason(result) }
            if written > 0 {
                endMember()
                return .bytes(written)
            }
            if let damage { return .damage(damage) }
            endMember()
            guard isInMember, consumed == 0 else { continue }
            if !source.fill(1) { return .damage(source.failure ?? Self.truncated) }
            if !piece.isEmpty { stalls += 1 }
            if stalls > Self.stallsMax { return .damage("corrupted gzip member: no progress") }
        }
    }

    /// The input of the next step: everything there is, unless damage is being searched for.
    private func nextPiece(_ source: ByteSource) -> UnsafeRawBufferPointer {
        let available = source.available
        if damage != nil || (pieceBytesMax < .max && !isDrained) {
            return UnsafeRawBufferPointer(rebasing: available.prefix(0))
        }
        return UnsafeRawBufferPointer(rebasing: available.prefix(pieceBytesMax))
    }

    /// Runs the decompressor once.
    private func inflate(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) -> (result: Int32, consumed: Int, written: Int) {
        state.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
        state.pointee.avail_in = UInt32(input.count)
        state.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
        state.pointee.avail_out = UInt32(output.count)
        let result = isal_inflate(state)
        // The library may load a word that begins before the end of the input and count all of it, which makes the
        // rest negative; the input buffer has slack for that.
        let left = max(0, Int(Int32(bitPattern: state.pointee.avail_in)))
        return (result, max(0, input.count - left), output.count - Int(state.pointee.avail_out))
    }

    /// Undoes a step that failed; returns the damage if no smaller step is possible.
    private func retreat(_ pieceBytes: Int, _ reason: String) -> DecodeStep? {
        if pieceBytes == 1 { return .damage(reason) }
        memcpy(state, before, MemoryLayout<inflate_state>.size)
        if pieceBytes > 1 {
            pieceBytesMax = max(1, pieceBytes / 16)
            isDrained = false
        } else {
            // Failed on bits taken in earlier. Declaring the input done lets the library hand on what it decoded.
            damage = reason
            state.pointee.block_state = ISAL_BLOCK_INPUT_DONE
        }
        return nil
    }

    private func endMember() {
        if state.pointee.block_state == ISAL_BLOCK_FINISH, damage == nil { isInMember = false }
    }

    /// Looks whether a member follows and skips its header; returns the final step if there is none.
    private func beginMember(_ source: ByteSource) -> DecodeStep? {
        guard source.fill(1) else { return source.failure.map { .damage($0) } ?? .end }
        if source.available[0] == 0 { return skipPadding(source) }
        let hasTwo = source.fill(2)
        guard source.available[0] == 0x1F, !hasTwo || source.available[1] == 0x8B else { return Self.trailingBytes }
        if let reason = GzipHeader.skip(source) { return .damage(source.failure ?? reason) }
        isal_inflate_reset(state)
        isInMember = true
        return nil
    }

    /// Tapes and block devices fill the last block with zeros; they carry nothing.
    private func skipPadding(_ source: ByteSource) -> DecodeStep {
        while source.fill(1) {
            guard source.available.allSatisfy({ $0 == 0 }) else { return Self.trailingBytes }
            source.consume(source.available.count)
        }
        return source.failure.map { .damage($0) } ?? .end
    }

    private static let trailingBytes = DecodeStep.damage("unexpected bytes after the last gzip member")

    private static func reason(_ result: Int32) -> String {
        switch result {
        case ISAL_INVALID_BLOCK: "corrupted gzip member: invalid block"
        case ISAL_INVALID_SYMBOL: "corrupted gzip member: invalid symbol"
        case ISAL_INVALID_LOOKBACK: "corrupted gzip member: distance too far back"
        case ISAL_INCORRECT_CHECKSUM: "corrupted gzip member: checksum or length does not match"
        default: "corrupted gzip member: error \(result)"
        }
    }
}
