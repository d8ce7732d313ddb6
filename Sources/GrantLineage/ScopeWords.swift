// Scope values as sets of words (RFC 6749 §3.3).

/// The distinct words of a scope in byte order, which is how equal sets become equal texts.
struct ScopeWords {
    private let words: [ArraySlice<UInt8>]

    /// Splits `text` at spaces and other blanks, and at commas, which some servers write.
    ///
    /// RFC 6749 §3.3: "a list of space-delimited, case-sensitive strings […] their order does not matter".
    init(_ text: [UInt8]) {
        var words = text.split(whereSeparator: Self.isSeparator)
        words.sort { $0.lexicographicallyPrecedes($1) }
        self.init(sorted: words)
    }

    private init(sorted: [ArraySlice<UInt8>]) {
        var words: [ArraySlice<UInt8>] = []
        words.reserveCapacity(sorted.count)
        for word in sorted where word != words.last { words.append(word) }
        self.words = words
    }

    /// Whether the byte stands between words.
    @inline(__always)
    static func isSeparator(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x2C }

    var isEmpty: Bool { words.isEmpty }

    /// The words with one space between two.
    var text: [UInt8] { Array(words.joined(separator: CollectionOfOne(0x20))) }

    /// The words that `other` does not have.
    func subtracting(_ other: ScopeWords) -> ScopeWords {
        var rest = other.words[...]
        let added = words.filter { word in
            rest = rest.drop { $0.lexicographicallyPrecedes(word) }
            return rest.first != word
        }
        return ScopeWords(sorted: added)
    }

    /// The words of both.
    func union(_ other: ScopeWords) -> ScopeWords {
        ScopeWords(sorted: (words + other.words).sorted { $0.lexicographicallyPrecedes($1) })
    }
}
