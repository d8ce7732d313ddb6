// Collects the bytes of lines and hands them to a file in large pieces.

import Glibc

/// Output that is written when enough of it has come together.
struct LineBuffer {
    /// Bytes appended so far, written or not.
    private(set) var total = 0
    private var bytes: [UInt8] = []
    private let descriptor: Int32
    private static let flushThreshold = 1 << 20

    /// A buffer in front of the open file `descriptor`.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        bytes.reserveCapacity(Self.flushThreshold + 1 << 16)
    }

    /// Ends a line, and writes the buffer if it is full.
    mutating func endLine() throws(GenerateError) {
        bytes.append(UInt8(ascii: "\n"))
        if bytes.count >= Self.flushThreshold { try flush() }
    }

    /// Bytes appended, including those not written yet.
    var count: Int { total + bytes.count }

    /// Writes what is left.
    mutating func flush() throws(GenerateError) {
        let failure: Int32? = bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let written = write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
                if written < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                offset += written
            }
            return nil
        }
        if let failure { throw .output(errno: failure) }
        total += bytes.count
        bytes.removeAll(keepingCapacity: true)
    }

    /// Appends literal text.
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Appends text given as UTF-8.
    mutating func append(_ text: [UInt8]) {
        bytes.append(contentsOf: text)
    }

    /// Appends `value` in decimal.
    mutating func append(number value: Int) {
        var width = 1
        var rest = value / 10
        while rest > 0 {
            width += 1
            rest /= 10
        }
        append(digits: value, width: width)
    }

    /// Appends the last `width` decimal digits of `value`.
    mutating func append(digits value: Int, width: Int) {
        let start = bytes.count
        for _ in 0..<width { bytes.append(UInt8(ascii: "0")) }
        var rest = value
        var index = start + width - 1
        while rest > 0 && index >= start {
            bytes[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
            index -= 1
        }
    }

    /// Appends an IPv4 address in dotted form.
    mutating func append(address: UInt32) {
        append(number: Int(address >> 24))
        for shift in [16, 8, 0] as [UInt32] {
            bytes.append(UInt8(ascii: "."))
            append(number: Int(address >> shift & 0xFF))
        }
    }

    /// Appends `identifier` as a version 4 UUID.
    mutating func append(uuid identifier: Identifier) {
        let high = identifier.high & ~0xF000 | 0x4000
        let low = identifier.low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        appendHex(UInt32(high >> 32))
        bytes.append(UInt8(ascii: "-"))
        appendHex(UInt32(truncatingIfNeeded: high), splitInHalves: true)
        bytes.append(UInt8(ascii: "-"))
        appendHex(UInt32(low >> 32), splitInHalves: true)
        appendHex(UInt32(truncatingIfNeeded: low))
    }

    /// Appends `count` characters of base64url text that belong to `identifier`.
    mutating func append(base64URL identifier: Identifier, count: Int = 43) {
        let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        alphabet.withUTF8Buffer { characters in
            var word = identifier.high
            for index in 0..<count {
                if index % 10 == 0 { word = RandomSource.mix(word ^ identifier.low &+ UInt64(index)) }
                bytes.append(characters[Int(word & 63)])
                word >>= 6
            }
        }
    }

    /// Eight hexadecimal digits at once: spreads the nibbles over the bytes of a word, then makes them letters.
    private mutating func appendHex(_ value: UInt32, splitInHalves: Bool = false) {
        var word = UInt64(value)
        word = (word | word << 16) & 0x0000_FFFF_0000_FFFF
        word = (word | word << 8) & 0x00FF_00FF_00FF_00FF
        word = (word | word << 4) & 0x0F0F_0F0F_0F0F_0F0F
        let letters = (word &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        word = word &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
        withUnsafeBytes(of: word.bigEndian) { digits in
            guard splitInHalves else { return bytes.append(contentsOf: digits) }
            bytes.append(contentsOf: digits[0..<4])
            bytes.append(UInt8(ascii: "-"))
            bytes.append(contentsOf: digits[4..<8])
        }
    }
}

extension LineBuffer {
    /// Appends a JSON member with a text value that needs no escapes, after a comma.
    mutating func member(_ name: StaticString, _ value: StaticString) {
        member(name) { $0.append(value) }
    }

    /// Appends a JSON member with a text value that needs no escapes, after a comma.
    mutating func member(_ name: StaticString, _ value: [UInt8]) {
        member(name) { $0.append(value) }
    }

    /// Appends a JSON member whose value is `identifier` as a UUID, after a comma; nothing if there is none.
    mutating func member(_ name: StaticString, uuid identifier: Identifier?) {
        guard let identifier else { return }
        member(name) { $0.append(uuid: identifier) }
    }

    /// Appends a JSON member with the text that `value` appends, after a comma.
    mutating func member(_ name: StaticString, value: (inout LineBuffer) -> Void) {
        append(",\"")
        append(name)
        append("\":\"")
        value(&self)
        append("\"")
    }
}
