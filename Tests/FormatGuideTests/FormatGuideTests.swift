// What the guide says of formats, and of rules on them.

import AuthEvents
import FormatGuide
import LogFormats
import SigmaRules
import Testing

@Suite struct FormatGuideTests {
    private static let format = """
        format: small
        title: Two lines a day
        enable: |
          Set `log: on`.
        success: 'set `level: info`'
        time: at
        shapes:
          - { name: grant, pattern: '^(?<at>\\S+) (?<what>\\w+) (?<client>\\w+) (?<old>\\w+) (?<new>\\w+)$' }
          - { name: error, pattern: '^(?<at>\\S+) error (?<why>\\w+)$' }
          - { name: noise, pattern: '^#', ignore: comment }
        fields:
          client_id: client
          error: why
        events:
          - when: { what: refresh }
            is: token.request success
            set: { grant_type: refresh_token }
            fields: { refresh_token: { from: old, as: id }, refresh_token_issued: { from: new, as: id } }
          - { when: { what: revoke }, is: token.revoke success, fields: { refresh_token: { from: old, as: id } } }
          - { when: { why|exists: "true" }, is: token.request failure }
        """

    private static let rules = [
        rule("able", "{ kind: token.request, outcome: success, client_id: a }"),
        rule("kind", "{ kind: userinfo }"),
        rule("field", "{ kind: token.request, redirect_uri: a }"),
        rule("lineage", "{ kind: token.request, refresh_token.state: rotated }"),
        rule("other field", "{ kind: token.revoke, sub: a }"),
        rule("outcome", "{ kind: token.revoke, outcome: failure }"),
    ]

    private static func rule(_ name: String, _ selection: String) -> (file: String, text: String) {
        let text = """
            title: \(name)
            name: \(name)
            logsource: { category: oauth }
            detection: { s: \(selection), condition: s }
            """
        return (file: "Rules/some/\(name).yml", text: text)
    }

    private static func guide(_ text: String = format) throws -> FormatGuide {
        try FormatGuide(FormatFile(parsing: text, file: "small.yml"), rules: RuleFolder.parse(rules))
    }

    @Test func eventsHaveWhatTheirLinesCanHave() throws {
        let guide = try Self.guide()
        let entries = guide.events.map { "\($0.kinds.joined(separator: "+")) \($0.outcomes) \($0.fields)" }
        #expect(
            entries == [
                // The error line has neither client nor tokens, but both kinds of line are token requests.
                #"token.request ["success", "failure"] ["error", "client_id", "grant_type", "refresh_token", "#
                    + #""refresh_token_issued"]"#,
                #"token.revoke ["success"] ["client_id", "refresh_token"]"#,
                #"other ["unknown"] ["error", "client_id"]"#,
            ]
        )
        #expect(guide.linkage == .succession)
    }

    @Test func rulesAreAbleOrLackSomething() throws {
        let guide = try Self.guide()
        #expect(guide.families.map(\.name) == ["some"])
        #expect(guide.families.first?.able == ["able", "lineage"])
        #expect(
            guide.families.first?.obstacles.map { "\($0.reason): \($0.rules)" } == [
                #"small does not log redirect_uri: ["field"]"#, #"small does not log sub: ["other field"]"#,
                #"small has no events of kind token.revoke with outcome failure: ["outcome"]"#,
                #"small has no events of kind userinfo: ["kind"]"#,
            ]
        )
    }

    /// How a format refers to tokens, and the linkage that follows.
    @Test(arguments: [
        ("as: id", "as: id", LinkageLevel.succession),
        ("as: id", "as: hash", .artefact),
        ("as: secret", "as: secret", .succession),
    ])
    func onlyEqualReferencesCanBeFollowed(_ old: String, _ new: String, _ level: LinkageLevel) throws {
        let text = Self.format.replacing("{ from: old, as: id }, refresh", with: "{ from: old, \(old) }, refresh")
            .replacing("{ from: new, as: id }", with: "{ from: new, \(new) }")
        let guide = try Self.guide(text)
        #expect(guide.linkage == level)
        let isAble = guide.families.first?.able.contains("lineage")
        #expect(isAble == (level == .succession))
        #expect(guide.secrets == (old == "as: secret" ? ["refresh_token", "refresh_token_issued"] : []))
    }

    @Test(arguments: [
        ("sid: what", LinkageLevel.session), ("sub: what", .none), ("code: { from: what, as: id }", .artefact),
    ])
    func linkageWithoutRefreshTokens(_ field: String, _ level: LinkageLevel) throws {
        let text = """
            format: small
            title: T
            time: at
            shapes: [{ name: all, json: true }]
            fields: { \(field) }
            events: [{ is: token.request by-status }]
            """
        #expect(try Self.guide(text).linkage == level)
    }

    @Test func vendorFieldsCountAsSeen() throws {
        let vendor = [Self.rule("own", #"{ kind: token.request, "deep.own \"name": a }"#)]
        let text = Self.format.replacing("pattern: '^(?<at>\\S+) error (?<why>\\w+)$'", with: "json: true")
        let open = try FormatGuide(FormatFile(parsing: text, file: "small.yml"), rules: RuleFolder.parse(vendor))
        #expect(open.families.first?.able == ["own"])
        let closed = try FormatGuide(
            FormatFile(parsing: Self.format, file: "small.yml"),
            rules: RuleFolder.parse(vendor)
        )
        #expect(closed.families.first?.able == [])
    }

    @Test func pageTellsAllOfIt() throws {
        let page = FormatGuide.markdown([try Self.guide()])
        for line in [
            "| [small](#small) | Two lines a day | L3 | 2 of 6 |",
            "* **Lines**: `grant`; `error`; `noise` (ignored: comment)",
            "* **When successes are missing**: set `level: info`",
            "Set `log: on`.",
            "| `token.revoke` | success | `refresh_token` |",
            "| some | 2 of 6 | 1: redirect_uri; 1: sub; 1: small has no events of kind token.revoke with outcome "
                + "failure; 1: small has no events of kind userinfo |",
        ] {
            #expect(page.split(separator: "\n").contains(Substring(line)), "\(line)")
        }
    }

    @Test func formatWithoutEventsHasNoRules() throws {
        let text = """
            format: noise
            title: Noise
            time: at
            shapes: [{ name: all, pattern: '^(?<at>x)', ignore: noise }]
            events: []
            """
        let guide = try Self.guide(text)
        #expect(guide.events.isEmpty)
        #expect(guide.families.first?.able == [])
        #expect(FormatGuide.markdown([guide]).contains("say nothing about authorization"))
    }
}
