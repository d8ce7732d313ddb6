// Compares text with wildcards, code point by code point, without recursion.

import FieldRows

extension RawSpan {
    /// The code point at `index` and its length; an ill-formed byte counts as one of its own.
    @inline(__always)
    func codePoint(at index: Int) -> (value: UInt32, length: Int) {
        let first = byte(at: index)
        if first < 0x80 { return (UInt32(first), 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first < 0xF5, index + length <= byteCount else { return (0x11_0000 + UInt32(first), 1) }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for offset in 1..<length {
            let next = byte(at: index + offset)
            guard next & 0xC0 == 0x80 else { return (0x11_0000 + UInt32(first), 1) }
            value = value << 6 | UInt32(next & 0x3F)
        }
        return (value, length)
    }

    /// Whether the whole span fits the tokens; remembers only the last `*`, so the work is at most their product.
    func fits(_ tokens: borrowing ContiguousArray<UInt32>, _ range: Range<Int>, _ fold: CaseFold) -> Bool {
        var (index, token) = (0, range.lowerBound)
        var retryIndex = 0
        var retryToken = -1
        while index < byteCount {
            if token < range.upperBound, tokens[token] == SigmaText.anyRun {
                token += 1
                (retryToken, retryIndex) = (token, index)
                continue
            }
            let (value, length) = codePoint(at: index)
            if token < range.upperBound, fold.fits(value, tokens[token]) {
                token += 1
                index += length
                continue
            }
            guard retryToken >= 0 else { return false }
            retryIndex += codePoint(at: retryIndex).length
            (index, token) = (retryIndex, retryToken)
        }
        while token < range.upperBound, tokens[token] == SigmaText.anyRun { token += 1 }
        return token == range.upperBound
    }
}

/// How far case is ignored.
enum CaseFold: UInt8, BitwiseCopyable, Sendable {
    case none, ascii, full

    @inline(__always)
    func apply(_ value: UInt32) -> UInt32 {
        switch self {
        case .none: value
        case .ascii: value &- 0x41 < 26 ? value | 0x20 : value
        case .full: foldedCase(value)
        }
    }
    /// Whether the code point fits a token that is not `*`.
    @inline(__always)
    func fits(_ value: UInt32, _ token: UInt32) -> Bool {
        token == apply(value) || token == SigmaText.anyOne || token == SigmaText.anyDash && SigmaText.isDash(value)
    }
}
