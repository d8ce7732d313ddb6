// Checks that every rule has a name, a place, an identity and tests.

import Foundation
import Testing

@Suite struct RuleFileTests {
    static let all = House.texts.filter {
        $0.path.hasPrefix("Rules/") && !$0.path.hasPrefix("Rules/formats/") && !$0.path.hasPrefix("Rules/controls/")
            && $0.path.hasSuffix(".yml")
    }
    static let tests = all.filter { $0.path.hasSuffix(".test.yml") }
    static let rules = all.filter { !$0.path.hasSuffix(".test.yml") }

    @Test func rulesWereRead() {
        #expect(Self.rules.count > 10, "the folder Rules could not be read")
    }

    @Test(arguments: rules) func ruleIsNamedLikeItsFile(_ rule: TextFile) {
        let stem = String(rule.name.dropLast(4))
        #expect(stem.wholeMatch(of: /[a-z0-9_]{10,90}/) != nil, "\(rule.path): not a Sigma file name")
        #expect(Self.values(of: "name", in: rule).contains(stem), "\(rule.path): no document has 'name: \(stem)'")
        #expect(rule.path.split(separator: "/").count == 3, "\(rule.path): rules stand in Rules/<family>/")
    }

    @Test(arguments: rules) func ruleHasTests(_ rule: TextFile) throws {
        let path = rule.path.dropLast(4) + ".test.yml"
        let test = try #require(Self.tests.first { $0.path == path }, "\(rule.path): \(path) is missing")
        let stem = String(rule.name.dropLast(4))
        #expect(Self.values(of: "rule", in: test) == [stem], "\(path): 'rule: \(stem)' is missing")
        for expectation in ["finding", "nothing"] {
            let count = test.text.matches(of: /(?m)^ +expect: (\w+)$/).filter { $0.1 == expectation }.count
            #expect(count > 0, "\(path): no case expects \(expectation)")
        }
    }

    @Test(arguments: tests) func testHasARule(_ test: TextFile) {
        let path = test.path.dropLast(9) + ".yml"
        #expect(Self.rules.contains { $0.path == path }, "\(test.path): \(path) is missing")
    }

    @Test(arguments: rules) func ruleTellsWhatToDoNext(_ rule: TextFile) {
        for title in Self.values(of: "title", in: rule) {
            #expect(title.count <= 80, "\(rule.path): the title is longer than 80 characters")
        }
        #expect(rule.text.contains("\n    next: "), "\(rule.path): 'grantaudit: next:' is missing")
        #expect(rule.text.contains("https://www.rfc-editor.org/rfc/rfc"), "\(rule.path): no RFC section is named")
    }

    @Test func idsAreUnique() {
        var owner: [String: String] = [:]
        for rule in Self.rules {
            for id in Self.values(of: "id", in: rule) {
                let isRandom = id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)
                #expect(isRandom != nil, "\(rule.path): \(id) is not a random UUID")
                #expect(owner[id] == nil, "\(rule.path): the id is taken by \(owner[id] ?? "")")
                owner[id] = rule.path
            }
        }
    }

    /// The values of a top-level `key`, one per document.
    private static func values(of key: String, in file: TextFile) -> [String] {
        file.lines.filter { $0.hasPrefix(key + ": ") }.map { line in
            let value = line.dropFirst(key.count + 2)
            return value.hasPrefix("'") ? String(value.dropFirst().dropLast()) : String(value)
        }
    }
}
