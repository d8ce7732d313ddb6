// Sorts the texts that candidates need into the tables in which they are looked up.

import FieldRows

/// What a ``CandidateIndex`` is made of.
struct CandidateIndexBuilder {
    private(set) var texts: [UInt64: [Int32]] = [:]
    private(set) var parts: [UInt64: [Int32]] = [:]
    private(set) var filters: [GramFilter] = []
    private var columns: [Int: CandidateIndex.Column] = [:]
    private var partNumbers: [RequiredText: Int] = [:]
    private var partBytes: [Int: [(bytes: [UInt8], number: Int)]] = [:]

    /// Takes note that a row with `text` has one of the set of texts with the given number.
    mutating func add(_ text: RequiredText, _ set: Int32) {
        let column = text.column
        columns[column, default: .init(column: column)].note(text)
        switch text {
        case .whole(_, let bytes): texts[.text(.whole, column, bytes.span.bytes), default: []].append(set)
        case .prefix(_, let bytes):
            let beginning = Array(bytes.prefix(CandidateIndex.affixBytes(bytes.count)))
            texts[.text(.prefix, column, beginning.span.bytes), default: []].append(set)
        case .suffix(_, let bytes):
            let end = Array(bytes.suffix(CandidateIndex.affixBytes(bytes.count)))
            texts[.text(.suffix, column, end.span.bytes), default: []].append(set)
        case .number(_, let number): texts[.number(number, column), default: []].append(set)
        case .part(_, let bytes):
            let number = partNumbers[text] ?? partNumbers.count
            if partNumbers.updateValue(number, forKey: text) == nil {
                partBytes[column, default: []].append((bytes, number))
            }
            parts[UInt64(number), default: []].append(set)
        }
    }

    /// The columns in order, and the filters they refer to.
    mutating func finish() -> [CandidateIndex.Column] {
        columns.keys.sorted().compactMap { key in
            guard var column = columns[key] else { return nil }
            let long = partBytes[key, default: []].filter { $0.bytes.count > 3 }
            let short = partBytes[key, default: []].filter { $0.bytes.count == 3 }
            if !long.isEmpty { column.parts = add(GramFilter(long, length: 4)) }
            if !short.isEmpty { column.shortParts = add(GramFilter(short, length: 3)) }
            return column
        }
    }

    private mutating func add(_ filter: GramFilter) -> Int32 {
        filters.append(filter)
        return Int32(filters.count - 1)
    }
}

extension CandidateIndex.Column {
    fileprivate mutating func note(_ text: RequiredText) {
        func bit(_ bytes: [UInt8]) -> UInt16 { 1 << UInt16(CandidateIndex.affixBytes(bytes.count)) }
        switch text {
        case .whole: hasWholes = true
        case .number: hasNumbers = true
        case .prefix(_, let bytes): prefixLengths |= bit(bytes)
        case .suffix(_, let bytes): suffixLengths |= bit(bytes)
        case .part: break
        }
    }
}
