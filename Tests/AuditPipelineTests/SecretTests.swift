// No raw secret of any input gets into the database.

import AuditStore
import Foundation
import Testing

@Suite struct SecretTests {
    /// Values that must not be found; each stands in a log line as it is.
    private struct Secrets {
        private(set) var values: [String] = []

        /// A value that occurs nowhere else.
        mutating func make(_ name: String) -> String {
            let value = "\(name)-7f3Qz9LkX\(values.count)b2"
            values.append(value)
            return value
        }
    }

    private func check(_ secrets: Secrets, _ folder: TemporaryFolder) throws {
        let bytes = try folder.databaseBytes()
        #expect(bytes.count > 10_000)
        for value in secrets.values {
            #expect(bytes.range(of: Data(value.utf8)) == nil, "\(value) is in the database")
        }
    }

    @Test func tokensOfDebugLinesStayOut() async throws {
        var secrets = Secrets()
        let lines = (0..<30).flatMap { number -> [String] in
            let stamp = StoryTime.plain(StoryTime.monday + Int64(number) * 1000)
            let logger = "authlib.oauth2.rfc6749.grants.authorization_code"
            let (access, refresh) = (secrets.make("access"), secrets.make("refresh"))
            return [
                "\(stamp) DEBUG   \(logger) Issue token {'token_type': 'Bearer', 'access_token': '\(access)', "
                    + "'expires_in': 3600, 'refresh_token': '\(refresh)', 'scope': 'openid'} to <OAuth2Client 4>",
                "\(stamp) DEBUG   \(logger) Validate token request with code \(secrets.make("code"))",
            ]
        }
        let folder = try TemporaryFolder()
        let outcome = try await AuditBench.audit([try folder.write("a.log", lines)], folder.database)
        #expect(outcome.ruleNames.contains("raw_token_in_log"))
        #expect(outcome.run.lines.events == 30)
        try check(secrets, folder)
    }

    @Test func tokensOfAddressesStayOut() async throws {
        var secrets = Secrets()
        let names = [
            "access_token", "refresh_token", "client_secret", "password", "code", "id_token_hint", "assertion",
        ]
        let lines = names.flatMap { name in
            ["/api/me", "/oauth/token", "/oauth/authorize", "/logout"].map { path in
                #"203.0.113.7 - shop [05/Jan/2026:10:00:02 +0000] "GET \#(path)?client_id=shop&\#(name)="#
                    + #"\#(secrets.make(name)) HTTP/1.1" 200 85 "https://shop.example.com/?\#(name)="#
                    + #"\#(secrets.make("referer"))" "curl/8.5.0""#
            }
        }
        let folder = try TemporaryFolder()
        let outcome = try await AuditBench.audit([try folder.write("access.log", lines)], folder.database)
        #expect(outcome.ruleNames.contains("secret_in_url"))
        #expect(outcome.run.lines.events == Int64(lines.count))
        try check(secrets, folder)
    }

    @Test func secretsOfOurOwnFormatStayOut() async throws {
        var secrets = Secrets()
        let names = [
            "code", "refresh_token", "refresh_token_issued", "access_token", "subject_token", "device_code",
            "client_secret", "password", "assertion", "client_assertion", "code_verifier", "id_token",
        ]
        let lines = names.enumerated().map { number, name in
            #"{"time":"2026-01-05T10:00:\#(10 + number)Z","kind":"token.request","outcome":"success","#
                + #""client_id":"shop","grant_type":"password","\#(name)":"\#(secrets.make(name))"}"#
        }
        let folder = try TemporaryFolder()
        let outcome = try await AuditBench.audit([try folder.write("a.log", lines)], folder.database)
        #expect(outcome.ruleNames.isSuperset(of: ["raw_token_in_log", "raw_secret_in_log"]))
        try check(secrets, folder)
    }

    @Test func secretsOfRejectedLinesStayOut() async throws {
        var secrets = Secrets()
        var lines = Story.json.texts
        lines += ["access_token", "client_secret", "password"].flatMap { name in
            [
                #"{"kind":"token.request","\#(name)":"\#(secrets.make(name))"}"#,
                #"{"time":"2026-01-05T10:00:00Z","kind":"token.request","\#(name)":"\#(secrets.make(name))"#,
                "\(name)=\(secrets.make(name))&grant_type=x",
                "Authorization: Bearer \(secrets.make("bearer"))",
            ]
        }
        let folder = try TemporaryFolder()
        let outcome = try await AuditBench.audit([try folder.write("a.log", lines)], folder.database)
        #expect(outcome.run.lines.rejected == 12)
        let stored = try AuditBench.read(folder.database) { try $0.rejectedLines(.all, perReasonMax: 100) }
        #expect(stored.count == 12)
        try check(secrets, folder)
    }

    @Test func wholePasswordOfARejectedLineStaysOut() async throws {
        let lines = Story.json.texts + [#"{"kind":"token.request","password":"zebrafink quokkadam/wombatloo"}"#]
        let folder = try TemporaryFolder()
        _ = try await AuditBench.audit([try folder.write("a.log", lines)], folder.database)
        let bytes = try folder.databaseBytes()
        #expect(bytes.range(of: Data("zebrafink".utf8)) == nil)
        #expect(bytes.range(of: Data("quokkadam".utf8)) == nil)
        #expect(bytes.range(of: Data("wombatloo".utf8)) == nil)
    }

    @Test func tokenCutByTheEndOfASampleStaysOut() async throws {
        // The decoder keeps 200 bytes of a rejected line; the token begins a dozen before their end.
        let line = #"{"kind":"token.request","note":"\#(String(repeating: "x ", count: 78))"#
        let token = "Vb8Kq2Lw9ZtRxNf4Hd7P"
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", Story.json.texts + [String(line.prefix(188)) + token + #""}"#])
        let outcome = try await AuditBench.audit([path], folder.database)
        #expect(outcome.run.lines.rejected == 1)
        let bytes = try folder.databaseBytes()
        #expect(bytes.range(of: Data(token.utf8)) == nil)
        #expect(bytes.range(of: Data(token.prefix(8).utf8)) == nil)
    }

    @Test func tokensInsideRedirectURIsStayOut() async throws {
        let token = "Tk9pQ2xZ4vLm8RsW"
        let lines = [
            #"{"time":"2026-01-05T10:00:00Z","kind":"authorization.request","outcome":"failure","client_id":"shop","#
                + #""error":"invalid_request","redirect_uri":"http://evil.example.com/cb?access_token=\#(token)"}"#,
            #"{"time":"2026-01-05T10:00:01Z","kind":"token.request","outcome":"success","client_id":"shop","#
                + #""grant_type":"password","error_description":"refresh_token=\#(token) is old"}"#,
        ]
        let folder = try TemporaryFolder()
        let outcome = try await AuditBench.audit([try folder.write("a.log", lines)], folder.database)
        #expect(!outcome.findings.isEmpty)
        let bytes = try folder.databaseBytes()
        #expect(bytes.range(of: Data(token.utf8)) == nil)
    }
}
