// The longest text that every match of a regular expression holds.

extension RegexPattern {
    /// The longest run of ordinary characters outside of groups, classes and alternatives; `nil` when it cannot be told.
    ///
    /// Only ASCII, and only what is certain: whoever does not understand a part of the pattern ends the run.
    var requiredLiteral: [UInt8]? {
        // Without regard to case and in characters, `k` and `s` have a third form (U+212A, U+017F).
        var reader = RegexLiteralReader(Array(source.utf8), hasThirdCase: ignoresCase && countsCharacters)
        return reader.longest()
    }
}

/// Walks over a pattern.
private struct RegexLiteralReader {
    private let bytes: [UInt8]
    private let hasThirdCase: Bool
    private var position = 0
    private var run: [UInt8] = []
    private var best: [UInt8] = []

    init(_ bytes: [UInt8], hasThirdCase: Bool) {
        self.bytes = bytes
        self.hasThirdCase = hasThirdCase
    }

    mutating func longest() -> [UInt8]? {
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            // Alternatives at the top: no part is certain.
            case UInt8(ascii: "|"): return nil
            case UInt8(ascii: "("):
                endRun()
                guard isPlainGroup, skipGroup() else { return nil }
            case UInt8(ascii: "["):
                endRun()
                guard skipClass() else { return nil }
            case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "{"):
                if !run.isEmpty { run.removeLast() }
                endRun()
                if byte == UInt8(ascii: "{") { skipCounts() }
            case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "$"): endRun()
            case UInt8(ascii: "\\"): guard escape() else { return nil }
            case 0x80...: endRun()
            case let letter where hasThirdCase && (letter | 0x20 == 0x6B || letter | 0x20 == 0x73): endRun()
            default: run.append(byte)
            }
        }
        endRun()
        return best.isEmpty ? nil : best
    }

    /// Whether what follows a `(` is an ordinary group: `(?…` may change how the rest is read, `(*…` ends the search.
    private var isPlainGroup: Bool {
        guard position < bytes.count else { return false }
        switch bytes[position] {
        case UInt8(ascii: "?"): return position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: ":")
        case UInt8(ascii: "*"): return false
        default: return true
        }
    }

    private mutating func endRun() {
        if run.count > best.count { best = run }
        run = []
    }

    /// A backslash before punctuation is that character; before a letter or digit it is a class or an assertion.
    private mutating func escape() -> Bool {
        guard position < bytes.count else { return false }
        let byte = bytes[position]
        position += 1
        let isWord = (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte >= 0x80
        if isWord {
            endRun()
            // The others take what stands behind them: \x41, \p{L}, \k<name>, \Q…\E.
            return "dDwWsSbBhHvVRAzZnrtfea".utf8.contains(byte)
        }
        run.append(byte)
        return true
    }

    /// Skips `2,5}` behind a brace; any other brace is an ordinary character.
    private mutating func skipCounts() {
        var end = position
        while end < bytes.count, bytes[end] &- 0x30 < 10 || bytes[end] == UInt8(ascii: ",") || bytes[end] == 0x20 {
            end += 1
        }
        if end < bytes.count, bytes[end] == UInt8(ascii: "}") { position = end + 1 }
    }

    /// Skips a group whose `(` has been read.
    private mutating func skipGroup() -> Bool {
        var depth = 1
        while position < bytes.count, depth > 0 {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\\"):
                if position < bytes.count, bytes[position] == UInt8(ascii: "Q") { return false }
                position += 1
            case UInt8(ascii: "("):
                guard isPlainGroup else { return false }
                depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: "["): guard skipClass() else { return false }
            default: break
            }
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
            if byte == UInt8(ascii: "\\") {
                if position < bytes.count, bytes[position] == UInt8(ascii: "Q") { return false }
                position += 1
            }
            // [:alpha:] and its like hold a bracket of their own.
            if byte == UInt8(ascii: "[") { return false }
        }
        return false
    }
}
