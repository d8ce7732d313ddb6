// Dispatch leaves out only rules that cannot match.

import FieldRows
import TestMaterial
import Testing

@testable import SigmaRules

@Suite struct RuleMatcherTests {
    static let kinds = ["token.request", "token.revoke", "session.login", "other"]
    static let fields = ["kind", "client_id", "scope", "count", "missing"]

    static func selection(_ numbers: inout Numbers) -> String {
        let lines = [
            "kind: token.request", "kind: [token.request, token.revoke]", "kind|startswith: token", "kind: null",
            "kind|re: 'login|other'", "kind|neq: other", "kind|exists: false", "kind|contains|all: [token, re]",
            "client_id: web", "client_id|endswith: b", "client_id|contains: E", "client_id: [a, b, web, app, 'x*']",
            "client_id|fieldref: kind", "client_id|re: '^w'", "client_id: null", "scope: admin", "scope|contains: pen",
            "scope|all: [openid, admin]", "scope: '?penid'", "count|gt: 5", "count: 7", "count|exists: true",
            "missing: x", "missing: null", "missing|exists: false", "'|re': 'needle'",
        ]
        let chosen = Set((0..<Int.random(in: 1...3, using: &numbers)).map { _ in numbers.pick(lines) }).sorted()
        // A map takes each key once.
        var seen: Set<Substring> = []
        return chosen.filter { seen.insert($0.prefix { $0 != ":" }).inserted }.map { "        \($0)\n" }.joined()
    }

    static func rule(_ numbers: inout Numbers) -> String {
        let names = ["a", "b", "c"]
        let body = names.map { "    \($0):\n" + selection(&numbers) }.joined()
        let conditions = [
            "a", "not a and b", "a or b", "a and (b or not c)", "1 of them", "all of them", "not (a and b) or c",
            "a and not 1 of them", "not 1 of them", "b and not a",
        ]
        let condition = "    condition: \(numbers.pick(conditions))\n"
        return "title: A rule\nid: \(numbers.next())\nlogsource:\n    category: test\ndetection:\n" + body + condition
    }

    static func row(_ numbers: inout Numbers, kind: String) -> [String: RowValue] {
        let clients: [RowValue] = [.missing, .null, "web", "app", "B", "xyz", "token.request", .fingerprint(3)]
        let scopes: [RowValue] = [.missing, .words("openid"), .words("openid admin"), .words(""), .json(#"["admin"]"#)]
        let counts: [RowValue] = [.missing, 5, 7, "7", "x", .null]
        return [
            "kind": .string(kind), "client_id": numbers.pick(clients), "scope": numbers.pick(scopes),
            "count": numbers.pick(counts),
        ]
    }

    @Test(arguments: 1...20)
    func dispatchEqualsAskingAllRules(_ seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let text = (0..<40).map { _ in Self.rule(&numbers) }.joined(separator: "---\n")
        let rules = try rules(text)
        // The layout lacks a field, which then is missing in every row.
        let layout = FieldLayout(Self.fields.dropLast())
        let matcher = RuleMatcher(rules: rules, layout: layout, dispatchField: "kind", dispatchValues: Self.kinds)
        let single = rules.map {
            RuleMatcher(rules: [$0], layout: FieldLayout(Self.fields), dispatchField: "none", dispatchValues: [])
        }
        var fewer = 0
        for _ in 0..<60 {
            let dispatch = Int.random(in: 0..<Self.kinds.count, using: &numbers)
            let values = Self.row(&numbers, kind: Self.kinds[dispatch])
            let line = numbers.pick(["", "a needle in hay"])
            var dispatched: [Int] = []
            var all: [Int] = []
            var known: [Int] = []
            let present = layout.names.indices.reduce(ColumnSet.none) { set, column in
                let value = values[layout.names[column]] ?? .missing
                return value == .missing ? set : set.union(ColumnSet(column: column))
            }
            withRow(values, line: line, layout: layout) {
                matcher.matches($0, dispatch: dispatch, into: &dispatched)
                matcher.matches($0, dispatch: -1, into: &all)
                matcher.matches($0, dispatch: dispatch, present: present, into: &known)
            }
            var one: [Int] = []
            let alone = single.indices.filter { index in
                withRow(values, line: line, layout: FieldLayout(Self.fields)) {
                    single[index].matches($0, dispatch: -1, into: &one)
                }
                return one == [0]
            }
            #expect(dispatched == alone, "\(values)")
            #expect(all == alone, "\(values)")
            #expect(known == alone, "\(values)")
            if matcher.candidateCount(dispatch: dispatch) < rules.count { fewer += 1 }
        }
        #expect(fewer > 0)
    }

    @Test func onlyCandidatesAreAsked() throws {
        let text = Self.kinds.map { detection("s:\n    kind: \($0)\n    client_id: web\ncondition: s", title: $0) }
            .joined(separator: "\n---\n")
        let rules = try rules(text + "\n---\n" + detection("s:\n    client_id: web\ncondition: s"))
        let layout = FieldLayout(RuleMatcher.fields(of: rules))
        let matcher = RuleMatcher(rules: rules, layout: layout, dispatchField: "kind", dispatchValues: Self.kinds)
        for (dispatch, kind) in Self.kinds.enumerated() {
            #expect(matcher.candidateCount(dispatch: dispatch) == 2)
            var hits: [Int] = []
            withRow(["kind": .string(kind), "client_id": "web"], layout: layout) {
                matcher.matches($0, dispatch: dispatch, into: &hits)
            }
            #expect(hits == [dispatch, 4])
        }
    }

    @Test func listsTheFieldsOfAllRules() throws {
        let loaded = try rules(
            """
            title: Base
            name: base
            logsource:
                product: test
            detection:
                s:
                    b|contains: 1
                    a|fieldref: z
                k:
                    - word
                condition: 1 of them
            ---
            title: Count
            correlation:
                type: value_count
                rules: base
                group-by: [who, ip]
                timespan: 1h
                condition:
                    field: what
                    gte: 2
                aliases:
                    who:
                        base: sub
            """
        )
        #expect(RuleMatcher.fields(of: loaded) == ["a", "b", "ip", "sub", "what", "z"])
        #expect(loaded[0].detection?.usesKeywords == true)
    }
}
