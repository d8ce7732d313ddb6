// All texts of a registry by number, so that a value of an event is looked up once.

import FieldRows

/// Texts with numbers from 0, found by their bytes; filled once, then only read.
struct WordTable: Sendable {
    private struct Slot: BitwiseCopyable {
        var hash: UInt64 = 0
        /// Number plus one; zero for a free slot.
        var number: UInt32 = 0
    }

    private var numbers: [[UInt8]: UInt32] = [:]
    private var words: [[UInt8]] = []
    private var slots: [Slot] = []

    /// Number of texts.
    var count: Int { words.count }

    /// The number of `text`, which is added if it is new; not after ``freeze()``.
    mutating func add(_ text: String) -> UInt32 {
        let bytes = Array(text.utf8)
        if let number = numbers[bytes] { return number }
        let number = UInt32(words.count)
        numbers[bytes] = number
        words.append(bytes)
        return number
    }

    /// Makes the texts ready to be looked up.
    mutating func freeze() {
        numbers = [:]
        var capacity = 16
        while capacity < words.count * 2 { capacity *= 2 }
        slots = Array(repeating: Slot(), count: capacity)
        for (number, word) in words.enumerated() {
            let hash = Self.hash(word.span.bytes)
            var index = Int(truncatingIfNeeded: hash) & (capacity - 1)
            while slots[index].number != 0 { index = (index + 1) & (capacity - 1) }
            slots[index] = Slot(hash: hash, number: UInt32(number) + 1)
        }
    }

    /// The number of the text with these bytes.
    ///
    /// Only texts of the registry are in the table: whoever writes into the log cannot make its chains longer.
    func number(of text: RawSpan) -> UInt32? {
        let hash = Self.hash(text)
        var index = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[index].number != 0 {
            let number = slots[index].number - 1
            if slots[index].hash == hash, isWord(number, text) { return number }
            index = (index + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Whether the text of this number has these bytes.
    func isWord(_ number: UInt32, _ text: RawSpan) -> Bool {
        let word = words[Int(number)]
        return word.span.bytes.equals(text)
    }

    /// Multiplies and folds, eight bytes at a time.
    private static func hash(_ text: RawSpan) -> UInt64 {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: text.byteCount)
        var index = 0
        while index &+ 8 <= text.byteCount {
            state = fold(state ^ text.word(at: index))
            index &+= 8
        }
        var word: UInt64 = 0
        while index < text.byteCount {
            word = word &<< 8 | UInt64(text.byte(at: index))
            index &+= 1
        }
        return fold(fold(state ^ word))
    }

    private static func fold(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }
}
