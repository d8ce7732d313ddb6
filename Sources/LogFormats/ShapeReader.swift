// Finds out which shape a line has and fills the slots of its source fields.

import FieldRows

/// Reads one line after the other into slots.
final class ShapeReader {
    /// How a line was read.
    enum Reading {
        case shape(Int)
        case ignored(String)
        case fault(LineFault)
    }

    private let plan: DecodingTables
    private var json: JSONScanner
    private var pairs: PairsScanner
    private let query: QueryScanner
    private var patterns: [BytePattern?] = []
    private let readsJSON: Bool
    private var groups: [(group: Int, slot: Int)] = []
    /// The groups of each shape's pattern.
    private var groupParts: [Range<Int>] = []
    /// The source fields of the line read last.
    let slots: SlotTable
    /// A value of the arena while it is read; the arena is written to meanwhile.
    private let scratch = ByteBlock(capacity: 1 << 12)
    /// For each shape whose events are elements: the slots inside these, and the selectors that start there.
    private var innerSlots: [[Int]] = []
    /// Slots that had a value before a nested object was read.
    private var before: [Bool] = []

    init(_ tables: DecodingTables) {
        let plan = tables.compiled
        self.plan = tables
        let withPairs = plan.shapes.filter { $0.isJSON && $0.pairs >= 0 && $0.pairsStyle.isReadRaw }
        let raw = Set(withPairs.map { Int($0.pairs) })
        json = JSONScanner(plan.jsonKeys, raw: raw)
        innerSlots = plan.shapes.map { shape in
            guard shape.each >= 0 else { return [] }
            let path = plan.slotNames[Int(plan.inners[Int(shape.each)].slot)]
            return plan.slotNames.indices.filter {
                plan.slotNames[$0].hasPrefix(path + ".") || plan.slotNames[$0].hasPrefix(path + "[")
            }
        }
        before = Array(repeating: false, count: plan.slotNames.count)
        pairs = PairsScanner(plan.pairsKeys)
        query = QueryScanner(
            plan.queryKeys,
            pathSlot: plan.pathSlot,
            credentialsSlot: plan.urlCredentialsSlot
        )
        slots = SlotTable(count: plan.slotNames.count)
        readsJSON = plan.shapes.contains { $0.isJSON }
        for (shape, written) in zip(plan.shapes, plan.format.shapes) {
            // CompiledFormat has checked that the pattern compiles.
            let own = shape.sharesPattern ? nil : written.pattern.flatMap { try? BytePattern($0) }
            let pattern = own ?? (shape.sharesPattern ? patterns.last ?? nil : nil)
            patterns.append(pattern)
            let start = groups.count
            for (slot, name) in plan.slotNames.enumerated() {
                if let group = pattern?.group(name) { groups.append((group, slot)) }
            }
            groupParts.append(start..<groups.count)
        }
    }

    /// Reads the line `text[start..<end]`.
    func read(_ text: RawSpan, _ start: Int, _ end: Int, _ arena: ByteBlock) -> Reading {
        var first = start
        while first < end, text.byte(at: first) == 0x20 || text.byte(at: first) == 0x09 { first += 1 }
        guard first < end else {
            slots.clear()
            return .ignored("blank line")
        }
        if text.byte(at: first) == UInt8(ascii: "{"), readsJSON {
            return readJSON(text, first, end, arena)
        }
        return readText(text, start, end, arena)
    }

    private func readJSON(_ text: RawSpan, _ start: Int, _ end: Int, _ arena: ByteBlock) -> Reading {
        slots.clear()
        if let fault = json.scan(text, start, end, into: slots, arena: arena) { return .fault(fault) }
        resolve(text, arena)
        for index in plan.shapes.indices where plan.shapes[index].isJSON {
            let nested = plan.shapes[index].nested
            if nested.start < nested.end { readNested(nested, text, arena) }
            if holds(plan.shapes[index].conditions, plan.shapeNeeds[index], text, arena) {
                return complete(index, text, insideJSON: true, arena)
            }
        }
        return .fault(.noShape)
    }

    /// Fills the slots that follow from others: what selectors find in JSON values, and names for several fields.
    @inline(__always)
    private func resolve(_ text: RawSpan, _ arena: ByteBlock) {
        if !plan.selectors.isEmpty { select(text, arena) }
        for index in plan.aliases.indices {
            let (slot, sources) = plan.aliases[index]
            let first = sources.indices.first { slots[Int(plan.sources[$0])].hasValue }
            if let first { slots[slot] = slots[Int(plan.sources[first])] }
        }
    }

    /// Fills the slots of selectors that start from a JSON value.
    private func select(_ text: RawSpan, _ arena: ByteBlock) {
        for index in plan.selectors.indices {
            let source = slots[plan.selectors[index].source]
            let slot = plan.selectors[index].slot
            guard source.hasValue, !slots[slot].isPresent else { continue }
            let unless = plan.selectors[index].unless
            if unless >= 0, slots[unless].isPresent { continue }
            let steps = plan.selectors[index].steps
            if source.kind != .json {
                // One value where a list could be is the list's only element.
                if isFirstElement(steps) { slots[slot] = source }
            } else if source.region == .line {
                slots[slot] = JSONWalker(text, region: .line, origin: 0, arena, plan).find(steps, source.offset)
            } else {
                copyToScratch(source, text, arena, lineFeed: 0x20)
                let scratch = scratch
                let walker = JSONWalker(scratch.padded, region: .arena, origin: source.offset, arena, plan)
                slots[slot] = walker.find(steps, 0)
            }
        }
    }

    /// Whether all that is wanted is an element of an array, be it the first or any.
    private func isFirstElement(_ steps: CompiledFormat.Part) -> Bool {
        guard steps.indices.count == 1 else { return false }
        switch plan.steps[Int(steps.start)] {
        case .index(let index): return index == 0
        case .every: return true
        default: return false
        }
    }

    /// Copies a value; a line feed may be written as something else, because it ends every search.
    private func copyToScratch(
        _ slice: FieldSlice,
        _ text: RawSpan,
        _ arena: ByteBlock,
        lineFeed: UInt8 = 0x0A
    ) {
        scratch.truncate(to: 0)
        let value = bytes(slice, text, arena)
        guard lineFeed != 0x0A, value.contains(0x0A) else {
            scratch.append(value)
            return
        }
        for index in 0..<value.byteCount {
            let byte = value.byte(at: index)
            scratch.append(byteWithoutPadding: byte == 0x0A ? lineFeed : byte)
        }
        scratch.pad()
    }

    /// Reads the texts of `fields` that are JSON themselves.
    private func readNested(_ fields: CompiledFormat.Part, _ text: RawSpan, _ arena: ByteBlock) {
        for index in fields.indices {
            let slot = Int(plan.inners[index].slot)
            let slice = slots[slot]
            guard slice.kind == .string, slice.count > 1 else { continue }
            copyToScratch(slice, text, arena, lineFeed: 0x20)
            let scratch = scratch
            var end = 0
            let first = scratch.bytes.byte(at: 0)
            guard first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
                JSONScanner.skipContainer(scratch.padded, &end, scratch.count) == nil, end == scratch.count
            else { continue }
            let node = plan.inners[index].node
            if first == UInt8(ascii: "{"), node >= 0 {
                readObject(scratch.padded, 0, scratch.count, node, region: slice.region, origin: slice.offset, arena)
            }
            slots[slot] = slice.retyped(.json)
            resolve(text, arena)
        }
    }

    /// Reads an object whose keys belong to `node`; when it makes no sense, none of its fields have a value.
    private func readObject(
        _ text: RawSpan,
        _ start: Int,
        _ end: Int,
        _ node: Int16,
        region: FieldSlice.Region,
        origin: Int,
        _ arena: ByteBlock
    ) {
        for slot in 0..<slots.count { before[slot] = slots[slot].isPresent }
        let fault = json.scan(text, start, end, root: node, into: slots, arena: arena)
        for slot in 0..<slots.count where !before[slot] && slots[slot].isPresent {
            if fault != nil {
                slots[slot] = .missing
            } else if slots[slot].region == .line, slots[slot].hasValue {
                let slice = slots[slot]
                slots[slot] = FieldSlice(slice.kind, region, offset: origin + slice.offset, count: slice.count)
            }
        }
    }

    /// Calls `body` for each element of the array that holds the events of a line of shape `index`, with the slots
    /// filled; returns how many there were, or `nil` when there is no array.
    func eachElement(_ index: Int, _ text: RawSpan, _ arena: ByteBlock, _ body: () -> Void) -> Int? {
        let inner = plan.inners[Int(plan.shapes[index].each)]
        let list = slots[Int(inner.slot)]
        guard list.kind == .json, bytes(list, text, arena).byte(at: 0) == UInt8(ascii: "["), inner.node >= 0 else {
            return nil
        }
        // A copy, since nested texts use the scratch block.
        let copy = ByteBlock(capacity: list.count)
        for byte in bytes(list, text, arena).array { copy.append(byteWithoutPadding: byte == 0x0A ? 0x20 : byte) }
        copy.pad()
        let inside = copy.padded
        var place = 1
        var count = 0
        JSONScanner.skipSpace(inside, &place)
        while place < copy.count, inside.byte(at: place) == UInt8(ascii: "{") {
            var end = place
            guard JSONScanner.skipContainer(inside, &end, copy.count) == nil else { break }
            for slot in innerSlots[index] { slots[slot] = .missing }
            for alias in plan.aliases { slots[alias.slot] = .missing }
            readObject(inside, place, end, inner.node, region: list.region, origin: list.offset, arena)
            resolve(text, arena)
            body()
            count += 1
            place = end
            JSONScanner.skipSpace(inside, &place)
            if inside.byte(at: place) == UInt8(ascii: ",") { place += 1 }
            JSONScanner.skipSpace(inside, &place)
        }
        return count
    }

    private func readText(_ text: RawSpan, _ start: Int, _ end: Int, _ arena: ByteBlock) -> Reading {
        var result = BytePattern.Result.noMatch
        for index in plan.shapes.indices {
            guard let pattern = patterns[index] else { continue }
            // Shapes that differ in their conditions only share the search.
            if !plan.shapes[index].sharesPattern { result = pattern.search(text, start, end) }
            switch result {
            case .noMatch: continue
            case .limitReached:
                slots.clear()
                return .fault(.patternLimit)
            case .match: break
            }
            slots.clear()
            for place in groupParts[index] {
                let (group, slot) = groups[place]
                guard let range = pattern.range(group) else { continue }
                slots[slot] = FieldSlice(.string, .line, offset: start + range.lowerBound, count: range.count)
            }
            let nested = plan.shapes[index].nested
            if nested.start < nested.end { readNested(nested, text, arena) }
            resolve(text, arena)
            guard holds(plan.shapes[index].conditions, plan.shapeNeeds[index], text, arena) else { continue }
            return complete(index, text, insideJSON: false, arena)
        }
        // The slots must not go on saying what an earlier line said.
        slots.clear()
        return .fault(.noShape)
    }

    /// Reads what the shape has inside one of its fields.
    private func complete(_ index: Int, _ text: RawSpan, insideJSON: Bool, _ arena: ByteBlock) -> Reading {
        let shape = plan.shapes[index]
        if shape.isIgnored { return .ignored(plan.format.shapes[index].ignore ?? shapeName(index)) }
        if shape.pairs >= 0 {
            let slice = slots[Int(shape.pairs)]
            guard shape.pairsStyle.isReadRaw else {
                if let fault = readList(slice, shape.pairsStyle, text, arena) { return .fault(fault) }
                return finish(index, text, arena)
            }
            guard slice.kind == .string, slice.region == .line else { return .fault(.malformedPairs) }
            let fault = pairs.scan(
                text,
                slice.offset,
                slice.offset + slice.count,
                style: shape.pairsStyle,
                insideJSON: insideJSON,
                into: slots,
                arena: arena
            )
            if let fault { return .fault(fault) }
        }
        return finish(index, text, arena)
    }

    /// Reads a list of keys and values that is written in some language's syntax.
    private func readList(
        _ slice: FieldSlice,
        _ style: PairsStyle,
        _ text: RawSpan,
        _ arena: ByteBlock
    ) -> LineFault? {
        guard slice.kind == .string else { return .malformedPairs }
        copyToScratch(slice, text, arena)
        let scratch = scratch
        var list = ValueListScanner(
            scratch.padded,
            0,
            scratch.count,
            keys: pairs.keys,
            region: slice.region,
            origin: slice.offset,
            slots: slots,
            arena: arena
        )
        return list.scan(style)
    }

    /// Reads the request target of a line, and what follows from other fields.
    private func finish(_ index: Int, _ text: RawSpan, _ arena: ByteBlock) -> Reading {
        let shape = plan.shapes[index]
        if shape.pairs >= 0 { resolve(text, arena) }
        if shape.query >= 0, slots[Int(shape.query)].hasValue {
            let target = slots[Int(shape.query)]
            let (start, end) = (target.offset, target.offset + target.count)
            if target.region == .line {
                query.scan(text, start, end, into: slots, arena: arena)
            } else {
                // The scanner writes to the arena, so it must not read from it at the same time.
                let copy = ByteBlock(capacity: target.count)
                copy.append(arena.bytes.extracting(start..<end))
                query.scan(
                    copy.padded,
                    0,
                    target.count,
                    region: .arena,
                    origin: start,
                    into: slots,
                    arena: arena
                )
            }
        }
        return .shape(index)
    }

    private func shapeName(_ index: Int) -> String { plan.format.shapes[index].name }

    /// Whether all `conditions` hold for the slots; they cannot if one of the slots that `needs` names is not filled.
    @inline(__always)
    func holds(_ conditions: CompiledFormat.Part, _ needs: UInt64, _ text: RawSpan, _ arena: ByteBlock) -> Bool {
        guard needs & ~slots.filled == 0 else { return false }
        for index in conditions.indices where !holds(condition: index, text, arena) { return false }
        return true
    }

    private func holds(condition number: Int, _ text: RawSpan, _ arena: ByteBlock) -> Bool {
        // Read field by field: taken as a whole, the entry would be packed into registers and unpacked again.
        let comparison = plan.conditions[number].comparison
        let slice = slots[Int(plan.conditions[number].slot)]
        if comparison == .exists { return slice.hasValue == plan.conditions[number].expected }
        guard slice.hasValue else { return false }
        let value = bytes(slice, text, arena)
        let values = plan.conditions[number].values
        return switch comparison {
        case .equals: plan.equals(values, value)
        case .startswith: plan.beginsWith(values, value)
        case .endswith: plan.endsWith(values, value)
        case .contains: plan.contains(values, value)
        case .exists: false
        }
    }

    /// The bytes of a slot's value.
    @inline(__always)
    @_lifetime(copy text, borrow arena)
    func bytes(_ slice: FieldSlice, _ text: RawSpan, _ arena: ByteBlock) -> RawSpan {
        let range = slice.offset..<slice.offset + slice.count
        if _fastPath(slice.region == .line) { return text.extracting(range) }
        return arena.bytes.extracting(range)
    }
}
