// Which of many rules could match a row, found by looking up the row's values instead of asking the rules.

import FieldRows

/// An index of candidates by texts of which their conditions need one; belongs to one thread.
///
/// What it finds is asked properly afterwards, so it may find too much but never too little.
final class CandidateIndex {
    /// What is known of one column, or of the whole line.
    private struct Column {
        let column: Int
        var parts: GramFilter?
        var shortParts: GramFilter?
        var hasWholes = false
        var hasNumbers = false
        /// All candidates that need something of this column, for values that cannot be looked up.
        var all: [Int32] = []
    }

    private var columns: ContiguousArray<Column> = []
    /// Candidates by hash of column and value; colliding ones are found and asked in vain.
    private var wholes: [UInt64: [Int32]] = [:]
    private var numbers: [NumberKey: [Int32]] = [:]
    /// Candidates by number of the part.
    private var parts: [[Int32]] = []
    /// The row for which a candidate was found last.
    private var stamps: ContiguousArray<UInt32>
    private var row: UInt32 = 0
    /// What has been found for the row.
    private(set) var found: ContiguousArray<Int32> = []

    private struct NumberKey: Hashable {
        let column: Int
        let number: DecimalNumber
    }

    /// An index of candidates `0..<texts.count`, each with the texts of which it needs one.
    init(_ texts: [[RequiredText]]) {
        stamps = ContiguousArray(repeating: 0, count: texts.count)
        var partNumbers: [RequiredText: Int] = [:]
        var byColumn: [Int: Column] = [:]
        var columnParts: [Int: [(bytes: [UInt8], number: Int)]] = [:]
        for (candidate, required) in texts.enumerated() {
            for text in Set(required) {
                let column = text.column
                byColumn[column, default: Column(column: column)].all.append(Int32(candidate))
                switch text {
                case .whole(_, let bytes):
                    byColumn[column]?.hasWholes = true
                    wholes[Self.key(column, bytes.span.bytes), default: []].append(Int32(candidate))
                case .number(_, let number):
                    byColumn[column]?.hasNumbers = true
                    numbers[NumberKey(column: column, number: number), default: []].append(Int32(candidate))
                case .part(_, let bytes):
                    if partNumbers[text] == nil {
                        partNumbers[text] = parts.count
                        columnParts[column, default: []].append((bytes, parts.count))
                        parts.append([])
                    }
                    if let number = partNumbers[text] { parts[number].append(Int32(candidate)) }
                }
            }
        }
        for column in byColumn.keys.sorted() {
            guard var item = byColumn[column] else { continue }
            let long = columnParts[column, default: []].filter { $0.bytes.count > 3 }
            let short = columnParts[column, default: []].filter { $0.bytes.count == 3 }
            if !long.isEmpty { item.parts = GramFilter(long, length: 4) }
            if !short.isEmpty { item.shortParts = GramFilter(short, length: 3) }
            item.all = Array(Set(item.all)).sorted()
            columns.append(item)
        }
    }

    /// Finds the candidates that could match `row`; they are in ``found``, in no order.
    func search(_ row: borrowing FieldRow) {
        found.removeAll(keepingCapacity: true)
        self.row &+= 1
        if self.row == 0 {
            for index in stamps.indices { stamps[index] = 0 }
            self.row = 1
        }
        for place in columns.indices {
            let column = columns[place].column
            let slice = column < 0 ? row.wholeLine : row[column]
            guard slice.hasValue else { continue }
            look(up: row.bytes(slice), slice.kind, place)
        }
    }

    private func look(up text: RawSpan, _ kind: FieldSlice.Kind, _ place: Int) {
        switch kind {
        case .missing, .null, .fingerprint: return
        case .string, .number, .boolean:
            // The text of a line may be that of JSON, in which a backslash hides what is meant.
            if columns[place].column < 0, Self.hasBackslash(text) { return add(columns[place].all) }
            whole(text, place)
        case .words:
            whole(text, place)
            guard columns[place].hasWholes || columns[place].hasNumbers else { break }
            var start = 0
            for index in 0...text.byteCount where index == text.byteCount || text.byte(at: index) == 0x20 {
                if index > start, index - start < text.byteCount { whole(text.extracting(start..<index), place) }
                start = index + 1
            }
        case .json:
            if Self.hasBackslash(text) { return add(columns[place].all) }
            var members = JSONMembers()
            while let member = members.next(in: text) { whole(text.extracting(member.range), place) }
        }
        if let filter = columns[place].parts { filter.search(text) { add(parts[Int($0)]) } }
        if let filter = columns[place].shortParts { filter.search(text) { add(parts[Int($0)]) } }
    }

    private func whole(_ text: RawSpan, _ place: Int) {
        let column = columns[place].column
        if columns[place].hasWholes, let hits = wholes[Self.key(column, text)] { add(hits) }
        if columns[place].hasNumbers, let number = DecimalNumber(text),
            let hits = numbers[NumberKey(column: column, number: number)]
        {
            add(hits)
        }
    }

    private func add(_ candidates: [Int32]) {
        for candidate in candidates where stamps[Int(candidate)] != row {
            stamps[Int(candidate)] = row
            found.append(candidate)
        }
    }

    private static func key(_ column: Int, _ text: RawSpan) -> UInt64 {
        text.caselessHash &+ UInt64(truncatingIfNeeded: column) &* 0x9E37_79B9_7F4A_7C15
    }

    private static func hasBackslash(_ text: RawSpan) -> Bool {
        var index = 0
        while index < text.byteCount {
            if text.byte(at: index) == 0x5C { return true }
            index += 1
        }
        return false
    }
}

extension RequiredText {
    /// The column of the value, or ``MatchNode/wholeLine``.
    var column: Int {
        switch self {
        case .whole(let column, _), .part(let column, _), .number(let column, _): column
        }
    }
}
