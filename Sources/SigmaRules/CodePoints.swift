// Compares two texts of an event, whatever an attacker writes into them, in time proportional to their length.

import FieldRows

/// The code points of a text in one case, with what is needed to search for it in others.
struct CodePoints {
    private let points: [UInt32]
    private let fold: CaseFold
    /// For each beginning of the text, how long its longest end is that is a beginning as well (Knuth, Morris, Pratt).
    private var borders: [Int] = []

    /// The code points of `text`; ill-formed bytes are equal only to themselves.
    init(_ text: RawSpan, _ fold: CaseFold) {
        var points: [UInt32] = []
        points.reserveCapacity(text.byteCount)
        var index = 0
        while index < text.byteCount {
            let (value, length) = text.codePoint(at: index)
            points.append(fold.apply(value))
            index += length
        }
        self.points = points
        self.fold = fold
    }

    /// Whether the text stands in `other` where `placement` says.
    mutating func stands(in other: RawSpan, _ placement: TextPlacement) -> Bool {
        switch placement {
        case .whole: return begins(other, andEnds: true)
        case .prefix: return begins(other, andEnds: false)
        case .suffix:
            let others = CodePoints(other, fold).points
            return others.count >= points.count && others.suffix(points.count).elementsEqual(points)
        case .contains: return isContained(in: other)
        }
    }

    private func begins(_ other: RawSpan, andEnds: Bool) -> Bool {
        var index = 0
        for point in points {
            guard index < other.byteCount else { return false }
            let (value, length) = other.codePoint(at: index)
            guard fold.apply(value) == point else { return false }
            index += length
        }
        return !andEnds || index == other.byteCount
    }

    private mutating func isContained(in other: RawSpan) -> Bool {
        if points.isEmpty { return true }
        if borders.isEmpty { findBorders() }
        var (index, matched) = (0, 0)
        while index < other.byteCount {
            let (value, length) = other.codePoint(at: index)
            let point = fold.apply(value)
            while matched > 0, points[matched] != point { matched = borders[matched - 1] }
            if points[matched] == point { matched += 1 }
            if matched == points.count { return true }
            index += length
        }
        return false
    }

    private mutating func findBorders() {
        borders = Array(repeating: 0, count: points.count)
        var length = 0
        for index in points.indices.dropFirst() {
            while length > 0, points[index] != points[length] { length = borders[length - 1] }
            if points[index] == points[length] { length += 1 }
            borders[index] = length
        }
    }
}
