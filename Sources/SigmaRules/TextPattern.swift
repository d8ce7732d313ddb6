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
        /// Code points, the two wildcards and dashes of any kind; lower-cased unless `cased`.
        case glob([UInt32])
    }

    let shape: Shape
    let cased: Bool

    /// Whether case has to be ignored beyond ASCII.
    var foldsBeyondASCII: Bool {
        guard !cased, case .glob(let tokens) = shape else { return false }
        return tokens.contains { $0 >= 0x80 && $0 < SigmaText.anyDash }
    }

    /// The text at the given place.
    init(_ text: SigmaText, _ placement: TextPlacement, cased: Bool) {
        var tokens = text.tokens
        if placement == .suffix || placement == .contains { tokens.insert(SigmaText.anyRun, at: 0) }
        if placement == .prefix || placement == .contains { tokens.append(SigmaText.anyRun) }
        self.init(tokens: tokens, cased: cased)
    }

    /// Reads a Sigma string: `*` and `?` are wildcards, `\` takes their meaning away.
    init(sigma text: String, _ placement: TextPlacement, cased: Bool) {
        self.init(SigmaText(text), placement, cased: cased)
    }

    /// Text without wildcards.
    init(plain text: String, cased: Bool = false) {
        self.init(tokens: text.unicodeScalars.map(\.value), cased: cased)
    }

    private init(tokens: [UInt32], cased: Bool) {
        self.cased = cased
        var tokens = cased ? tokens : tokens.map { $0 >= SigmaText.anyDash ? $0 : foldedCase($0) }
        for index in tokens.indices.reversed().dropLast()
        where tokens[index] == SigmaText.anyRun && tokens[index - 1] == SigmaText.anyRun {
            tokens.remove(at: index)
        }
        shape = Self.shape(of: tokens, cased: cased)
    }

    /// Prefers bytes to code points: prefix, suffix and infix searches need no decoding.
    private static func shape(of tokens: [UInt32], cased: Bool) -> Shape {
        if tokens == [SigmaText.anyRun] { return .any }
        let opens = tokens.first == SigmaText.anyRun
        let closes = tokens.last == SigmaText.anyRun
        let inner = tokens.dropFirst(opens ? 1 : 0).dropLast(closes ? 1 : 0)
        guard !inner.contains(where: { $0 >= SigmaText.anyDash }), cased || !inner.contains(where: { $0 >= 0x80 })
        else {
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
