// A Sigma string with its wildcards, ready to be compared.

/// Where in the value the text has to stand.
enum TextPlacement: UInt8, Sendable {
    case whole, prefix, suffix, contains
}

/// Text to compare with, without regard to case unless `cased`.
struct TextPattern: Sendable, Hashable {
    /// Bytes compared one by one, or code points where that is not enough.
    enum Shape: Sendable, Hashable {
        /// Any value.
        case any
        /// UTF-8 at the given place; lower-cased unless `cased`.
        case literal(TextPlacement, [UInt8])
        /// Code points and the two wildcards; lower-cased unless `cased`.
        case glob([UInt32])
    }

    /// `*` in a glob.
    static let anyRun: UInt32 = 0xFFFF_FFFF
    /// `?` in a glob.
    static let anyOne: UInt32 = 0xFFFF_FFFE

    let shape: Shape
    let cased: Bool

    /// Whether case has to be ignored beyond ASCII.
    var foldsBeyondASCII: Bool {
        guard !cased, case .glob(let tokens) = shape else { return false }
        return tokens.contains { $0 >= 0x80 && $0 < Self.anyOne }
    }

    /// Reads a Sigma string: `*` and `?` are wildcards, `\` takes their meaning away.
    init(sigma text: String, _ placement: TextPlacement, cased: Bool) {
        var tokens = Self.tokens(of: text)
        if placement == .suffix || placement == .contains { tokens.insert(Self.anyRun, at: 0) }
        if placement == .prefix || placement == .contains { tokens.append(Self.anyRun) }
        self.init(tokens: tokens, cased: cased)
    }

    /// Text without wildcards.
    init(plain text: String, cased: Bool = false) {
        self.init(tokens: text.unicodeScalars.map(\.value), cased: cased)
    }

    private init(tokens: [UInt32], cased: Bool) {
        self.cased = cased
        var tokens = cased ? tokens : tokens.map { $0 >= Self.anyOne ? $0 : foldedCase($0) }
        for index in tokens.indices.reversed().dropLast()
        where tokens[index] == Self.anyRun && tokens[index - 1] == Self.anyRun {
            tokens.remove(at: index)
        }
        shape = Self.shape(of: tokens, cased: cased)
    }

    /// Prefers bytes to code points: prefix, suffix and infix searches need no decoding.
    private static func shape(of tokens: [UInt32], cased: Bool) -> Shape {
        if tokens == [anyRun] { return .any }
        let opens = tokens.first == anyRun
        let closes = tokens.last == anyRun
        let inner = tokens.dropFirst(opens ? 1 : 0).dropLast(closes ? 1 : 0)
        guard !inner.contains(where: { $0 >= anyOne }), cased || !inner.contains(where: { $0 >= 0x80 }) else {
            return .glob(tokens)
        }
        let placement: TextPlacement =
            switch (opens, closes) {
            case (false, false): .whole
            case (false, true): .prefix
            case (true, false): .suffix
            case (true, true): .contains
            }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: inner.compactMap(Unicode.Scalar.init))
        return .literal(placement, Array(String(text).utf8))
    }

    private static func tokens(of text: String) -> [UInt32] {
        var tokens: [UInt32] = []
        var escaped = false
        for scalar in text.unicodeScalars {
            switch (escaped, scalar) {
            case (false, "\\"): escaped = true
            case (false, "*"): tokens.append(anyRun)
            case (false, "?"): tokens.append(anyOne)
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
        return tokens
    }
}

/// Lower case of a code point where that is a single code point, else the code point itself.
func foldedCase(_ scalar: UInt32) -> UInt32 {
    if scalar < 0x80 { return scalar &- 0x41 < 26 ? scalar | 0x20 : scalar }
    guard let known = Unicode.Scalar(scalar) else { return scalar }
    // Short strings are stored inline, so this does not allocate.
    let mapping = known.properties.lowercaseMapping.unicodeScalars
    guard let first = mapping.first, mapping.count == 1 else { return scalar }
    return first.value
}
