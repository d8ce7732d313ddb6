// Whether a condition can hold at all when something about the event is known.

import FieldRows

/// What is known about a field before any event is seen.
public enum FieldAssumption: Sendable, Equatable {
    /// No event has the field.
    case absent
    /// Every event has the field with one of these texts.
    case oneOf(Set<String>)
}

/// Whether `rule` can match an event under the given assumptions; `false` only when it certainly cannot.
///
/// Correlations can always match as far as this function knows; ask about the rules they count.
public func canMatch(rule: SigmaRule, assuming assumptions: [String: FieldAssumption]) -> Bool {
    guard let detection = rule.detection else { return true }
    return cases(of: assumptions).contains { known in
        if case .constant(false) = detection.expression.simplified(assuming: known) { return false }
        return true
    }
}

/// The assumptions taken apart into cases with one text per field, as long as these are few.
///
/// A condition may deny each text by another test: only text by text it is then seen to be impossible.
private func cases(of assumptions: [String: FieldAssumption]) -> [[String: FieldAssumption]] {
    var cases = [assumptions]
    for (field, assumption) in assumptions.sorted(by: { $0.key < $1.key }) {
        guard case .oneOf(let texts) = assumption, texts.count > 1, cases.count * texts.count <= 256 else { continue }
        cases = cases.flatMap { known in texts.map { known.merging([field: .oneOf([$0])]) { $1 } } }
    }
    return cases
}

extension MatchExpression {
    /// What is left to ask when the assumptions hold (Kleene's three-valued logic).
    func simplified(assuming assumptions: [String: FieldAssumption]) -> MatchExpression {
        switch self {
        case .constant: return self
        case .test(let test): return test.answer(assuming: assumptions).map(MatchExpression.constant) ?? self
        case .not(let part):
            let part = part.simplified(assuming: assumptions)
            if case .constant(let holds) = part { return .constant(!holds) }
            return .not(part)
        case .and(let parts): return Self.joined(parts, assuming: assumptions, neutral: true)
        case .or(let parts): return Self.joined(parts, assuming: assumptions, neutral: false)
        case .atLeast(let least, let parts): return Self.counted(least, parts, assuming: assumptions)
        }
    }

    /// What is left to ask when so many of the parts have to hold.
    private static func counted(
        _ least: Int,
        _ parts: [MatchExpression],
        assuming assumptions: [String: FieldAssumption]
    ) -> MatchExpression {
        var (least, open) = (least, [MatchExpression]())
        for part in parts {
            let part = part.simplified(assuming: assumptions)
            if case .constant(let holds) = part { least -= holds ? 1 : 0 } else { open.append(part) }
        }
        if least <= 0 { return .constant(true) }
        if least > open.count { return .constant(false) }
        if least == open.count { return open.count == 1 ? open[0] : .and(open) }
        return least == 1 ? .or(open) : .atLeast(least, open)
    }

    /// What the open parts leave to ask; a part that is not `neutral` decides the whole.
    private static func joined(
        _ parts: [MatchExpression],
        assuming assumptions: [String: FieldAssumption],
        neutral: Bool
    ) -> MatchExpression {
        var open: [MatchExpression] = []
        for part in parts {
            let part = part.simplified(assuming: assumptions)
            if case .constant(let holds) = part {
                if holds != neutral { return part }
            } else {
                open.append(part)
            }
        }
        if open.isEmpty { return .constant(neutral) }
        return open.count == 1 ? open[0] : neutral ? .and(open) : .or(open)
    }
}

extension FieldTest {
    /// Yes, no, or unknown.
    fileprivate func answer(assuming assumptions: [String: FieldAssumption]) -> Bool? {
        guard let field else { return nil }
        // What an event of the log's own says is not known.
        if let ownField, assumptions[ownField] != .absent { return nil }
        if case .field(let other, _, _) = question, assumptions[other] == .absent {
            // Neither does one that is compared with instead.
            if ownReference.map({ assumptions[$0] == .absent }) ?? true { return false }
        }
        switch assumptions[field] {
        case nil: return nil
        case .absent: return question.holdsWhenAbsent
        case .oneOf(let texts):
            if case .field = question { return nil }
            return answer(for: texts)
        }
    }

    /// The answer that all texts have in common.
    private func answer(for texts: Set<String>) -> Bool? {
        // Most tests are of this kind, and each is asked for many texts.
        if case .text(let pattern) = question, let answers = pattern.answers(texts) {
            return answers.count == 1 ? answers.first : nil
        }
        var builder = MatchProgramBuilder(layout: FieldLayout([field ?? ""]))
        let start = builder.compile(.test(self))
        let program = MatchProgram(builder)
        var common: Bool?
        for text in texts {
            // The decoder may know the text as a set of words, which answers yes more often.
            for kind in [FieldSlice.Kind.string, .words] {
                let holds = program.run(from: start, text: text, kind)
                if let common, common != holds { return nil }
                common = holds
            }
        }
        return common
    }
}

extension TextPattern {
    /// The answers to the texts if the pattern is a whole text of ASCII and they are words of ASCII; else `nil`.
    fileprivate func answers(_ texts: Set<String>) -> Set<Bool>? {
        guard !cased, case .literal(.whole, let bytes) = shape, bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
        var answers: Set<Bool> = []
        for text in texts {
            guard !text.isEmpty, text.utf8.allSatisfy({ $0 < 0x80 && $0 != 0x20 }) else { return nil }
            answers.insert(
                text.utf8.count == bytes.count
                    && zip(text.utf8, bytes).allSatisfy { ($0 &- 0x41 < 26 ? $0 | 0x20 : $0) == $1 }
            )
        }
        return answers
    }
}

extension MatchProgram {
    /// Runs over a row with a single column.
    fileprivate func run(from start: Int32, text: String, _ kind: FieldSlice.Kind) -> Bool {
        let bytes = Array(text.utf8)
        let slices = [FieldSlice(kind, .line, offset: 0, count: bytes.count)]
        let none: [UInt8] = []
        let row = FieldRow(
            line: bytes.span.bytes,
            arena: none.span.bytes,
            scratch: none.span.bytes,
            fingerprints: none.span.bytes,
            slices: slices.span,
            wholeLine: .missing
        )
        return run(from: start, row)
    }
}
