// Resolves the names of a format file to slots and columns.

import AuthEvents
import FieldRows

extension CompiledFormat {
    /// Fills all tables from ``format``.
    mutating func compile(_ isDerived: (String) -> Bool) throws(FormatError) {
        pathSlot = slot("path")
        urlCredentialsSlot = slot("credentials in URL")
        kindSlices = EventKind.names.map { constant($0) }
        outcomeSlices = EventOutcome.allCases.map { constant($0.name) }
        verdictSlices = ServerVerdict.allCases.map { constant($0.name) }
        trueSlice = constant("true").retyped(.boolean)
        falseSlice = constant("false").retyped(.boolean)
        sourceSlice = constant(format.name)
        nulls = literals(format.nulls)
        nullCountMax = format.nulls.map(\.utf8.count).max() ?? -1
        for alias in format.aliases { aliases.append((slot(alias.name), part(of: alias.sources))) }
        for time in format.time {
            guard let unit = EpochUnit(name: time.unit) else { continue }
            times.append((slot(time.name), unit))
        }
        if let key = format.record?.by { recordSlot = slot(key) }
        if let status = format.fields.first(where: { $0.field == .httpStatus })?.names.first {
            statusSlot = slot(status)
        }
        for shape in format.shapes.flatMap(\.fields) where shape.field == .httpStatus && statusSlot < 0 {
            statusSlot = shape.names.first.map { slot($0) } ?? -1
        }
        for (index, shape) in format.shapes.enumerated() { shapes.append(compile(shape, index)) }
        for event in format.events { cases.append(compile(event)) }
        compileShared(isDerived)
        resolveSelectors()
        try checkSize()
        buildKeyTables()
        findInnerNodes()
        dispatch = CaseDispatch(self)
        for shape in format.shapes { try check(shape) }
        if let pattern = format.continues { try check(pattern, of: "'continues'", line: 1) }
        for assignment in allAssignments { try check(assignment) }
    }

    private var allAssignments: [FieldAssignment] {
        format.fields + format.shapes.flatMap(\.fields) + format.events.flatMap(\.fields)
    }

    /// Finds the value that each path with brackets starts from; it may be named by such a path itself.
    private mutating func resolveSelectors() {
        var next = 0
        while next < slotNames.count {
            if let selector = SourceSelector(slotNames[next]) {
                let source = slot(selector.path)
                var unless = -1
                if case .through? = selector.steps.first {
                    let plain = slotNames[next].replacing("[*].", with: ".", maxReplacements: 1)
                    unless = slotNames.firstIndex(of: plain) ?? -1
                }
                let steps = compile(selector.steps)
                selectors.append(Selector(slot: next, source: source, unless: unless, steps: steps))
            }
            next += 1
        }
    }

    private mutating func inner(_ name: String) -> Int16 {
        inners.append(Inner(slot: Int16(clamping: slot(name)), node: -1))
        return Int16(clamping: inners.count - 1)
    }

    private mutating func findInnerNodes() {
        for index in inners.indices {
            let path = slotNames[Int(inners[index].slot)].split(separator: ".").map(String.init)
            inners[index].node = jsonKeys.node(at: path) ?? -1
        }
    }

    /// Most source fields of one format.
    private static let namesMax = 1_000
    /// Most names of credentials, which are bits of a word.
    private static let credentialsMax = 64

    private func checkSize() throws(FormatError) {
        guard slotNames.count <= Self.namesMax, credentialNames.count <= Self.credentialsMax else {
            throw FormatError(
                file: format.file,
                line: 1,
                column: 1,
                message: "more than \(Self.namesMax) source fields or \(Self.credentialsMax) names of credentials",
                hint: "split the format"
            )
        }
    }

    /// The slot of the source field `name`.
    private mutating func slot(_ name: String) -> Int {
        if let known = slotNames.firstIndex(of: name) { return known }
        slotNames.append(name)
        return slotNames.count - 1
    }

    private mutating func literal(_ text: String) -> Literal { literal(Array(text.utf8)) }

    private mutating func literal(_ text: [UInt8]) -> Literal {
        let start = constants.count
        constants += text
        return Literal(start: Int32(start), count: Int32(text.count), last: text.last ?? 0)
    }

    private mutating func compile(_ written: [SourceSelector.Step]) -> Part {
        let start = steps.count
        for step in written {
            switch step {
            case .key(let path): steps.append(.key(compile(path)))
            case .index(let index): steps.append(.index(index))
            case .element(let path, let text): steps.append(.element(compile(path), literal(text)))
            case .every: steps.append(.every)
            case .through(let keys): steps.append(.through(literals(keys)))
            }
        }
        return Part(start: Int32(start), end: Int32(steps.count))
    }

    private mutating func compile(_ path: SourceSelector.MemberPath) -> MemberPath {
        MemberPath(keys: literals(path.keys), whole: path.whole.map { literal($0) })
    }

    private mutating func literals(_ texts: [String]) -> Part { literals(texts.map { Array($0.utf8) }) }

    private mutating func literals(_ texts: [[UInt8]]) -> Part {
        let start = literals.count
        for text in texts { literals.append(literal(text)) }
        return Part(start: Int32(start), end: Int32(literals.count))
    }

    private mutating func constant(_ text: String) -> FieldSlice {
        let place = literal(text)
        return FieldSlice(.string, .arena, offset: Int(place.start), count: Int(place.count))
    }

    /// The bit of the credential called `name`.
    private mutating func credential(_ name: String) -> Int8 {
        if let known = credentialNames.firstIndex(of: name) { return Int8(known) }
        credentialNames.append(name)
        return Int8(clamping: credentialNames.count - 1)
    }

    private mutating func compile(_ written: [SourceCondition]) -> Part {
        let start = conditions.count
        for condition in written {
            let isExistence = condition.comparison == .exists
            conditions.append(
                Condition(
                    slot: Int16(clamping: slot(condition.name)),
                    comparison: condition.comparison,
                    values: isExistence ? .none : literals(condition.values),
                    expected: condition.values.first != "false"
                )
            )
        }
        return Part(start: Int32(start), end: Int32(conditions.count))
    }

    private mutating func part(of names: [String]) -> Part {
        let start = sources.count
        for name in names { sources.append(Int16(clamping: slot(name))) }
        return Part(start: Int32(start), end: Int32(sources.count))
    }

    private mutating func compile(_ written: [FieldAssignment]) -> Filling {
        let (firstCopy, first) = (copies.count, assignments.count)
        for assignment in written { add(compile(assignment)) }
        return filling(from: firstCopy, first)
    }

    /// Keeps `assignment` where it costs least.
    private mutating func add(_ assignment: Assignment) {
        let column = Int(assignment.column)
        guard case .copy = assignment.action, assignment.slots.indices.count == 1, assignment.after == 0,
            assignment.credential < 0, assignment.match < 0, !assignment.isPercentEncoded
        else {
            assignments.append(assignment)
            return
        }
        let bit: UInt64 = column < CanonicalField.allCases.count ? 1 << UInt64(column) : 0
        let slot = sources[Int(assignment.slots.start)]
        copies.append(Copy(slot: Int32(slot), column: Int32(column), bit: bit))
    }

    private func filling(from firstCopy: Int, _ first: Int) -> Filling {
        Filling(
            copies: Part(start: Int32(firstCopy), end: Int32(copies.count)),
            others: Part(start: Int32(first), end: Int32(assignments.count))
        )
    }

    private mutating func compile(_ written: FieldAssignment) -> Assignment {
        var result = Assignment(
            column: Int16(written.field.rawValue),
            slots: part(of: written.names),
            action: CanonicalField.wordSets.contains(written.field) ? .words : .copy,
            after: written.after?.asciiValue ?? 0,
            credential: -1
        )
        result.isComposite = written.isComposite
        result.isPercentEncoded = written.isPercentEncoded
        if let pattern = written.match {
            matches.append(pattern)
            result.match = Int16(clamping: matches.count - 1)
        }
        if !written.separators.isEmpty {
            result.separators = Int16(clamping: Int(literals([written.separators]).start))
            result.action = .words
        }
        if let artefact = Artefact(field: written.field) {
            let reference = written.reference ?? .id
            result.action = .artefact(artefact, reference)
            if reference == .secret {
                let isIssued = written.field == .refreshTokenIssued
                result.credential = credential(isIssued ? CanonicalField.refreshToken.name : written.field.name)
            }
        } else if written.exists {
            result.action = .exists
        } else if !written.map.isEmpty {
            let start = mapEntries.count
            for (key, value) in written.map.sorted(by: { $0.key < $1.key }) {
                mapEntries.append((literal(key), constant(value)))
            }
            let entries = Part(start: Int32(start), end: Int32(mapEntries.count))
            switch written.unmapped {
            case .kept: result.action = .map(entries, -2)
            case .dropped: result.action = .map(entries, -1)
            case .replaced(let text):
                replacements.append(constant(text))
                result.action = .map(entries, Int16(clamping: replacements.count - 1))
            }
        }
        return result
    }

    private mutating func compile(_ written: LineShape, _ index: Int) -> Shape {
        let firstInner = inners.count
        for name in written.nested { _ = inner(name) }
        let nested = Part(start: Int32(firstInner), end: Int32(inners.count))
        let before = index > 0 ? format.shapes[index - 1].pattern : nil
        return Shape(
            isJSON: written.pattern == nil,
            sharesPattern: written.pattern != nil && before == written.pattern,
            conditions: compile(written.conditions),
            pairs: written.pairs.map { Int16(clamping: slot($0.name)) } ?? -1,
            pairsStyle: written.pairs.flatMap { PairsStyle(rawValue: $0.style) } ?? .quoted,
            query: written.query.map { Int16(clamping: slot($0)) } ?? -1,
            nested: nested,
            each: written.each.map { inner($0) } ?? -1,
            part: written.part,
            isIgnored: written.ignore != nil,
            filling: compile(written.fields)
        )
    }

    private mutating func compile(_ written: EventCase) -> Case {
        let grantType = written.constants.first { $0.field == .grantType }?.value
        let verdict = written.constants.first { $0.field == .verdict }?.value
        let start = constantColumns.count
        for (field, value) in written.constants {
            let slice = constant(value)
            let isSet = CanonicalField.wordSets.contains(field)
            constantColumns.append((field.rawValue, isSet ? slice.retyped(.words) : slice))
        }
        return Case(
            conditions: compile(written.conditions),
            kind: written.kind,
            outcome: written.outcome,
            alsoKind: written.also?.kind,
            alsoOutcome: written.also?.outcome ?? .fixed(.unknown),
            verdict: verdict.flatMap(ServerVerdict.init(name:)) ?? .none,
            grantType: grantType.flatMap(GrantType.init(rawValue:)),
            constants: Part(start: Int32(start), end: Int32(constantColumns.count)),
            filling: compile(written.fields),
            isIgnored: written.ignore != nil
        )
    }

    /// The assignments for every event: credentials, the format's own fields, and what only rules ask for.
    private mutating func compileShared(_ isDerived: (String) -> Bool) {
        let (firstCopy, first) = (copies.count, assignments.count)
        for (name, credentialName) in format.credentials.sorted(by: { $0.key < $1.key }) {
            let bit = credential(credentialName)
            assignments.append(
                Assignment(column: -1, slots: part(of: [name]), action: .none, after: 0, credential: bit)
            )
        }
        _ = compile(format.fields)
        let vendorNames = layout.names.dropFirst(CanonicalField.allCases.count).filter { !isDerived($0) }
        let vendorPaths = vendorNames.map { FieldLayout.path(of: $0) }
        for path in vendorPaths {
            _ = slot(path)
            for other in Self.otherPaths(path) { _ = slot(other) }
        }
        findSecrets()
        // Fields by the vendor's own path.
        for (name, path) in zip(vendorNames, vendorPaths) where !secretSlots.contains(slot(path)) {
            guard let column = layout.column(of: name) else { continue }
            add(Assignment(column: Int16(column), slots: part(of: [path]), action: .copy, after: 0, credential: -1))
            let others = Self.otherPaths(path)
            if !others.isEmpty {
                add(Assignment(column: Int16(column), slots: part(of: others), action: .copy, after: 0, credential: -1))
            }
            for wrapper in format.wrappers where path.hasPrefix(wrapper + ".") {
                let own = part(of: [path, String(path.dropFirst(wrapper.count + 1))])
                add(Assignment(column: Int16(column), slots: own, action: .copy, after: 0, credential: -1))
            }
        }
        shared = filling(from: firstCopy, first)
        let filled = copies.map { Int($0.column) } + assignments.map { Int($0.column) } + constantColumns.map(\.column)
        declares = [CanonicalField.kind, .outcome, .verdict].contains { filled.contains($0.rawValue) }
    }

    /// Where a rule's field may be besides its path: through arrays; `a{}.b` is another way to write that.
    private static func otherPaths(_ name: String) -> [String] {
        guard !name.contains("[") else { return [] }
        let path = name.replacing("{}", with: "")
        let through = SourceSelector.throughArrays(path).map { [$0] } ?? []
        return path == name ? through : [path] + through
    }

    /// Secret is what the format calls a credential, and whatever has the name of one.
    private mutating func findSecrets() {
        secretSlots = Set(
            assignments.filter { $0.credential >= 0 }.flatMap { sources[$0.slots.indices] }.map { Int($0) }
        )
        for (slot, name) in slotNames.enumerated() {
            let last = name.split(separator: ".").last ?? ""
            if SecretMask.secretNames.contains(last.lowercased()) { secretSlots.insert(slot) }
        }
    }

    /// A name can be a JSON path, a key of a pair or a query parameter; the shape decides which is read.
    private mutating func buildKeyTables() {
        for (slot, name) in slotNames.enumerated() {
            if SourceSelector(name) != nil || aliases.contains(where: { $0.slot == slot }) { continue }
            if name.hasPrefix("query.") {
                queryKeys.want([String(name.dropFirst("query.".count))], slot: slot)
                continue
            }
            jsonKeys.want([name], slot: slot)
            pairsKeys.want([name], slot: slot)
            let path = name.split(separator: ".").map(String.init)
            if path.count > 1 {
                jsonKeys.want(path, slot: slot)
                pairsKeys.want(path, slot: slot)
            }
        }
    }

    private func check(_ shape: LineShape) throws(FormatError) {
        guard let pattern = shape.pattern else { return }
        try check(pattern, of: "shape '\(shape.name)'", line: shape.line)
    }

    private func check(_ assignment: FieldAssignment) throws(FormatError) {
        guard let pattern = assignment.match else { return }
        try check(pattern, of: "field '\(assignment.field.name)'", line: assignment.line)
    }

    /// Whether a pattern compiles.
    private func check(_ pattern: String, of what: String, line: Int) throws(FormatError) {
        do {
            _ = try BytePattern(pattern)
        } catch {
            throw FormatError(
                file: format.file,
                line: line,
                column: 1,
                message: "the pattern of \(what) is no regular expression: \(error.message)",
                hint: "at character \(error.offset) of the pattern"
            )
        }
    }
}
