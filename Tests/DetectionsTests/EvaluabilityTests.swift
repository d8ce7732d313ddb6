// What the engine says about rules that could not have found anything.

import ClientRegistry
import Detections
import SigmaRules
import Testing

@Suite struct EvaluabilityTests {
    /// A rule with this selection, as YAML in one line.
    private static func rule(_ selection: String, logsource: String = "{ category: oauth }") -> String {
        "title: R\nname: r\nlogsource: \(logsource)\ndetection:\n    s: \(selection)\n    condition: s\n"
    }

    private static func correlation(_ base: String, groupBy: String, type: String = "event_count", _ condition: String)
        -> String
    {
        base + """
            ---
            title: C
            name: c
            correlation: { type: \(type), rules: [r], group-by: [\(groupBy)], timespan: 10m, condition: \(condition) }
            """
    }

    private static func keycloak(_ type: String, _ members: String) -> String {
        #"2026-01-05 10:00:00,174 WARN  [org.keycloak.events] (t) type="\#(type)", realmId="r", clientId="app", "#
            + #"userId="u", sessionId="s", ipAddress="203.0.113.1"\#(members)"#
    }

    private static let login = keycloak("LOGIN", "")
    private static let refused = keycloak(
        "REFRESH_TOKEN_ERROR",
        #", error="invalid_token", refresh_token_id="x""#
    )
    private static let refreshed = keycloak("REFRESH_TOKEN", #", refresh_token_id="x""#)
    private static let access =
        #"203.0.113.7 - shop [05/Jan/2026:10:00:00 +0000] "POST /oauth/token HTTP/1.1" 200 85 "-" "curl/8.5.0""#

    /// Rules, a format, a line of it, and what is said about each rule.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let rules: String
        let format: String
        let line: String
        let reasons: [String?]

        var testDescription: String { name }
    }

    private static let success =
        "no successful token request was logged; set `spi-events-listener-jboss-logging-success-level=info`; "
        + "Keycloak logs successes at DEBUG by default"

    static let cases = [
        Case(
            name: "a field of the vendor's own that no event had",
            rules: rule("{ kind: token.request, custom_field: x }"),
            format: "keycloak",
            line: refused,
            reasons: ["no event of keycloak had custom_field"]
        ),
        Case(
            name: "evaluated",
            rules: rule("{ kind: token.request, outcome: failure }"),
            format: "keycloak",
            line: refused,
            reasons: [nil]
        ),
        Case(
            name: "evaluated though it does not match",
            rules: rule("{ kind: token.request, client_id: other }"),
            format: "combined",
            line: access,
            reasons: [nil]
        ),
        Case(
            name: "kind that the format never has",
            rules: rule("{ kind: client.secret }"),
            format: "combined",
            line: access,
            reasons: ["combined has no events of kind client.secret"]
        ),
        Case(
            name: "kinds that the format never has",
            rules: rule("{ kind: [client.secret, server.change] }"),
            format: "combined",
            line: access,
            reasons: ["combined has no events of kind client.secret, server.change"]
        ),
        Case(
            name: "kind that was not seen",
            rules: rule("{ kind: userinfo }"),
            format: "combined",
            line: access,
            reasons: ["no event of kind userinfo was seen"]
        ),
        Case(
            name: "outcome that the format never has",
            rules: rule("{ kind: authorization.request, outcome: success }"),
            format: "combined",
            line: access,
            reasons: ["combined has no events of kind authorization.request with outcome success"]
        ),
        Case(
            name: "field that the format never has",
            rules: rule("{ kind: token.request, username: alice }"),
            format: "combined",
            line: access,
            reasons: ["combined does not log username"]
        ),
        Case(
            name: "two fields that the format never has",
            rules: rule("{ kind: token.request, username: alice, sid: s }"),
            format: "combined",
            line: access,
            reasons: ["combined does not log sid, username"]
        ),
        Case(
            name: "derived field",
            rules: rule("{ kind: token.request, code.redemptions|gte: 2 }"),
            format: "keycloak",
            line: refreshed,
            reasons: ["keycloak does not log code (needed for code.redemptions)"]
        ),
        Case(
            name: "derived field that needs several",
            rules: rule("{ kind: token.request, refresh_token.state: rotated }"),
            format: "combined",
            line: access,
            reasons: [
                "combined does not log refresh_token, refresh_token_issued (needed for refresh_token.state)"
            ]
        ),
        Case(
            name: "derived field without a success",
            rules: rule("{ kind: token.request, refresh_token.state: rotated }"),
            format: "keycloak",
            line: refused,
            reasons: [success]
        ),
        Case(
            name: "derived field with a success",
            rules: rule("{ kind: token.request, refresh_token.state: rotated }"),
            format: "keycloak",
            line: refreshed,
            reasons: [nil]
        ),
        Case(
            name: "success asked for and none logged",
            rules: rule("{ kind: token.request, outcome: success }"),
            format: "keycloak",
            line: refused,
            reasons: [success]
        ),
        Case(
            name: "token requests were not seen at all",
            rules: rule("{ kind: token.request, outcome: failure }"),
            format: "keycloak",
            line: login,
            reasons: ["no event of kind token.request was seen"]
        ),
        Case(
            name: "absence of a field that the format never has",
            rules: rule("{ kind: token.request, username|exists: false }"),
            format: "combined",
            line: access,
            reasons: [nil]
        ),
        Case(
            name: "correlation",
            rules: correlation(rule("{ kind: token.request }"), groupBy: "client_id", "{ gte: 2 }"),
            format: "combined",
            line: access,
            reasons: [nil, nil]
        ),
        Case(
            name: "correlation of a rule without its field",
            rules: correlation(rule("{ kind: token.request, username: alice }"), groupBy: "client_id", "{ gte: 2 }"),
            format: "combined",
            line: access,
            reasons: ["combined does not log username", "combined does not log username"]
        ),
        Case(
            name: "correlation without its group",
            rules: correlation(rule("{ kind: token.request }"), groupBy: "sid", "{ gte: 2 }"),
            format: "combined",
            line: access,
            reasons: [nil, "combined does not log sid, by which the rule groups"]
        ),
        Case(
            name: "correlation without its value",
            rules: correlation(
                rule("{ kind: token.request }"),
                groupBy: "network",
                type: "value_count",
                "{ field: username, gte: 2 }"
            ),
            format: "combined",
            line: access,
            reasons: [nil, "combined does not log username, by which the rule groups"]
        ),
        Case(
            name: "other product",
            rules: rule("{ kind: token.request }", logsource: "{ product: okta }"),
            format: "keycloak",
            line: refused,
            reasons: ["the rule is about another log source"]
        ),
        Case(
            name: "other service",
            rules: rule("{ kind: token.request }", logsource: "{ product: keycloak, service: admin }"),
            format: "keycloak",
            line: refused,
            reasons: ["the rule is about another log source"]
        ),
        Case(
            name: "other category",
            rules: rule("{ kind: token.request }", logsource: "{ category: proxy }"),
            format: "keycloak",
            line: refused,
            reasons: ["the rule is about another log source"]
        ),
        Case(
            name: "correlation of a rule about another source",
            rules: correlation(
                rule("{ kind: token.request }", logsource: "{ product: okta }"),
                groupBy: "client_id",
                "{ gte: 1 }"
            ),
            format: "keycloak",
            line: refused,
            reasons: ["the rule is about another log source", "the rule is about another log source"]
        ),
    ]

    @Test(arguments: cases) func saysWhatIsMissing(_ example: Case) throws {
        let engine = try CountingRules.judged(example.rules, [example.line], format: example.format)
        // A login of Keycloak is two events.
        #expect(EventCount(engine.coverage[0]).total >= 1, "the line is no event")
        #expect(engine.evaluations.map(\.reason) == example.reasons)
        #expect(engine.evaluations.map(\.rule) == Array(example.reasons.indices))
    }

    /// A selection, a registry, a line, and what is said.
    @Test(
        arguments: [
            (
                "{ client.registered: false }", nil, refused,
                "no client registry is configured (needed for client.registered)"
            ),
            ("{ client.registered: false }", "[{ client_id: x }]", refused, nil),
            ("{ client.registered: false }", "[{ client_id: app, tenant: r }]", refused, nil),
            (
                "{ client.registered: false }", "[{ client_id: app, tenant: other }]", refused,
                "the client registry is about other times, issuers or tenants (needed for client.registered)"
            ),
            (
                "{ client.grant_type_registered: false }", "[{ client_id: app }]", refused,
                "the client registry names no grant_types (needed for client.grant_type_registered)"
            ),
            ("{ client.grant_type_registered: false }", "[{ client_id: app, grant_types: [] }]", refused, nil),
            ("{ client.scope_not_registered: admin }", "[{ client_id: app, scope: '' }]", login, nil),
            (
                "{ kind: token.request, client.registered: false }", "[{ client_id: app }]", login,
                "no event of kind token.request was seen"
            ),
            // Rules that can do without are evaluated.
            ("[{ client.registered: false }, { outcome: failure }]", nil, refused, nil),
        ] as [(String, String?, String, String?)]
    )
    func rulesNeedAClientRegistry(_ selection: String, _ clients: String?, _ line: String, _ expected: String?) throws {
        let registry = try clients.map { clients in
            let file = RegistryFile(parsing: "clients: \(clients)", file: "clients.yml")
            try #require(file.isUsable, "\(file.remarks)")
            return ClientRegistry(file.clients)
        }
        let loaded = RuleFolder.parse(Self.rule(selection), file: "rules.yml")
        let engine = try RuleBench(loaded, format: "keycloak").judged([line], clientRegistry: registry)
        #expect(engine.evaluations.map(\.reason) == [expected])
    }

    @Test func aLogMustHaveWhatIsCompared() throws {
        let loaded = RuleFolder.parse(Self.rule("{ client.scope_not_registered: admin }"), file: "rules.yml")
        for (registry, expected) in [
            (.complete, "fusionauth does not log scope or scope_requested (needed for client.scope_not_registered)"),
            (
                nil,
                "fusionauth does not log scope or scope_requested, and no client registry is configured "
                    + "(needed for client.scope_not_registered)"
            ),
        ] as [(ClientRegistry?, String)] {
            let line = #"{"event":{"type":"jwt.refresh","createInstant":1767607200000,"applicationId":"app"}}"#
            let engine = try RuleBench(loaded, format: "fusionauth").judged([line], clientRegistry: registry)
            #expect(engine.evaluations.map(\.reason) == [expected])
        }
    }

    @Test func sourceWithoutEventsIsNotJudged() throws {
        #expect(try CountingRules.judged(Self.rule("{ kind: token.request }"), []).evaluations == [])
    }

    /// Log sources, and whether a rule about them is asked about events of Keycloak.
    @Test(arguments: [
        ("{ category: oauth }", true),
        ("{ product: keycloak }", true),
        ("{ product: keycloak, service: events }", true),
        ("{ category: oauth, product: keycloak, service: events }", true),
        ("{ product: keycloak, service: admin }", false),
        ("{ product: okta }", false),
        ("{ product: okta, category: oauth }", false),
        ("{ service: events }", true),
        ("{ category: webserver }", false),
    ])
    func rulesAreAskedAboutTheirLogSource(_ logsource: String, _ isAsked: Bool) throws {
        let rule = Self.rule("{ kind: token.request }", logsource: logsource)
        let engine = try CountingRules.judged(rule, [Self.refused], format: "keycloak")
        #expect(engine.findings.count == (isAsked ? 1 : 0))
        #expect(engine.evaluations.map { $0.reason == nil } == [isAsked])
    }

    @Test func correlationsCountOnlyMatchesOfTheirLogSource() throws {
        let base = Self.rule("{ kind: token.request }", logsource: "{ product: okta }")
        let rules = Self.correlation(base, groupBy: "client_id", "{ gte: 1 }")
        #expect(try CountingRules.judged(rules, [Self.refused], format: "keycloak").findings.isEmpty)
    }

    @Test func webserverRulesAreAskedAboutAccessLogs() throws {
        let rule = Self.rule("{ kind: token.request }", logsource: "{ category: webserver }")
        #expect(try CountingRules.judged(rule, [Self.access], format: "combined").findings.count == 1)
        #expect(try CountingRules.judged(rule, [EventLines.refusal(0)]).findings.isEmpty)
    }

    /// 2⁴⁰ ways lead from the last correlation to the one detection.
    @Test(.timeLimit(.minutes(10))) func manyWaysToOneDetectionAreOneLook() throws {
        let layers = 40
        var rules = Self.rule("{ kind: token.request }", logsource: "{ product: okta }")
        for layer in 0..<layers {
            let below = layer == 0 ? "[r]" : "[a\(layer - 1), b\(layer - 1)]"
            for side in ["a", "b"] {
                rules += """
                    ---
                    title: \(side)\(layer)
                    name: \(side)\(layer)
                    correlation: { type: event_count, rules: \(below), timespan: 10m, condition: { gte: 2 } }

                    """
            }
        }
        let engine = try CountingRules.judged(rules, [Self.refused], format: "keycloak")
        let reason = "the rule is about another log source"
        #expect(engine.evaluations.map(\.reason) == Array(repeating: reason, count: 2 * layers + 1))
    }
}
