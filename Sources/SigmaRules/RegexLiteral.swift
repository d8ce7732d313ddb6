// The longest text that every match of a regular expression holds.

extension RegexPattern {
    /// The longest run of ordinary characters outside of groups, classes and alternatives; `nil` when it cannot be told.
    ///
    /// Only ASCII, and only what is certain: whoever does not understand a part of the pattern ends the run.
    var requiredLiteral: [UInt8]? {
        var reader = RegexLiteralReader(Array(source.utf8))
        return reader.longest()
    }
}

/// Walks over a pattern.
private struct RegexLiteralReader {
    private let bytes: [UInt8]
    private var position = 0
    private var run: [UInt8] = []
    private var best: [UInt8] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func longest() -> [UInt8]? {
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            // Alternatives at the top: no part is certain.
            case UInt8(ascii: "|"): return nil
            case UInt8(ascii: "("):
                // `(?` may change how the rest is read.
                if position < bytes.count, bytes[position] == UInt8(ascii: "?"), !isPlainGroup { return nil }
                endRun()
                guard skipGroup() else { return nil }
            case UInt8(ascii: "["):
                endRun()
                guard skipClass() else { return nil }
            case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "{"):
                if !run.isEmpty { run.removeLast() }
                endRun()
                if byte == UInt8(ascii: "{") { skip(to: UInt8(ascii: "}")) }
            case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "$"): endRun()
            case UInt8(ascii: "\\"): escape()
            case 0x80...: endRun()
            default: run.append(byte)
            }
        }
        endRun()
        return best.isEmpty ? nil : best
    }

    /// `(?:`, and nothing else that begins with a question mark.
    private var isPlainGroup: Bool { position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: ":") }

    private mutating func endRun() {
        if run.count > best.count { best = run }
        run = []
    }

    /// A backslash before punctuation is that character; before a letter or digit it is a class or an assertion.
    private mutating func escape() {
        guard position < bytes.count else { return }
        let byte = bytes[position]
        position += 1
        let isWord = (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte >= 0x80
        if isWord {
            endRun()
            // What stands behind it may belong to it: \x41, \p{L}, \k<name>, \Q…\E.
            position = bytes.count
        } else {
            run.append(byte)
        }
    }

    private mutating func skip(to end: UInt8) {
        while position < bytes.count, bytes[position] != end { position += 1 }
        position += 1
    }

    private mutating func skipGroup() -> Bool {
        var depth = 1
        while position < bytes.count, depth > 0 {
            switch bytes[position] {
            case UInt8(ascii: "\\"): position += 1
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: "["):
                position += 1
                guard skipClass() else { return false }
                continue
            default: break
            }
            position += 1
        }
        return depth == 0
    }

    /// Skips a class whose `[` has been read.
    private mutating func skipClass() -> Bool {
        if position < bytes.count, bytes[position] == UInt8(ascii: "^") { position += 1 }
        // A bracket in the first place is an ordinary character.
        if position < bytes.count, bytes[position] == UInt8(ascii: "]") { position += 1 }
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "]") { return true }
            if byte == UInt8(ascii: "\\") { position += 1 }
            // [:alpha:] and its like hold a bracket of their own.
            if byte == UInt8(ascii: "[") { return false }
        }
        return false
    }
}
