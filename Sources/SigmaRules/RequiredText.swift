// Texts without which a condition cannot hold: what the index of rules is made of.

import FieldRows

/// Something that can be looked up in a row quickly.
enum RequiredText: Hashable {
    /// The value is this but for case; bytes with bit 5 set.
    case whole(column: Int, [UInt8])
    /// The value holds this but for case; at least ``partBytesMin`` bytes with bit 5 set.
    case part(column: Int, [UInt8])
    /// The value is this number.
    case number(column: Int, DecimalNumber)

    /// Shorter parts are in too many values.
    static let partBytesMin = 3

    /// How little it says, beside `uses` other rules that ask the same: common tools are asked about by many.
    func cost(uses: Int) -> Double {
        let base =
            switch self {
            case .whole, .number: 1.0
            case .part(_, let bytes): bytes.count >= 8 ? 1.5 : bytes.count >= 5 ? 3 : 8
            }
        return base * (1 + Double(uses) / 16)
    }
}

/// Texts of which a row has at least one when a condition holds.
struct RequiredTexts {
    let texts: [RequiredText]
    let cost: Double
}

extension MatchExpression {
    /// The cheapest set of texts of which the condition needs one; `nil` when it can hold without any.
    func requiredTexts(_ layout: FieldLayout, cost: (RequiredText) -> Double) -> RequiredTexts? {
        switch self {
        case .constant(let holds): return holds ? nil : RequiredTexts(texts: [], cost: 0)
        case .not: return nil
        case .test(let test):
            return test.requiredText(layout).map { RequiredTexts(texts: [$0], cost: cost($0)) }
        case .and(let parts):
            return parts.compactMap { $0.requiredTexts(layout, cost: cost) }.min { $0.cost < $1.cost }
        case .or(let parts): return Self.union(parts.map { $0.requiredTexts(layout, cost: cost) })
        case .atLeast(let least, let parts):
            // Whichever parts hold, one of any `count - least + 1` does.
            let known = parts.compactMap { $0.requiredTexts(layout, cost: cost) }.sorted { $0.cost < $1.cost }
            let needed = parts.count - least + 1
            return known.count < needed ? nil : Self.union(known.prefix(needed).map(Optional.some))
        }
    }

    private static func union(_ parts: [RequiredTexts?]) -> RequiredTexts? {
        let known = parts.compactMap { $0 }
        guard known.count == parts.count else { return nil }
        return RequiredTexts(texts: known.flatMap(\.texts), cost: known.reduce(0) { $0 + $1.cost })
    }
}

extension FieldTest {
    /// The text without which the test does not hold, if there is one worth looking up.
    func requiredText(_ layout: FieldLayout) -> RequiredText? {
        var column = Int(MatchNode.wholeLine)
        if let field {
            guard let known = layout.column(of: field) else { return nil }
            column = known
        }
        switch question {
        case .number(let number): return .number(column: column, number)
        case .regex(let pattern): return pattern.requiredLiteral.flatMap { Self.part(column, $0) }
        case .text(let pattern):
            switch pattern.shape {
            case .any: return nil
            case .literal(.whole, let bytes): return .whole(column: column, bytes.map { $0 | 0x20 })
            case .literal(_, let bytes): return Self.part(column, bytes)
            case .glob(let tokens):
                // Some letters beyond ASCII have an ASCII letter as their lower case.
                guard !pattern.foldsBeyondASCII else { return nil }
                let runs = tokens.split { $0 >= 0x80 }
                return runs.max { $0.count < $1.count }.flatMap { Self.part(column, $0.map { UInt8($0) }) }
            }
        case .isNull, .isPresent, .isAbsent, .compare, .timePart, .network, .field: return nil
        }
    }

    private static func part(_ column: Int, _ bytes: [UInt8]) -> RequiredText? {
        bytes.count < RequiredText.partBytesMin ? nil : .part(column: column, bytes.map { $0 | 0x20 })
    }
}
