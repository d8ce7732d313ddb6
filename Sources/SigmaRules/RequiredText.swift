// Texts without which a condition cannot hold: what the index of rules is made of.

import FieldRows

/// Something that can be looked up in a row quickly.
enum RequiredText: Hashable {
    /// The value is this but for case; bytes with bit 5 set.
    case whole(column: Int, [UInt8])
    /// The value begins with this but for case; as ``part(column:_:)``.
    case prefix(column: Int, [UInt8])
    /// The value ends with this but for case; as ``part(column:_:)``.
    case suffix(column: Int, [UInt8])
    /// The value holds this but for case; at least ``partBytesMin`` bytes with bit 5 set.
    case part(column: Int, [UInt8])
    /// The value is this number.
    case number(column: Int, DecimalNumber)

    /// Shorter parts are in too many values.
    static let partBytesMin = 3

    /// The column of the value, or ``MatchNode/wholeLine``.
    var column: Int {
        switch self {
        case .whole(let column, _), .prefix(let column, _), .suffix(let column, _), .part(let column, _),
            .number(let column, _):
            column
        }
    }

    /// How little it says, beside `uses` other rules that ask the same: common tools are asked about by many.
    func cost(uses: Int) -> Double {
        var base = 1.0
        switch self {
        case .whole, .number: break
        case .prefix(_, let bytes), .suffix(_, let bytes): base = bytes.count >= 5 ? 1.2 : 3
        // A text has to be searched for these, so they have to be worth more.
        case .part(_, let bytes): base = bytes.count >= 8 ? 2 : bytes.count >= 5 ? 4 : 10
        }
        return base * (1 + Double(uses) / 16)
    }
}

/// Texts of which a row has at least one when a condition holds.
struct RequiredTexts {
    /// Most sets that are looked up for one condition.
    static let setsMax = 2

    let texts: [RequiredText]
    let cost: Double
}

extension MatchExpression {
    /// Sets of texts of which the condition needs one each, the cheapest first; none when it can hold without any.
    ///
    /// Two are enough: what names a program and a part of its command line is rarely asked about in vain.
    func requiredTexts(_ layout: FieldLayout, cost: (RequiredText) -> Double) -> [RequiredTexts] {
        switch self {
        case .constant(let holds): return holds ? [] : [RequiredTexts(texts: [], cost: 0)]
        case .not: return []
        case .test(let test):
            if let (_, own, other) = test.alternatives {
                return MatchExpression.or([.test(own), .test(other)]).requiredTexts(layout, cost: cost)
            }
            return test.requiredText(layout).map { [RequiredTexts(texts: [$0], cost: cost($0))] } ?? []
        case .and(let parts):
            let all = parts.flatMap { $0.requiredTexts(layout, cost: cost) }.sorted { $0.cost < $1.cost }
            return Array(all.prefix(RequiredTexts.setsMax))
        case .or(let parts): return Self.union(parts.map { $0.requiredTexts(layout, cost: cost).first })
        case .atLeast(let least, let parts):
            // Whichever parts hold, one of any `count - least + 1` does.
            let known = parts.compactMap { $0.requiredTexts(layout, cost: cost).first }.sorted { $0.cost < $1.cost }
            let needed = parts.count - least + 1
            return known.count < needed ? [] : Self.union(known.prefix(needed).map(Optional.some))
        }
    }

    private static func union(_ parts: [RequiredTexts?]) -> [RequiredTexts] {
        let known = parts.compactMap { $0 }
        guard known.count == parts.count else { return [] }
        return [RequiredTexts(texts: known.flatMap(\.texts), cost: known.reduce(0) { $0 + $1.cost })]
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
        case .regex(let pattern):
            return pattern.requiredLiteral.flatMap(Self.bytes).map { .part(column: column, $0) }
        case .text(let pattern):
            switch pattern.shape {
            case .any: return nil
            case .literal(.whole, let bytes): return .whole(column: column, bytes.map { $0 | 0x20 })
            case .literal(.prefix, let bytes): return Self.bytes(bytes).map { .prefix(column: column, $0) }
            case .literal(.suffix, let bytes): return Self.bytes(bytes).map { .suffix(column: column, $0) }
            case .literal(.contains, let bytes): return Self.bytes(bytes).map { .part(column: column, $0) }
            case .glob(let tokens):
                // Some letters beyond ASCII have an ASCII letter as their lower case.
                guard !pattern.foldsBeyondASCII else { return nil }
                let runs = tokens.split { $0 >= 0x80 }
                return runs.max { $0.count < $1.count }.flatMap { Self.bytes($0.map { UInt8($0) }) }
                    .map { .part(column: column, $0) }
            }
        case .isNull, .isPresent, .isAbsent, .compare, .timePart, .network, .field: return nil
        }
    }

    /// The bytes as they are looked up; `nil` when they are too few.
    private static func bytes(_ bytes: [UInt8]) -> [UInt8]? {
        bytes.count < RequiredText.partBytesMin ? nil : bytes.map { $0 | 0x20 }
    }
}
