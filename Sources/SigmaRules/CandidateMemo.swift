// Which rules are left for rows that have much in common, found once for all of them.

import FieldRows

/// For each combination of traits seen the candidates that are not out of the question, and where to go on with each.
///
/// A log has few kinds of events: most rows meet a combination that is known, and of a hundred rules one or two are left.
struct CandidateMemo {
    /// From so many combinations on, which nobody but an attacker brings about, no more are kept.
    private static let combinationsMax = 4096
    /// Places of the hash table, at most half of them used.
    private static let placesCount = 2 * combinationsMax

    private struct Place: BitwiseCopyable {
        var traits = RowTraits(dispatch: 0, present: .none, texts: 0)
        var first: Int32 = -1
        var end: Int32 = 0
    }

    private var places: ContiguousArray<Place> = []
    private var combinations = 0
    private let keys = SIMD4<UInt64>.random(in: 0 ... .max)
    /// The candidates of all combinations, one after the other.
    private(set) var candidates: ContiguousArray<RuleMatcher.Candidate> = []

    /// Where the candidates for `traits` are, if that is known.
    @inline(__always)
    func range(_ traits: RowTraits) -> Range<Int>? {
        guard !places.isEmpty else { return nil }
        var place = traits.hash(keys) & (Self.placesCount - 1)
        while true {
            let known = places[place]
            if known.first < 0 { return nil }
            if known.traits == traits { return Int(known.first)..<Int(known.end) }
            place = (place + 1) & (Self.placesCount - 1)
        }
    }

    /// Whether there is room for another combination.
    var hasRoom: Bool { combinations < Self.combinationsMax }

    /// Keeps `left` as the candidates for `traits`, which are not known yet.
    mutating func keep(_ left: [RuleMatcher.Candidate], _ traits: RowTraits) {
        if places.isEmpty { places = ContiguousArray(repeating: Place(), count: Self.placesCount) }
        var place = traits.hash(keys) & (Self.placesCount - 1)
        while places[place].first >= 0 { place = (place + 1) & (Self.placesCount - 1) }
        let first = Int32(candidates.count)
        candidates += left
        places[place] = Place(traits: traits, first: first, end: Int32(candidates.count))
        combinations += 1
    }
}
