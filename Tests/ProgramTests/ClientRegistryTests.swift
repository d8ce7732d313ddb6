// From a server's export to findings: what was imported judges, whatever its order, and secrets stay out of everything.

import Foundation
import Testing

@Suite struct ClientRegistryTests {
    private static let secrets = ["s3cr3t-of-web", "s3cr3t-registration", "s3cr3t-key"]

    /// A realm whose members stand in the order given or in the opposite one.
    private static func realm(reversed: Bool) -> String {
        let clients = [
            """
            {"clientId": "web", "secret": "\(secrets[0])", "registrationAccessToken": "\(secrets[1])",
             "publicClient": false, "clientAuthenticatorType": "client-secret", "standardFlowEnabled": true,
             "redirectUris": ["https://shop.example.com/cb", "https://shop.example.com/b"],
             "defaultClientScopes": ["email", "profile"], "attributes": {"private.key": "\(secrets[2])"}}
            """,
            #"{"clientId": "batch", "publicClient": false, "standardFlowEnabled": false, "serviceAccountsEnabled": true}"#,
        ]
        return #"{"realm": "shop", "clients": ["# + (reversed ? clients.reversed() : clients).joined(separator: ", ")
            + "]}"
    }

    private static let events = [
        #"{"time":"2026-01-06T10:00:00Z","kind":"authorization.response","outcome":"success","client_id":"web","tenant":"shop","redirect_uri":"https://evil.example.net/cb"}"#,
        #"{"time":"2026-01-06T10:00:01Z","kind":"token.request","outcome":"success","client_id":"batch","tenant":"shop","grant_type":"authorization_code"}"#,
        #"{"time":"2026-01-06T10:00:02Z","kind":"token.request","outcome":"success","client_id":"web","tenant":"shop","grant_type":"authorization_code","scope":"openid admin"}"#,
        #"{"time":"2026-01-06T10:00:03Z","kind":"token.request","outcome":"success","client_id":"ghost","tenant":"shop","grant_type":"password"}"#,
        #"{"time":"2026-01-04T10:00:00Z","kind":"token.request","outcome":"success","client_id":"ghost","tenant":"shop","grant_type":"client_credentials"}"#,
        #"{"time":"2026-01-06T10:00:04Z","kind":"token.request","outcome":"success","client_id":"ghost","tenant":"other","grant_type":"client_credentials"}"#,
    ]

    private func object(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test(arguments: [false, true]) func exportsBecomeFindings(reversed: Bool) throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.realm(reversed: reversed), to: "realm.json")
        try folder.write(Self.events.joined(separator: "\n") + "\n", to: "events.jsonl")
        let imported = try Program.run(
            ["clients", "import", "--from", "keycloak", "realm.json", "--valid-from", "2026-01-05"],
            in: folder.url
        )
        #expect(imported.status == 0, "\(imported.error)")
        try folder.write(imported.output, to: "clients.yml")
        let rules = ["--rules", Program.root.appending(path: "Rules/client_registry").path]
        let formats = ["--formats", Program.root.appending(path: "Rules/formats").path]
        let audit = try Program.run(
            ["audit", "--database", "audit.db", "--json", "--client-registry", "clients.yml", "events.jsonl"] + rules
                + formats,
            in: folder.url
        )
        #expect(audit.status == 0, "\(audit.error)")
        let report = try object(audit.output)
        let findings = try #require(report["findings"] as? [[String: Any]])
        let found = findings.compactMap {
            $0["rule_name"] as? String ?? ($0["rule"] as? [String: Any])?["name"] as? String
        }
        #expect(
            found.sorted() == [
                "client_not_in_registry_used", "grant_type_not_in_registry_used",
                "redirect_uri_not_in_registry_accepted",
                "scope_not_in_registry_granted",
            ],
            "\(audit.output)"
        )
        // The run knows which registry it was.
        let check = try object(try Program.run(["clients", "check", "clients.yml", "--json"], in: folder.url).output)
        let run = try #require(report["run"] as? [String: Any])
        #expect(run["client_registry_sha256"] as? String == check["sha256"] as? String)
        let database = String(decoding: try Data(contentsOf: folder.url.appending(path: "audit.db")), as: UTF8.self)
        for secret in Self.secrets {
            for text in [imported.output, imported.error, audit.output, audit.error, database] {
                #expect(!text.contains(secret))
            }
        }
    }

    @Test func theOrderOfAnExportMakesNoDifference() throws {
        let outputs = try [false, true].map { reversed in
            let folder = try TemporaryFolder()
            try folder.write(Self.realm(reversed: reversed), to: "realm.json")
            return try Program.run(["clients", "import", "--from", "keycloak", "realm.json"], in: folder.url).output
        }
        #expect(outputs[0] == outputs[1] && outputs[0].contains("client_id: batch"))
    }
}
