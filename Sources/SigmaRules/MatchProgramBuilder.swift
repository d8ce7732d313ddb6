// Compiles conditions into tests with jumps.

import FieldRows

/// Collects nodes and what they refer to.
struct MatchProgramBuilder {
    /// From so many values on, a hash table is faster than comparing one by one.
    static let oneOfMin = 4

    let layout: FieldLayout
    private(set) var nodes: ContiguousArray<MatchNode> = []
    private(set) var literals = LiteralPool()
    private(set) var tokens: ContiguousArray<UInt32> = []
    private(set) var numbers: ContiguousArray<DecimalNumber> = []
    private(set) var networks: ContiguousArray<AddressRange> = []
    private(set) var timeTests: ContiguousArray<TimeTest> = []
    private(set) var slots: ContiguousArray<Literal> = []
    let regexes = RegexSet()
    /// For each column the texts, but for case, that a value as a whole is compared with, and how many nodes do so.
    private(set) var wholeTexts: [Int32: (uses: Int, texts: [[UInt8]: Literal])] = [:]
    private var knownSets: [[TextPattern]: (start: Int, count: Int)] = [:]

    init(layout: FieldLayout) { self.layout = layout }

    /// Forgets ``wholeTexts``: what has been compiled so far is found in another way.
    mutating func forgetWholeTexts() { wholeTexts = [:] }

    /// The columns that some node asks for.
    var columns: ColumnSet {
        nodes.reduce(ColumnSet.none) { $1.column < 0 ? $0 : $0.union(ColumnSet(column: Int($1.column))) }
    }

    /// Compiles `expression` and returns its first node, or where to go without asking anything.
    mutating func compile(
        _ expression: MatchExpression,
        onTrue: Int32 = MatchNode.holds,
        onFalse: Int32 = MatchNode.fails
    ) -> Int32 {
        switch expression {
        case .constant(let holds): return holds ? onTrue : onFalse
        case .not(let part): return compile(part, onTrue: onFalse, onFalse: onTrue)
        case .test(let test): return compile(test, onTrue, onFalse)
        case .and(let parts):
            // Built from the back, so that each part knows where the next one begins.
            return Self.cheapestFirst(parts).reversed().reduce(onTrue) {
                compile($1, onTrue: $0, onFalse: onFalse)
            }
        case .or(let parts): return compileAny(parts, onTrue, onFalse)
        case .atLeast(let least, let parts): return compile(least, of: parts, onTrue, onFalse)
        }
    }

    /// Built from the back: for each part and each number of parts still missing, where to go on.
    private mutating func compile(
        _ least: Int,
        of parts: [MatchExpression],
        _ onTrue: Int32,
        _ onFalse: Int32
    ) -> Int32 {
        // Behind the last part nothing may be missing any more.
        var next = [onTrue] + Array(repeating: onFalse, count: least)
        for part in Self.cheapestFirst(parts).reversed() {
            var first = [onTrue]
            for missing in 1...least { first.append(compile(part, onTrue: next[missing - 1], onFalse: next[missing])) }
            next = first
        }
        return next[least]
    }

    private mutating func compileAny(_ parts: [MatchExpression], _ onTrue: Int32, _ onFalse: Int32) -> Int32 {
        var sets: [String: [TextPattern]] = [:]
        for part in parts {
            if let (field, pattern) = Self.exact(part) { sets[field, default: []].append(pattern) }
        }
        sets = sets.filter { $0.value.count >= Self.oneOfMin }
        let others = parts.filter { part in Self.exact(part).map { sets[$0.field] == nil } ?? true }
        var next = onFalse
        for part in Self.cheapestFirst(others).reversed() { next = compile(part, onTrue: onTrue, onFalse: next) }
        for (field, patterns) in sets.sorted(by: { $0.key > $1.key }) {
            guard let column = layout.column(of: field) else { continue }
            let (start, count) = table(patterns)
            noteWhole(patterns, column)
            next = append(.oneOf, column, operand: start, extent: count, onTrue, next)
        }
        return next
    }

    private static func exact(_ part: MatchExpression) -> (field: String, pattern: TextPattern)? {
        guard case .test(let test) = part, test.ownField == nil, let field = test.field,
            case .text(let pattern) = test.question, case .literal(.whole, _) = pattern.shape
        else { return nil }
        return (field, pattern)
    }

    private mutating func noteWhole(_ patterns: [TextPattern], _ column: Int) {
        var noted = wholeTexts[Int32(column)] ?? (0, [:])
        noted.uses += 1
        for pattern in patterns where !pattern.cased {
            guard case .literal(.whole, let bytes) = pattern.shape else { continue }
            noted.texts[bytes] = literals.add(bytes, cased: false)
        }
        wholeTexts[Int32(column)] = noted
    }

    /// A hash table at most half full.
    private mutating func table(_ patterns: [TextPattern]) -> (start: Int, count: Int) {
        if let known = knownSets[patterns] { return known }
        var count = 8
        while count < patterns.count * 2 { count *= 2 }
        let start = slots.count
        slots.append(contentsOf: repeatElement(Literal(start: -1, count: 0), count: count))
        for pattern in patterns {
            guard case .literal(_, let bytes) = pattern.shape else { continue }
            var slot = Int(truncatingIfNeeded: bytes.span.bytes.caselessHash) & (count - 1)
            while slots[start + slot].start >= 0 { slot = (slot + 1) & (count - 1) }
            slots[start + slot] = literals.add(bytes, cased: pattern.cased)
        }
        knownSets[patterns] = (start, count)
        return (start, count)
    }

    private mutating func append(
        _ test: MatchNode.Test,
        _ column: Int,
        operand: Int = 0,
        extent: Int = 0,
        _ onTrue: Int32,
        _ onFalse: Int32
    ) -> Int32 {
        nodes.append(
            MatchNode(
                test: test,
                column: Int32(column),
                operand: Int32(operand),
                extent: Int32(extent),
                onTrue: onTrue,
                onFalse: onFalse
            )
        )
        return Int32(nodes.count - 1)
    }

    private mutating func compile(_ test: FieldTest, _ onTrue: Int32, _ onFalse: Int32) -> Int32 {
        if let (field, own, other) = test.alternatives {
            let otherwise = compile(other, onTrue, onFalse)
            guard let column = layout.column(of: field) else { return otherwise }
            return append(.isPresent, column, compile(own, onTrue, onFalse), otherwise)
        }
        var column = Int(MatchNode.wholeLine)
        if let field = test.field {
            guard let known = layout.column(of: field) else {
                // No row has the field.
                return test.question.holdsWhenAbsent ? onTrue : onFalse
            }
            column = known
        }
        switch test.question {
        case .isNull: return append(.isNull, column, onTrue, onFalse)
        case .isPresent: return append(.isPresent, column, onTrue, onFalse)
        case .isAbsent: return append(.isAbsent, column, onTrue, onFalse)
        case .text(let pattern): return text(pattern, column, onTrue, onFalse)
        case .number(let number): return append(.number, column, operand: add(number), onTrue, onFalse)
        case .compare(let comparison, let number):
            return append(Self.test(comparison), column, operand: add(number), onTrue, onFalse)
        case .timePart(let part, let comparison, let number):
            timeTests.append(TimeTest(part: part, comparison: comparison, number: number))
            return append(.timePart, column, operand: timeTests.count - 1, onTrue, onFalse)
        case .network(let range):
            networks.append(range)
            return append(.network, column, operand: networks.count - 1, onTrue, onFalse)
        case .regex(let pattern):
            // The parser has refused patterns that do not compile.
            guard let index = try? regexes.add(pattern) else { return onFalse }
            return append(.regex, column, operand: index, onTrue, onFalse)
        case .field(let other, let placement, let cased):
            guard let otherColumn = layout.column(of: other) else { return onFalse }
            let node = append(.field, column, operand: otherColumn, onTrue, onFalse)
            nodes[nodes.count - 1].placement = placement
            nodes[nodes.count - 1].fold = cased ? .none : .full
            return node
        }
    }

    private mutating func add(_ number: DecimalNumber) -> Int {
        numbers.append(number)
        return numbers.count - 1
    }

    private static func test(_ comparison: NumberComparison) -> MatchNode.Test {
        switch comparison {
        case .lt: .lt
        case .lte: .lte
        case .gt: .gt
        case .gte: .gte
        }
    }

    private mutating func text(_ pattern: TextPattern, _ column: Int, _ onTrue: Int32, _ onFalse: Int32) -> Int32 {
        switch pattern.shape {
        case .any: return append(.hasValue, column, onTrue, onFalse)
        case .literal(let placement, let bytes):
            let literal = literals.add(bytes, cased: pattern.cased)
            if placement == .whole, column >= 0 { noteWhole([pattern], column) }
            let test: MatchNode.Test =
                switch placement {
                case .whole: .whole
                case .prefix: .prefix
                case .suffix: .suffix
                case .contains: .contains
                }
            let node = append(test, column, operand: Int(literal.start), extent: bytes.count, onTrue, onFalse)
            nodes[nodes.count - 1].anchor = UInt8(rarestByte(in: bytes))
            return node
        case .glob(let glob):
            let node = append(.glob, column, operand: tokens.count, extent: glob.count, onTrue, onFalse)
            nodes[nodes.count - 1].fold = pattern.cased ? .none : pattern.foldsBeyondASCII ? .full : .ascii
            tokens.append(contentsOf: glob)
            return node
        }
    }

    private static func cheapestFirst(_ parts: [MatchExpression]) -> [MatchExpression] {
        parts.enumerated()
            .map { (cost: $0.element.cost, index: $0.offset, part: $0.element) }
            .sorted { ($0.cost, $0.index) < ($1.cost, $1.index) }
            .map(\.part)
    }
}

extension FieldTest.Question {
    /// Whether the answer is yes for a field that is not there.
    var holdsWhenAbsent: Bool {
        switch self {
        case .isNull, .isAbsent: true
        default: false
        }
    }
}

extension MatchExpression {
    /// A rough measure of the work to decide the expression.
    fileprivate var cost: Int {
        switch self {
        case .constant: 0
        case .test(let test): test.cost
        case .not(let part): part.cost
        case .and(let parts), .or(let parts): parts.reduce(0) { $0 + $1.cost }
        case .atLeast(let least, let parts): parts.reduce(0) { $0 + $1.cost } * least
        }
    }
}

extension FieldTest {
    fileprivate var cost: Int {
        let once =
            switch question {
            case .isNull, .isPresent, .isAbsent: 1
            case .text(let pattern): pattern.cost
            case .number, .compare: 4
            case .network, .field: 6
            case .timePart: 20
            case .regex: 40
            }
        return field == nil ? once * 10 : once
    }
}

extension TextPattern {
    fileprivate var cost: Int {
        switch shape {
        case .any: 1
        case .literal(.contains, _): 8
        case .literal: 2
        case .glob: 15
        }
    }
}
