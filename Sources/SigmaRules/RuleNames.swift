// Finds rules by what others call them.

/// The rules of a set by name and by id.
struct RuleNames {
    /// A name, in one file or in all.
    private struct Reference: Hashable {
        let name: String
        let file: String?
    }

    /// Positions of rules, the last one first, so that rejected ones can be taken off the end.
    private var positions: [Reference: [Int]] = [:]

    /// The rules among `parsed` that have not been rejected.
    init(_ parsed: [ParsedRule]) {
        for (index, item) in parsed.enumerated().reversed() {
            guard let rule = item.rule else { continue }
            for name in Set([rule.name, rule.id].compactMap(\.self)) {
                positions[Reference(name: name, file: nil), default: []].append(index)
                positions[Reference(name: name, file: item.document.file), default: []].append(index)
            }
        }
    }

    /// The first two usable rules that `name` stands for, those of `file` if it has any.
    mutating func find(_ name: String, from file: String, isUsable: (Int) -> Bool) -> [Int] {
        let near = firstTwo(Reference(name: name, file: file), isUsable)
        return near.isEmpty ? firstTwo(Reference(name: name, file: nil), isUsable) : near
    }

    /// Every position that is not usable is looked at once.
    private mutating func firstTwo(_ reference: Reference, _ isUsable: (Int) -> Bool) -> [Int] {
        guard var list = positions.removeValue(forKey: reference) else { return [] }
        var found: [Int] = []
        var place = list.count - 1
        while place >= 0, found.count < 2 {
            if isUsable(list[place]) { found.append(list[place]) } else { list.remove(at: place) }
            place -= 1
        }
        positions[reference] = list
        return found
    }

    /// All names, in order, for those that are nearly right.
    var all: [String] { positions.keys.filter { $0.file == nil }.map(\.name).sorted() }
}
