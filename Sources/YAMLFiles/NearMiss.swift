// Finds the word that the author probably meant.

/// Most candidates that are looked at: a hint is not worth more.
private let candidatesMax = 5_000

/// The candidate closest to `word`, if it is at most two edits away and still resembles it.
public func nearMiss(_ word: String, among candidates: some Sequence<String>) -> String? {
    let letters = Array(word.lowercased().utf8.prefix(64))
    var best: (word: String, distance: Int)?
    for candidate in candidates.prefix(candidatesMax) {
        let other = Array(candidate.lowercased().utf8.prefix(64))
        let distance = editDistance(letters, other)
        // Two edits turn any two-letter word into any other: that would be a guess, not a hint.
        guard distance <= 2, distance * 2 <= max(letters.count, other.count) else { continue }
        if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.word
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn `left` into `right`.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    guard abs(left.count - right.count) <= 2 else { return .max / 2 }
    var rows = [Array(0...right.count)]
    for (row, letter) in left.enumerated() {
        var next = [row + 1]
        for (column, other) in right.enumerated() {
            let substitution = rows[row][column] + (letter == other ? 0 : 1)
            var cheapest = min(substitution, rows[row][column + 1] + 1, next[column] + 1)
            if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                cheapest = min(cheapest, rows[row - 1][column - 1] + 1)
            }
            next.append(cheapest)
        }
        rows.append(next)
    }
    return rows[left.count][right.count]
}
