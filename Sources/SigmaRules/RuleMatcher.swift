// Asks the few rules that could match about one event.

public import FieldRows

/// Compiled detection rules; not for use by two threads at once.
public final class RuleMatcher {
    struct Candidate: BitwiseCopyable {
        let rule: Int32
        /// First node, or a verdict that needs no question.
        let start: Int32
    }

    /// Candidates that need the same columns, so that a row without them is done with all at once.
    private struct Group: BitwiseCopyable {
        let needs: ColumnSet
        let first: Int32
        /// The place behind the last candidate.
        let end: Int32
    }

    private let program: MatchProgram
    private let candidates: ContiguousArray<Candidate>
    /// The groups of all dispatch values, one after the other; those of an unknown value come last.
    private let groups: ContiguousArray<Group>
    private let ranges: ContiguousArray<Range<Int>>
    /// Columns without which some rule is out of the question.
    private let neededColumns: ColumnSet
    private let traitColumns: TraitColumns
    private var memo = CandidateMemo()
    /// Rules that do not ask for the dispatch value and can be found by what they need; asked about every row.
    private let index: CandidateIndex?
    /// The candidates of ``index``.
    private let indexed: ContiguousArray<Candidate>
    private var found: FoundCandidates
    /// First node of each filter.
    private let filters: [Int32]

    /// How many searches were given up because a regular expression needed too much work, by rule index.
    public private(set) var regexLimitHits: [Int: Int] = [:]
    /// The same for filters, by the index of the rule with the match: a filter that gives up counts as not holding, so it
    /// may have taken the match away.
    public private(set) var filterLimitHits: [Int: Int] = [:]

    /// From so many rules on, looking up what they need is faster than asking them.
    static let indexedMin = 24

    /// Compiles the detections in `rules` for rows of the given layout; correlations are passed over, as are rules for
    /// which `included` does not hold.
    ///
    /// For each of `dispatchValues` only the rules are kept whose condition is not certainly false when
    /// `dispatchField` has that value, and of their conditions only what then is still open. A field that the layout
    /// lacks counts as missing in every row: add those of ``fields(of:)`` before.
    public init(
        rules: [SigmaRule],
        filters: [SigmaFilter] = [],
        layout: FieldLayout,
        dispatchField: String = "",
        dispatchValues: [String] = [],
        where included: (Int) -> Bool = { _ in true }
    ) {
        var builder = MatchProgramBuilder(layout: layout)
        var candidates: ContiguousArray<Candidate> = []
        var groups: ContiguousArray<Group> = []
        var ranges: ContiguousArray<Range<Int>> = []
        var absent: [String: FieldAssumption] = [:]
        for field in Self.fields(of: rules) where layout.column(of: field) == nil { absent[field] = .absent }
        let detections = rules.indices.filter { rules[$0].detection != nil && included($0) }
        let general = detections.filter { rules[$0].detection?.fields.contains(dispatchField) == false }
        let plan = Self.plan(general.count >= Self.indexedMin ? general : [], rules, absent, layout)
        indexed = ContiguousArray(
            plan.map { Candidate(rule: Int32($0.rule), start: builder.compile($0.question)) }
        )
        builder.forgetWholeTexts()
        index = plan.isEmpty ? nil : CandidateIndex(plan.map(\.texts))
        found = FoundCandidates(sets: plan.map(\.texts.count))
        let lookedUp = Set(plan.map(\.rule))
        let asked = detections.filter { !lookedUp.contains($0) }
        for value in dispatchValues.map(Optional.some) + [nil] {
            let firstGroup = groups.count
            var found: [(needs: ColumnSet, candidates: [Candidate])] = []
            let assumed = value.map { absent.merging([dispatchField: .oneOf([$0])]) { $1 } } ?? absent
            for index in asked {
                guard let expression = rules[index].detection?.expression else { continue }
                let question = expression.simplified(assuming: assumed)
                let start = builder.compile(question)
                guard start != MatchNode.fails else { continue }
                let (needs, candidate) = (question.needs(layout), Candidate(rule: Int32(index), start: start))
                if let place = found.firstIndex(where: { $0.needs == needs }) {
                    found[place].candidates.append(candidate)
                } else {
                    found.append((needs, [candidate]))
                }
            }
            for (needs, members) in found {
                let first = Int32(candidates.count)
                candidates += members
                groups.append(Group(needs: needs, first: first, end: Int32(candidates.count)))
            }
            ranges.append(firstGroup..<groups.count)
        }
        neededColumns = groups.reduce(ColumnSet.none) { $0.union($1.needs) }.union(builder.columns)
        traitColumns = TraitColumns(builder)
        self.filters = filters.map { builder.compile($0.detection.expression) }
        self.candidates = candidates
        self.groups = groups
        self.ranges = ranges
        program = MatchProgram(builder)
    }

    /// The rules that can be found by what they need, with what is left to ask and the texts they need one of.
    private static func plan(
        _ general: [Int],
        _ rules: [SigmaRule],
        _ absent: [String: FieldAssumption],
        _ layout: FieldLayout
    ) -> [(rule: Int, question: MatchExpression, texts: [RequiredTexts])] {
        let questions = general.compactMap { index in
            rules[index].detection.map { (index, $0.expression.simplified(assuming: absent)) }
        }
        // What many rules need tells them apart badly, and is probably in many rows.
        var uses: [RequiredText: Int] = [:]
        for (_, question) in questions {
            for text in Set(question.tests.compactMap { $0.requiredText(layout) }) { uses[text, default: 0] += 1 }
        }
        return questions.compactMap { index, question in
            let texts = question.requiredTexts(layout) { $0.cost(uses: uses[$0] ?? 1) }
            return texts.isEmpty ? nil : (index, question, texts)
        }
    }

    /// The indices of the detection rules that match, in ascending order.
    ///
    /// `dispatch` is the position of the row's dispatch value in the values given at the beginning; any other number
    /// asks all rules. Whoever knows which columns the row has says so in `present`, so that the rules that need
    /// another one, most of them as a rule, are passed over at once.
    public func matches(
        _ row: borrowing FieldRow,
        dispatch: Int,
        present: ColumnSet = .all,
        into hits: inout [Int]
    ) {
        if !hits.isEmpty { hits.removeAll(keepingCapacity: true) }
        program.beginRow()
        let known = dispatch >= 0 && dispatch < ranges.count
        let traits = RowTraits(
            dispatch: known ? dispatch : ranges.count - 1,
            present: present.intersection(neededColumns),
            texts: traitColumns.texts(row, program.words)
        )
        if let left = memo.range(traits) {
            for position in left { ask(memo.candidates[position], row, &hits) }
        } else {
            let left = remaining(traits)
            if memo.hasRoom { memo.keep(left, traits) }
            for candidate in left { ask(candidate, row, &hits) }
        }
        if let index {
            index.search(row, program, into: &found)
            if _slowPath(!found.all.isEmpty) {
                for candidate in found.all { ask(indexed[Int(candidate)], row, &hits) }
            }
        }
        if _slowPath(hits.count > 1) { hits.sort() }
    }

    /// The candidates that may match rows with `traits`, each with the first question that these leave open.
    private func remaining(_ traits: RowTraits) -> [Candidate] {
        var left: [Candidate] = []
        for group in groups[ranges[traits.dispatch]] where traits.present.isSuperset(of: group.needs) {
            for candidate in candidates[Int(group.first)..<Int(group.end)] {
                let start = program.firstOpen(from: candidate.start) { traitColumns.answer($0, traits, program.slots) }
                if start != MatchNode.fails { left.append(Candidate(rule: candidate.rule, start: start)) }
            }
        }
        return left
    }

    @inline(__always)
    private func ask(_ candidate: Candidate, _ row: borrowing FieldRow, _ hits: inout [Int]) {
        if program.run(from: candidate.start, row) { hits.append(Int(candidate.rule)) }
        if _slowPath(program.limitHits > 0) {
            regexLimitHits[Int(candidate.rule), default: 0] += program.limitHits
            program.limitHits = 0
        }
    }

    /// Whether the condition of the filter with the given number holds for the row, which rule `rule` matches.
    public func holds(filter: Int, for rule: Int, _ row: borrowing FieldRow) -> Bool {
        program.beginRow()
        let holds = program.run(from: filters[filter], row)
        if _slowPath(program.limitHits > 0) {
            filterLimitHits[rule, default: 0] += program.limitHits
            program.limitHits = 0
        }
        return holds
    }

    /// Number of rules that are asked about a row with the given dispatch value, those found by its texts apart.
    public func candidateCount(dispatch: Int) -> Int {
        groups[ranges[dispatch]].reduce(0) { $0 + Int($1.end - $1.first) }
    }

    /// The fields that the rules and filters mention, each once, sorted: those of conditions, and those by which
    /// correlations group and measure.
    public static func fields(of rules: [SigmaRule], _ filters: [SigmaFilter] = []) -> [String] {
        var names: Set<String> = []
        for rule in rules {
            switch rule.body {
            case .detection(let detection): names.formUnion(detection.fields)
            case .correlation(let correlation):
                names.formUnion(correlation.fieldNames)
                names.formUnion(correlation.fieldNames.compactMap { rule.ownFields[$0] })
            }
        }
        for filter in filters { names.formUnion(filter.detection.fields) }
        return names.sorted()
    }
}
