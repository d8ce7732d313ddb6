// An explanation shows what a line says without its secrets.

import AuthEvents
import FieldRows
import LogFormats
import Testing

@Suite struct LineExplanationTests {
    static func explain(_ line: String, _ format: String) throws -> LineExplanation {
        var decoder = LineDecoder(try Formats.plan(format), key: Formats.key)
        return decoder.explain(RecordBatch(lineBatch(line.utf8)), line: 0)
    }

    /// All text that would be shown.
    static func shown(_ explanation: LineExplanation) -> String {
        (explanation.sourceFields + explanation.fields).map { "\($0.name)=\($0.value)" }.joined(separator: "\n")
    }

    @Test func showsShapeSourceFieldsAndFields() throws {
        let line = #"203.0.113.7 - - [05/Jan/2026:10:00:00 +0000] "POST /oauth/token HTTP/1.1" 401 85 "-" "curl/8.5.0""#
        let explanation = try Self.explain(line, "combined")
        #expect(explanation.format == "combined")
        #expect(explanation.shape == "request")
        #expect(explanation.fate == nil)
        #expect(explanation.time == 1_767_607_200_000_000)
        let source = Dictionary(uniqueKeysWithValues: explanation.sourceFields.map { ($0.name, $0.value) })
        #expect(source["remote"] == "203.0.113.7")
        #expect(source["path"] == "/oauth/token")
        #expect(source["status"] == "401")
        let fields = Dictionary(uniqueKeysWithValues: explanation.fields.map { ($0.name, $0.value) })
        #expect(fields["kind"] == "token.request")
        #expect(fields["outcome"] == "failure")
        #expect(fields["network"] == "203.0.113.0/24")
    }

    @Test(
        arguments: [
            ("", "ignored: blank line", nil),
            ("unknown text", "rejected: no shape of the format matches", nil),
            (
                "2026-01-05 10:00:00,174 INFO  [org.keycloak.quarkus] (main) started",
                "ignored: line of another logger", nil
            ),
            (
                "10:00:00,174 WARN  [org.keycloak.events] (x) type=LOGIN", "rejected: time without date",
                "user event, bare text"
            ),
        ] as [(String, String, String?)]
    )
    func tellsTheFateOfOtherLines(_ line: String, _ fate: String, _ shape: String?) throws {
        let explanation = try Self.explain(line, "keycloak")
        #expect(explanation.fate == fate)
        #expect(explanation.shape == shape)
        #expect(explanation.time == nil)
        #expect(explanation.fields.isEmpty)
    }

    /// Made up, and long enough to be real.
    static let secret = "q7Zt2mVx9LrK4wYc8BnD3sFh6GjP1aQe"
    static let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSAxMjM0NSJ9.c2lnbmF0dXJlIG9mIG5v1Zw"

    @Test(arguments: [
        ("combined", #"203.0.113.7 - - [05/Jan/2026:10:00:00 +0000] "GET /cb?code=SECRET&state=x HTTP/1.1" 200 1"#),
        ("combined", #"203.0.113.7 - - [05/Jan/2026:10:00:00 +0000] "GET /api?access_token=SECRET HTTP/1.1" 200 1"#),
        ("combined", #"203.0.113.7 - - [05/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1 "/cb?code=SECRET" "x""#),
        (
            "flask-authlib",
            "2026-01-05 10:00:00,784 DEBUG   authlib.oauth2.rfc6749.grants.refresh_token Issue token "
                + "{'token_type': 'Bearer', 'access_token': 'SECRET', 'expires_in': 3600, 'refresh_token': 'SECRET', "
                + "'scope': 'openid'} to <OAuth2Client 4>"
        ),
        ("grantaudit-json", #"{"time":"2026-01-05T10:00:00Z","kind":"token.request","access_token":"SECRET"}"#),
        ("grantaudit-json", #"{"time":"2026-01-05T10:00:00Z","kind":"token.request","client_secret":"SECRET"}"#),
        ("grantaudit-json", #"{"time":"2026-01-05T10:00:00Z","kind":"token.request","code_verifier":"SECRET"}"#),
    ])
    func secretsAreMasked(_ format: String, _ line: String) throws {
        for secret in [Self.secret, Self.token] {
            let explanation = try Self.explain(line.replacing("SECRET", with: secret), format)
            #expect(explanation.fate == nil)
            for part in secret.split(separator: ".") { #expect(!Self.shown(explanation).contains(part)) }
        }
    }

    @Test func shortSecretsAreMaskedToo() throws {
        // Only the look of a value decides in `sourceFields`, not that the format calls it a secret.
        let line = #"{"time":"2026-01-05T10:00:00Z","kind":"token.request","access_token":"tangerine"}"#
        let shown = Self.shown(try Self.explain(line, "grantaudit-json"))
        #expect(!shown.contains("tangerine"))
    }

    @Test func tokensInOtherFieldsAreMasked() throws {
        let line =
            #"{"time":"2026-01-05T10:00:00Z","kind":"session.login","username":"\#(Self.token)","client_id":"shop"}"#
        let explanation = try Self.explain(line, "grantaudit-json")
        for part in Self.token.split(separator: ".") { #expect(!Self.shown(explanation).contains(part)) }
        #expect(explanation.fields.contains { $0.name == "username" && $0.value == SecretMask.mark })
        #expect(explanation.fields.contains { $0.name == "client_id" && $0.value == "shop" })
    }

    @Test func explainingChangesNothing() throws {
        let lines = [#"{"time":"2026-01-05T10:00:00Z","kind":"other","client_id":"a\"b"}"#, "x"]
        var decoder = LineDecoder(try Formats.plan("grantaudit-json"), key: Formats.key)
        try withBatches(of: Array(lines.map { $0 + "\n" }.joined().utf8)) { batch in
            let first = decoder.explain(RecordBatch(batch), line: 0)
            let second = decoder.explain(RecordBatch(batch), line: 1)
            let again = decoder.explain(RecordBatch(batch), line: 0)
            #expect(first.fields.map(\.value) == again.fields.map(\.value))
            #expect(second.fate == "rejected: no shape of the format matches")
            #expect(second.sourceFields.isEmpty, "fields of the line before are shown")
            #expect(decoder.decode(batch).tally.events == 1)
        }
    }
}
