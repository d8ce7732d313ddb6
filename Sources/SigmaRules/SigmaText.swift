// A Sigma string as code points and wildcards, and the modifiers that rewrite it.

import FoundationEssentials

/// Text of a rule, taken apart.
struct SigmaText: Sendable, Hashable {
    /// `*`, any number of characters.
    static let anyRun: UInt32 = 0xFFFF_FFFF
    /// `?`, one character.
    static let anyOne: UInt32 = 0xFFFF_FFFE
    /// One of the dashes that `windash` takes for each other.
    static let anyDash: UInt32 = 0xFFFF_FFFD
    /// Most of those in a text that is encoded: five forms each, so 125 texts.
    static let encodedDashesMax = 3

    /// Why a modifier cannot rewrite a text.
    enum Problem: Error, Equatable {
        case wildcardsInEncodedText
        case tooManyDashes
        /// UTF-16 of other characters than ASCII cannot stand in a UTF-8 log, except in Base64.
        case notASCII
    }

    private(set) var tokens: [UInt32]
    /// Whether each token is a byte of UTF-16, but for a byte order mark in front.
    private var isWide = false

    /// Text without wildcards.
    init(plain text: String) { tokens = text.unicodeScalars.map(\.value) }

    /// Reads a Sigma string: `*` and `?` are wildcards, `\` takes their meaning away.
    init(_ text: String) {
        tokens = []
        var escaped = false
        for scalar in text.unicodeScalars {
            switch (escaped, scalar) {
            case (false, "\\"): escaped = true
            case (false, "*"): tokens.append(Self.anyRun)
            case (false, "?"): tokens.append(Self.anyOne)
            case (true, "\\"), (true, "*"), (true, "?"):
                tokens.append(scalar.value)
                escaped = false
            case (true, _):
                // A backslash before an ordinary character stands for itself.
                tokens.append(0x5C)
                tokens.append(scalar.value)
                escaped = false
            default: tokens.append(scalar.value)
            }
        }
        if escaped { tokens.append(0x5C) }
    }

    private init(tokens: [UInt32]) { self.tokens = tokens }

    var hasWildcards: Bool { tokens.contains { $0 >= Self.anyOne } }

    /// The texts that the modifier `encoding` makes of this one.
    func encoded(_ encoding: ValueEncoding) throws(Problem) -> [SigmaText] {
        if encoding == .windash { return [withAnyDashes()] }
        var encoded: [SigmaText] = []
        for text in try writtenOut() { encoded += try text.bytesEncoded(encoding) }
        return encoded
    }

    private func bytesEncoded(_ encoding: ValueEncoding) throws(Problem) -> [SigmaText] {
        switch encoding {
        case .windash: return [self]
        case .utf16le: return [wide { [$0 & 0xFF, $0 >> 8] }]
        case .utf16be: return [wide { [$0 >> 8, $0 & 0xFF] }]
        case .utf16:
            var text = wide { [$0 & 0xFF, $0 >> 8] }
            text.tokens.insert(0xFEFF, at: 0)
            return [text]
        case .base64: return [SigmaText(plain: Data(try bytes()).base64EncodedString())]
        case .base64offset: return try offsetVariants()
        }
    }

    /// Whether the text can stand in a log of UTF-8.
    func checkedForLog() throws(Problem) -> SigmaText {
        if isWide, tokens.contains(where: { $0 >= 0x80 && $0 < 0x100 }) { throw .notASCII }
        return self
    }

    private func wide(_ split: (UInt32) -> [UInt32]) -> SigmaText {
        var text = SigmaText(tokens: [])
        text.isWide = true
        for token in tokens {
            guard token < Self.anyDash, let scalar = Unicode.Scalar(token) else {
                text.tokens.append(token)
                continue
            }
            for unit in String(scalar).utf16 { text.tokens += split(UInt32(unit)) }
        }
        return text
    }

    private func bytes() throws(Problem) -> [UInt8] {
        guard !hasWildcards else { throw .wildcardsInEncodedText }
        guard isWide else {
            var scalars = String.UnicodeScalarView()
            scalars.append(contentsOf: tokens.compactMap(Unicode.Scalar.init))
            return Array(String(scalars).utf8)
        }
        return tokens.flatMap { $0 == 0xFEFF ? [0xFF, 0xFE] : [UInt8(truncatingIfNeeded: $0)] }
    }

    /// The part of the Base64 text that does not depend on what stands around it, for each of the three alignments.
    private func offsetVariants() throws(Problem) -> [SigmaText] {
        let bytes = try bytes()
        return (0..<3).map { offset in
            let text = Data(Array(repeating: 0x20, count: offset) + bytes).base64EncodedString()
            let start = [0, 2, 3][offset]
            let end = [0, 3, 2][(bytes.count + offset) % 3]
            return SigmaText(plain: String(text.dropFirst(start).dropLast(end)))
        }
    }

    /// The same with dashes that begin a command line parameter of any kind.
    private func withAnyDashes() -> SigmaText {
        var text = self
        for index in tokens.indices
        where Self.isDash(tokens[index]) && (index == 0 || !Self.isWordCharacter(tokens[index - 1]))
            && index + 1 < tokens.count && Self.isWordCharacter(tokens[index + 1])
        {
            text.tokens[index] = Self.anyDash
        }
        return text
    }

    /// All texts that the dashes of any kind stand for: an encoding has no wildcard for them.
    private func writtenOut() throws(Problem) -> [SigmaText] {
        let places = tokens.indices.filter { tokens[$0] == Self.anyDash }
        guard places.count <= Self.encodedDashesMax else { throw .tooManyDashes }
        var texts = [self]
        for place in places {
            texts = texts.flatMap { text in
                Self.dashes.map { dash in
                    var other = text
                    other.tokens[place] = dash
                    return other
                }
            }
        }
        return texts
    }

    /// Whether the code point is one of the dashes that `windash` takes for each other.
    @inline(__always)
    static func isDash(_ value: UInt32) -> Bool {
        value == 0x2D || value == 0x2F || value &- 0x2013 < 3
    }

    /// `-`, `/`, en dash, em dash and horizontal bar (Sigma modifiers appendix, "windash").
    private static let dashes: [UInt32] = [0x2D, 0x2F, 0x2013, 0x2014, 0x2015]

    private static func isWordCharacter(_ token: UInt32) -> Bool {
        guard token < anyDash, let scalar = Unicode.Scalar(token) else { return false }
        return scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}

/// Modifiers that rewrite a text before it is looked for.
enum ValueEncoding: String, CaseIterable, Sendable {
    case windash, utf16le, utf16be, utf16, base64, base64offset
}
