// Which of many rules could match a row, found by looking up the row's values instead of asking the rules.

import FieldRows

/// An index of candidates by texts of which their conditions need one.
///
/// What it finds is asked properly afterwards, so it may find too much but never too little.
final class CandidateIndex {
    /// What is looked up in one column, or in the whole line.
    struct Column: BitwiseCopyable {
        let column: Int
        /// Places among the filters; negative for none.
        var parts: Int32 = -1
        var shortParts: Int32 = -1
        var hasWholes = false
        var hasNumbers = false
        /// Lengths of beginnings and ends that are looked up, a bit each.
        var prefixLengths: UInt16 = 0
        var suffixLengths: UInt16 = 0

        init(column: Int) { self.column = column }
    }

    /// How many bytes of a beginning or end are looked up: the most of these that a text has, so that few lookups do.
    static func affixBytes(_ count: Int) -> Int { count >= 12 ? 12 : count >= 8 ? 8 : count >= 5 ? 5 : 3 }

    private let columns: ContiguousArray<Column>
    private let filters: ContiguousArray<GramFilter>
    /// Sets of candidates, as ``FoundCandidates`` numbers them, by hash of the text.
    private let texts: Postings
    /// The same by number of the part.
    private let parts: Postings

    /// An index of candidates `0..<required.count`, each with the sets of texts of which it needs one each.
    init(_ required: [[RequiredTexts]]) {
        var builder = CandidateIndexBuilder()
        for (candidate, sets) in required.enumerated() {
            for (set, texts) in sets.enumerated() {
                for text in Set(texts.texts) { builder.add(text, Int32(candidate * 2 + set)) }
            }
        }
        columns = ContiguousArray(builder.finish())
        filters = ContiguousArray(builder.filters)
        texts = Postings(builder.texts)
        parts = Postings(builder.parts)
    }

    /// Finds the candidates that could match `row`, the current one of `program`.
    func search(_ row: borrowing FieldRow, _ program: MatchProgram, into found: inout FoundCandidates) {
        found.begin()
        for place in columns.indices {
            let column = columns[place]
            let slice = column.column < 0 ? row.wholeLine : row[column.column]
            switch slice.kind {
            case .missing, .null, .fingerprint: continue
            case .string, .number, .boolean:
                let text = row.bytes(slice)
                lookUpAndSearch(text, column, &found)
                // A line may be JSON, in which a backslash hides what is meant.
                if _slowPath(column.column < 0), let plain = program.plain(text) {
                    lookUpAndSearch(plain.span.bytes, column, &found)
                }
            case .words:
                let text = row.bytes(slice)
                lookUpAndSearch(text, column, &found)
                words(text, column, &found)
            case .json:
                let text = row.bytes(slice)
                search(text, column, &found)
                var members = JSONMembers()
                while let member = members.next(in: text) {
                    let span = text.extracting(member.range)
                    if _slowPath(member.hasEscapes) {
                        var plain: [UInt8] = []
                        JSONMembers.unescape(span, into: &plain)
                        let copy = plain
                        lookUpAndSearch(copy.span.bytes, column, &found)
                    } else {
                        look(up: span, column, &found)
                    }
                }
            }
        }
    }

    @inline(__always)
    private func lookUpAndSearch(_ text: RawSpan, _ column: Column, _ found: inout FoundCandidates) {
        look(up: text, column, &found)
        search(text, column, &found)
    }

    /// Looks up a value as a whole, as a number, and by its beginning and end.
    @inline(__always)
    private func look(up text: RawSpan, _ column: Column, _ found: inout FoundCandidates) {
        if column.hasWholes { texts.forEach(.text(.whole, column.column, text)) { found.add($0) } }
        Self.forEach(column.suffixLengths, upTo: text.byteCount) { length in
            texts.forEach(.text(.suffix, column.column, text.extracting(last: length))) { found.add($0) }
        }
        Self.forEach(column.prefixLengths, upTo: text.byteCount) { length in
            texts.forEach(.text(.prefix, column.column, text.extracting(first: length))) { found.add($0) }
        }
        if column.hasNumbers, let number = DecimalNumber(text) {
            texts.forEach(.number(number, column.column)) { found.add($0) }
        }
    }

    /// Calls `body` with each length of a set that is at most `limit`.
    @inline(__always)
    private static func forEach(_ lengths: UInt16, upTo limit: Int, _ body: (Int) -> Void) {
        var rest = lengths
        while rest != 0 {
            let length = rest.trailingZeroBitCount
            if length > limit { return }
            rest &= rest - 1
            body(length)
        }
    }

    /// Searches a value for parts.
    @inline(__always)
    private func search(_ text: RawSpan, _ column: Column, _ found: inout FoundCandidates) {
        if column.parts >= 0 {
            filters[Int(column.parts)].search(text) { part in parts.forEach(UInt64(part)) { found.add($0) } }
        }
        if column.shortParts >= 0 {
            filters[Int(column.shortParts)].search(text) { part in parts.forEach(UInt64(part)) { found.add($0) } }
        }
    }

    private func words(_ text: RawSpan, _ column: Column, _ found: inout FoundCandidates) {
        var start = 0
        for index in 0...text.byteCount where index == text.byteCount || text.byte(at: index) == 0x20 {
            if index > start, index - start < text.byteCount {
                look(up: text.extracting(start..<index), column, &found)
            }
            start = index + 1
        }
    }
}

/// How a text is looked up.
enum TextLookup: UInt64 {
    case whole = 1
    case number, prefix, suffix
}

extension UInt64 {
    /// A key for the text of a column, the same for texts that differ only in case.
    @inline(__always)
    static func text(_ lookup: TextLookup, _ column: Int, _ text: RawSpan) -> UInt64 {
        (text.caselessHash ^ (UInt64(truncatingIfNeeded: column) << 8 | lookup.rawValue)) &* 0x9E37_79B9_7F4A_7C15 >> 1
    }

    /// A key for the number of a column.
    static func number(_ number: DecimalNumber, _ column: Int) -> UInt64 {
        let order =
            UInt64(truncatingIfNeeded: Int64(number.order)) << 2 | UInt64(truncatingIfNeeded: Int64(number.sign + 1))
        let mixed = (number.digits ^ order &* 0x9E37_79B9_7F4A_7C15) &* 0xBF58_476D_1CE4_E5B9
        let place = UInt64(truncatingIfNeeded: column) << 8 | TextLookup.number.rawValue
        return (mixed ^ mixed >> 31 ^ place) &* 0x9E37_79B9_7F4A_7C15 >> 1
    }
}
