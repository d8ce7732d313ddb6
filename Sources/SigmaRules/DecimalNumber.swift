// Numbers as logs write them, compared exactly.

import FieldRows

/// A decimal number of up to 38 significant digits, without the rounding of binary floating point.
struct DecimalNumber: BitwiseCopyable, Sendable, Hashable, Comparable {
    /// -1, 0 or 1.
    let sign: Int8
    /// Position of the first digit relative to the decimal point: 1 for 1...9, 2 for 10...99.
    let order: Int32
    /// The first nineteen digits, scaled so that the first of them is not zero.
    let digits: UInt64
    /// The nineteen digits behind ``digits``.
    let moreDigits: UInt64

    /// Largest ``order`` either way; what is beyond has no value in binary floating point either, and is text.
    private static let orderMax = 400

    static func < (left: DecimalNumber, right: DecimalNumber) -> Bool {
        if left.sign != right.sign { return left.sign < right.sign }
        let (one, two) = left.sign < 0 ? (right, left) : (left, right)
        return (one.order, one.digits, one.moreDigits) < (two.order, two.digits, two.moreDigits)
    }

    init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes.span.bytes)
    }

    /// A whole number.
    init(_ value: Int64) {
        var (mantissa, order) = (value.magnitude, Int32(0))
        guard mantissa != 0 else {
            (sign, self.order, digits, moreDigits) = (0, 0, 0, 0)
            return
        }
        var rest = mantissa
        while rest > 0 {
            rest /= 10
            order += 1
        }
        while mantissa < 1_000_000_000_000_000_000 { mantissa *= 10 }
        (sign, self.order, digits, moreDigits) = (value < 0 ? -1 : 1, order, mantissa, 0)
    }

    /// Reads `-12.5e3`; `nil` when the span is anything but one decimal number, or one that cannot be kept exactly.
    init?(_ span: RawSpan) {
        var scanner = DecimalScanner(at: 0)
        let negative = scanner.sign(span)
        guard scanner.digits(span) > 0 else { return nil }
        if scanner.take(0x2E, span) {
            scanner.behindPoint = true
            guard scanner.digits(span) > 0 else { return nil }
        }
        guard scanner.exponent(span), scanner.position == span.byteCount, !scanner.hasTooMany else { return nil }
        var (mantissa, more) = (scanner.mantissa, scanner.moreDigits)
        guard mantissa != 0 else {
            (sign, order, digits, moreDigits) = (0, 0, 0, 0)
            return
        }
        guard abs(scanner.order + scanner.power) <= Self.orderMax else { return nil }
        while mantissa < 1_000_000_000_000_000_000 { mantissa &*= 10 }
        if more != 0 {
            for _ in scanner.moreCount..<19 { more &*= 10 }
        }
        sign = negative ? -1 : 1
        order = Int32(truncatingIfNeeded: scanner.order + scanner.power)
        digits = mantissa
        moreDigits = more
    }
}

/// Walks over the characters of a decimal number.
private struct DecimalScanner {
    var position: Int
    /// The first nineteen digits that count.
    var mantissa: UInt64 = 0
    /// The nineteen behind them, and how many there are.
    var moreDigits: UInt64 = 0
    var moreCount = 0
    /// Whether digits other than zero come behind those.
    var hasTooMany = false
    /// Digits before the point that count, less the zeros directly behind it.
    var order = 0
    var power = 0
    var behindPoint = false
    private var significant = 0

    init(at position: Int) { self.position = position }

    mutating func take(_ byte: UInt8, _ span: borrowing RawSpan) -> Bool {
        guard position < span.byteCount, span.byte(at: position) == byte else { return false }
        position += 1
        return true
    }

    mutating func sign(_ span: borrowing RawSpan) -> Bool {
        if take(0x2D, span) { return true }
        _ = take(0x2B, span)
        return false
    }

    mutating func digits(_ span: borrowing RawSpan) -> Int {
        let start = position
        while position < span.byteCount {
            let digit = span.byte(at: position) &- 0x30
            guard digit < 10 else { break }
            add(digit)
            position += 1
        }
        return position - start
    }

    private mutating func add(_ digit: UInt8) {
        if significant == 0, digit == 0 {
            if behindPoint { order -= 1 }
            return
        }
        if !behindPoint { order += 1 }
        if _fastPath(significant < 19) {
            mantissa = mantissa * 10 + UInt64(digit)
        } else if moreCount < 19 {
            moreDigits = moreDigits * 10 + UInt64(digit)
            moreCount += 1
        } else if digit != 0 {
            hasTooMany = true
        }
        significant += 1
    }

    /// Reads `e+12` if it is there; `false` when it is begun and not finished.
    mutating func exponent(_ span: borrowing RawSpan) -> Bool {
        guard take(0x65, span) || take(0x45, span) else { return true }
        let negative = sign(span)
        let start = position
        while position < span.byteCount {
            let digit = span.byte(at: position) &- 0x30
            guard digit < 10 else { break }
            power = min(power * 10 + Int(digit), 1_000_000)
            position += 1
        }
        if negative { power = -power }
        return position > start
    }
}
