// Turns UTF-16 into UTF-8, however it is cut into pieces.

import FieldRows

/// Transcodes a stream of UTF-16 code units; what is ill-formed becomes U+FFFD.
struct UTF16Transcoder {
    /// The least room for output with which a step makes progress.
    static let roomMin = 8

    private let isBigEndian: Bool
    /// First byte of a code unit whose second byte is still to come.
    private var oddByte: UInt8?
    /// A high surrogate whose low surrogate is still to come.
    private var high: UInt32?

    /// A transcoder for one byte order.
    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    /// Transcodes as much of `input` as `output` has room for.
    mutating func transcode(
        _ input: RawSpan,
        into output: UnsafeMutableRawBufferPointer
    ) -> (consumed: Int, written: Int) {
        var consumed = 0
        var written = 0
        // A unit writes six bytes at most: U+FFFD for an unpaired surrogate before it, then itself.
        while consumed < input.byteCount, output.count - written >= Self.roomMin {
            let byte = input.byte(at: consumed)
            consumed += 1
            guard let first = oddByte else {
                oddByte = byte
                continue
            }
            oddByte = nil
            let unit = isBigEndian ? UInt32(first) << 8 | UInt32(byte) : UInt32(byte) << 8 | UInt32(first)
            add(unit, to: output, &written)
        }
        return (consumed, written)
    }

    /// Writes what an input that ends here leaves behind; returns the number of bytes, six at most.
    mutating func finish(into output: UnsafeMutableRawBufferPointer) -> Int {
        var written = 0
        if high != nil { Self.write(0xFFFD, to: output, &written) }
        if oddByte != nil { Self.write(0xFFFD, to: output, &written) }
        high = nil
        oddByte = nil
        return written
    }

    private mutating func add(_ unit: UInt32, to output: UnsafeMutableRawBufferPointer, _ written: inout Int) {
        if let high {
            self.high = nil
            if unit & 0xFC00 == 0xDC00 {
                return Self.write(0x10000 + (high & 0x3FF) << 10 + (unit & 0x3FF), to: output, &written)
            }
            Self.write(0xFFFD, to: output, &written)
        }
        switch unit & 0xFC00 {
        case 0xD800: high = unit
        case 0xDC00: Self.write(0xFFFD, to: output, &written)
        default: Self.write(unit, to: output, &written)
        }
    }

    private static func write(_ scalar: UInt32, to output: UnsafeMutableRawBufferPointer, _ written: inout Int) {
        func put(_ bits: UInt32) {
            output[written] = UInt8(truncatingIfNeeded: bits)
            written += 1
        }
        switch scalar {
        case ..<0x80:
            put(scalar)
        case ..<0x800:
            put(0xC0 | scalar >> 6)
            put(0x80 | scalar & 0x3F)
        case ..<0x10000:
            put(0xE0 | scalar >> 12)
            put(0x80 | scalar >> 6 & 0x3F)
            put(0x80 | scalar & 0x3F)
        default:
            put(0xF0 | scalar >> 18)
            put(0x80 | scalar >> 12 & 0x3F)
            put(0x80 | scalar >> 6 & 0x3F)
            put(0x80 | scalar & 0x3F)
        }
    }
}
