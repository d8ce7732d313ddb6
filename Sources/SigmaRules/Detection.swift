// Named selections and the condition that joins them.

import FieldRows

/// The `detection` of a rule.
public struct Detection: Sendable {
    /// The conditions as written; an event has to fulfil one of them.
    public let conditions: [String]
    let selections: [Selection]
    let expression: MatchExpression

    /// The names of the selections as written.
    public var selectionNames: [String] { selections.map(\.name) }

    /// The fields that the condition asks about, each once, sorted.
    public var fields: [String] { expression.fields.sorted() }

    /// Whether the condition says what must not be.
    var denies: Bool {
        func isDenial(_ part: MatchExpression) -> Bool { if case .not = part { true } else { false } }
        if case .and(let parts) = expression { return parts.contains(where: isDenial) }
        return isDenial(expression)
    }

    /// Whether the condition searches the whole line.
    public var usesKeywords: Bool { expression.usesWholeLine }
}

/// One search identifier of a detection.
struct Selection: Sendable {
    let name: String
    let place: Place
    let expression: MatchExpression
}

/// A condition with all names resolved.
indirect enum MatchExpression: Sendable {
    case constant(Bool)
    case test(FieldTest)
    case and([MatchExpression])
    case or([MatchExpression])
    /// At least so many of the parts hold.
    case atLeast(Int, [MatchExpression])
    case not(MatchExpression)

    var fields: Set<String> {
        var found: Set<String> = []
        visit { test in
            if let field = test.field { found.insert(field) }
            if let own = test.ownField { found.insert(own) }
            if case .field(let other, _, _) = test.question { found.insert(other) }
            if let own = test.ownReference { found.insert(own) }
        }
        return found
    }

    var usesWholeLine: Bool {
        var found = false
        visit { if $0.field == nil { found = true } }
        return found
    }

    /// Number of tests, those of repeated selections counted each time.
    var testCount: Int {
        var count = 0
        visit { _ in count += 1 }
        return count
    }

    /// All tests, those of repeated selections each time.
    var tests: [FieldTest] {
        var tests: [FieldTest] = []
        visit { tests.append($0) }
        return tests
    }

    /// The same, with each test saying that it stands behind a denial that its text already names.
    var denied: MatchExpression {
        switch self {
        case .constant: self
        case .test(var test):
            {
                test.isDenied = true
                return .test(test)
            }()
        case .and(let parts): .and(parts.map(\.denied))
        case .or(let parts): .or(parts.map(\.denied))
        case .atLeast(let least, let parts): .atLeast(least, parts.map(\.denied))
        case .not(let part): .not(part.denied)
        }
    }

    private func visit(_ body: (FieldTest) -> Void) {
        switch self {
        case .constant: break
        case .test(let test): body(test)
        case .and(let parts), .or(let parts), .atLeast(_, let parts): for part in parts { part.visit(body) }
        case .not(let part): part.visit(body)
        }
    }
}

/// One question about one field, or about the whole line.
struct FieldTest: Sendable {
    enum Question: Sendable {
        /// Missing or `null`.
        case isNull
        /// Present, `null` included.
        case isPresent
        /// Not there at all.
        case isAbsent
        case text(TextPattern)
        case number(DecimalNumber)
        case compare(NumberComparison, DecimalNumber)
        /// A part of a date and time stands so to a number; without a comparison it is equal.
        case timePart(TimePart, NumberComparison?, DecimalNumber)
        case regex(RegexPattern)
        case network(AddressRange)
        /// The value of another field of the same event.
        case field(String, TextPlacement, cased: Bool)
    }

    /// `nil` stands for the whole line.
    var field: String?
    /// The field that is asked instead in events that have it, see ``LoadedRules/preferring(_:where:)``.
    var ownField: String?
    /// The field that is compared with instead in events that have it, where the question is about another field.
    var ownReference: String?
    var question: Question
    /// As the rule has it, such as `client_id|startswith: adm_`.
    var written = ""
    /// Whether ``written`` is a denial, as with `neq`, which holds where the question is answered with no.
    var isDenied = false
}

/// How a number has to stand to the rule's number.
enum NumberComparison: String, Sendable {
    case lt, lte, gt, gte

    @inline(__always)
    func holds(_ left: DecimalNumber, _ right: DecimalNumber) -> Bool {
        switch self {
        case .lt: left < right
        case .lte: !(right < left)
        case .gt: right < left
        case .gte: !(left < right)
        }
    }
}
