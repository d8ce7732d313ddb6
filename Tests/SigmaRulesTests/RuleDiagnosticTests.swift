// The remarks as the author sees them.

import Testing

@testable import SigmaRules

/// A document and all that is said about it.
struct Golden: Sendable, CustomTestStringConvertible {
    let document: String
    let remarks: String

    init(_ document: String, _ remarks: String) { (self.document, self.remarks) = (document, remarks) }

    var testDescription: String { remarks }
}

@Suite struct RuleDiagnosticTests {
    static let modifiers =
        "contains, startswith, endswith, all, re, i, m, s, cidr, exists, cased, neq, lt, lte, gt, gte, "
        + "fieldref, expand"

    @Test(arguments: [
        Golden(
            """
            titel: x
            """,
            """
            rule.yml:1:1: warning: unknown key 'titel'
              hint: did you mean 'title'?
            rule.yml:1:1: error: missing key 'title'
              hint: did you mean 'title' instead of 'titel'?
            rule.yml:1:1: error: missing key 'logsource'
              hint: for example 'logsource:' with 'category: …' or 'product: …' below it
            rule.yml:1:1: error: missing key 'detection'
              hint: a rule needs 'detection' or 'correlation'
            """
        ),
        Golden(
            """
            title: x
            logsource: {}
            detection:
                sel:
                    a|contians: x
                    b|contains|startswith: y
                    c|bass64: z
                    d|i: z
                    e|all: z
                    f|re|cased: z
                condition: sell
            level: hihg
            """,
            """
            rule.yml:2:12: error: 'logsource' names no category, product or service
              hint: for example 'logsource:' with 'category: …' or 'product: …' below it
            rule.yml:5:11: error: unknown modifier 'contians'
              hint: did you mean 'contains'?
            rule.yml:6:20: error: modifiers 'contains' and 'startswith' cannot be combined
            rule.yml:7:11: error: unknown modifier 'bass64'
              hint: did you mean 'base64'?
            rule.yml:8:11: error: modifier 'i' belongs behind 're'
              hint: write |re|i
            rule.yml:9:9: error: modifier 'all' needs a list of at least two values
              hint: leave |all out
            rule.yml:10:14: error: modifiers 're' and 'cased' cannot be combined
              hint: 're' is case-sensitive unless |i is given
            rule.yml:11:16: error: the condition names 'sell', which is not a selection
              hint: did you mean 'sel'?
            rule.yml:12:8: error: 'hihg' is not a level
              hint: did you mean 'high'?
            """
        ),
        Golden(
            """
            title: x
            logsource:
                category: a
            detection:
                regex:
                    f|re: 'a(b'
                range:
                    f|cidr:
                        - 10.0.0.1/8
                        - 10.0.0.0/33
                        - nonsense
                exists:
                    f|exists: maybe
                number:
                    f|lt: many
                nested:
                    f:
                        g: 1
                nothing: []
                list:
                    f: []
                expand:
                    f|expand: '%allowd%'
                reference:
                    f|fieldref: ''
                none:
                    f|contains: null
                condition: 1 of them and
            """,
            """
            rule.yml:6:19: error: the regular expression is not valid: missing closing parenthesis
              hint: put a backslash before ( ) [ ] { } . * + ? ^ $ | to mean the character itself
            rule.yml:9:15: error: '10.0.0.1/8' has bits set behind the prefix
              hint: write the first address of the range, or a longer prefix
            rule.yml:10:15: error: '10.0.0.0/33' has no prefix length between 0 and 32
            rule.yml:11:15: error: 'nonsense' is not an IP range
              hint: for example 10.0.0.0/8 or 2001:db8::/32
            rule.yml:13:19: error: modifier 'exists' needs true or false
            rule.yml:15:15: error: modifier 'lt' needs a number, not 'many'
            rule.yml:18:13: error: field 'f' has a map as a value
              hint: write nested fields with dots: f.name
            rule.yml:19:14: error: selection 'nothing' is empty
              hint: write a map of fields, a list of maps, or a list of keywords
            rule.yml:21:12: error: field 'f' has an empty list
            rule.yml:23:19: error: placeholder '%allowd%' has no values
              hint: did you mean 'allowed'?
            rule.yml:25:21: error: modifier 'fieldref' needs the name of a field
            rule.yml:27:21: error: null cannot be compared with this modifier
              hint: write 'null' in quotes if text is meant
            rule.yml:28:29: error: expected the name of a selection before the end
              hint: selections: regex, range, exists, number, nested, nothing, list, expand, reference, none
            """
        ),
        Golden(
            """
            title: x
            logsource:
                category: a
                sevrice: b
            detection:
                used:
                    f: yes
                unused:
                    f: 1
                condition: used
            custom: 1
            """,
            """
            rule.yml:4:5: warning: unknown key 'sevrice'
              hint: did you mean 'service'?
            rule.yml:7:12: warning: 'yes' is compared as text here, while YAML 1.1 tools read a boolean
              hint: write 'yes' in quotes, or true or false
            rule.yml:8:5: warning: selection 'unused' is not used in the condition
            """
        ),
        Golden(
            """
            title: x
            logsource:
                category: a
            detection:
                s:
                    f: *star
                condition: s
            """,
            """
            rule.yml:6:12: error: YAML: found undefined alias
              hint: put values that begin with * or & in single quotes
            """
        ),
        Golden(
            """
            title: x
            logsource:
                category: a
            detection:
                s:
                    f: 1
                    f: 2
                condition: s
            """,
            """
            rule.yml:7:9: error: key 'f' is given twice in the same map
              hint: write the values as one list, or the second key in a map of its own
            """
        ),
        Golden(
            """
            title: x
            logsource:
                category: a
            detection:
                s:
                    f: 1
                timeframe: 5m
                condition: s | count() > 5
            """,
            """
            rule.yml:7:5: error: 'timeframe' is not part of Sigma 2
              hint: write a document with 'correlation:' that refers to this rule by name
            rule.yml:8:18: error: aggregations with '|' are not part of Sigma 2
              hint: write a document with 'correlation:' that refers to this rule by name
            """
        ),
        Golden(
            "title: x\nlogsource: { category: a }\nfilter:\n    rules: any\n    s: { f: 1 }\n",
            """
            rule.yml:4:5: error: missing key 'condition'
              hint: for example 'condition: s'
            """
        ),
        Golden(
            """
            # Texts of several lines, of several bytes a character and with escapes.
            title: x
            logsource: { category: a }
            detection:
                sél: { f: 1 }
                condition: sél and
                    sél and
                    selx
            """,
            """
            rule.yml:8:9: error: the condition names 'selx', which is not a selection
              hint: selections: sél
            """
        ),
        Golden(
            """
            title: x
            logsource: { category: a }
            detection:
                s:
                    e|re: "\\\\d\\\\d("
                    f|re|startswith: 'abc('
                    g|re: 'é('
                    h|re: |-
                        (
                        a
                    i|re|contains: 'it''s ('
                condition: >
                    s and
                    not x
            """,
            """
            rule.yml:5:23: error: the regular expression is not valid: missing closing parenthesis
              hint: put a backslash before ( ) [ ] { } . * + ? ^ $ | to mean the character itself
            rule.yml:6:31: error: the regular expression is not valid: missing closing parenthesis
              hint: put a backslash before ( ) [ ] { } . * + ? ^ $ | to mean the character itself
            rule.yml:7:18: error: the regular expression is not valid: missing closing parenthesis
              hint: put a backslash before ( ) [ ] { } . * + ? ^ $ | to mean the character itself
            rule.yml:10:14: error: the regular expression is not valid: missing closing parenthesis
              hint: put a backslash before ( ) [ ] { } . * + ? ^ $ | to mean the character itself
            rule.yml:11:32: error: the regular expression is not valid: missing closing parenthesis
              hint: put a backslash before ( ) [ ] { } . * + ? ^ $ | to mean the character itself
            rule.yml:14:13: error: the condition names 'x', which is not a selection
              hint: selections: s
            """
        ),
        Golden("- a\n", "rule.yml:1:1: error: a rule has to be a map, not a list"),
        Golden(
            """
            title: x
            logsource:
                category: a
            detection:
                s:
                    '|contains': 1
                    '|lt': 1
                conditon: s
            """,
            """
            rule.yml:7:11: error: modifier 'lt' needs a field name
              hint: keywords are searched in the whole line
            rule.yml:8:5: error: missing key 'condition'
              hint: did you mean 'condition' instead of 'conditon'?
            """
        ),
    ])
    func golden(_ test: Golden) {
        let loaded = RuleFolder.parse(test.document, file: "rule.yml", placeholders: ["allowed": ["x"]])
        let remarks = loaded.diagnostics.map(\.description).joined(separator: "\n")
        #expect(remarks == test.remarks)
        #expect(loaded.rules.isEmpty == loaded.diagnostics.contains { $0.severity == .error })
        #expect(loaded.rules.count + loaded.rejected.count == 1)
    }

    @Test func placesCountFromTheFile() {
        let text = detection("s:\n    f: 1\ncondition: s") + "\n---\n# two\ntitle: y\nlogsource:\n  category: b\n"
        let loaded = RuleFolder.parse(text, file: "rule.yml")
        #expect(loaded.diagnostics.map { "\($0.line):\($0.column)" } == ["10:1"])
    }

    @Test func laterDuplicateOfAnIDIsRejected() {
        let one = "id: 1\n" + detection("s:\n    f: 1\ncondition: s")
        let loaded = RuleFolder.parse([(file: "a.yml", text: one), (file: "b.yml", text: "# x\n" + one)])
        #expect(loaded.rules.map(\.file) == ["a.yml"])
        #expect(
            loaded.diagnostics.map(\.description) == [
                """
                b.yml:2:5: error: id '1' is already used in a.yml:1
                  hint: give this rule an id of its own
                """
            ]
        )
    }
}
