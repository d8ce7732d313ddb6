// Remembers which key followed which: servers write the same keys in the same order, line after line.

import FieldRows

/// Recognises an expected key by its bytes, so that it need not be scanned, hashed and compared.
///
/// For each key it knows the two keys that last came behind it, since optional fields come and go. The comparison is
/// exact, so a prediction never changes what is read, only how fast.
struct KeyPredictor {
    /// The bytes from the key to its value's delimiter, as four words, with what to do.
    private struct Expectation: BitwiseCopyable {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var masks: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var width: Int32 = 0
        var node: Int16 = 0
        var target = KeyTarget.unwanted
        /// The keys that came behind this one, the latest first; zero for none.
        var next: Int16 = 0
        var nextButOne: Int16 = 0
    }

    private static let keysMax = 200
    private static let widthMax = 32
    /// Entry 0 stands for the beginning of a line.
    private var expected = [Expectation()]
    /// The key recognised last.
    private var current = 0

    /// Begins a new line.
    @inline(__always)
    mutating func restart() { current = 0 }

    /// If the bytes at `index` are a key expected here, returns how many and its target.
    @inline(__always)
    mutating func match(_ text: RawSpan, _ index: Int, node: Int16) -> (width: Int, target: KeyTarget)? {
        let next = Int(expected[current].next)
        if _fastPath(matches(next, text, index, node)) {
            current = next
            return (Int(expected[next].width), expected[next].target)
        }
        let other = Int(expected[current].nextButOne)
        guard matches(other, text, index, node) else { return nil }
        current = other
        return (Int(expected[other].width), expected[other].target)
    }

    @inline(__always)
    private func matches(_ key: Int, _ text: RawSpan, _ index: Int, _ node: Int16) -> Bool {
        let known = expected[key]
        guard known.width != 0, known.node == node else { return false }
        var difference = text.word(at: index) & known.masks.0 ^ known.words.0
        if known.width > 8 {
            difference |= text.word(at: index &+ 8) & known.masks.1 ^ known.words.1
            difference |= text.word(at: index &+ 16) & known.masks.2 ^ known.words.2
        }
        if known.width > 24 { difference |= text.word(at: index &+ 24) & known.masks.3 ^ known.words.3 }
        return difference == 0
    }

    /// Expects the `width` bytes at `index` behind the key recognised before them.
    mutating func learn(_ text: RawSpan, _ index: Int, width: Int, node: Int16, target: KeyTarget) {
        guard width <= Self.widthMax else {
            current = 0
            return
        }
        var key = 1
        while key < expected.count, !(Int(expected[key].width) == width && matches(key, text, index, node)) { key += 1 }
        if key == expected.count {
            guard expected.count < Self.keysMax else {
                current = 0
                return
            }
            expected.append(Self.expectation(text, index, width, node, target))
        }
        expected[current].nextButOne = expected[current].next
        expected[current].next = Int16(key)
        current = key
    }

    private static func expectation(
        _ text: RawSpan,
        _ index: Int,
        _ width: Int,
        _ node: Int16,
        _ target: KeyTarget
    ) -> Expectation {
        func mask(_ word: Int) -> UInt64 {
            let bytes = min(max(width - 8 * word, 0), 8)
            return bytes == 8 ? ~0 : 1 << UInt64(8 * bytes) - 1
        }
        var known = Expectation()
        known.masks = (mask(0), mask(1), mask(2), mask(3))
        known.words = (
            text.word(at: index) & known.masks.0, text.word(at: index + 8) & known.masks.1,
            text.word(at: index + 16) & known.masks.2, text.word(at: index + 24) & known.masks.3
        )
        known.width = Int32(width)
        known.node = node
        known.target = target
        return known
    }
}
