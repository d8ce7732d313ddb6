// Attacks on real servers that their logs show are found, where the captured runs are at hand.
//
// `grantaudit rules recall` prints the whole table.

import Foundation
import Testing

/// What the log of one captured server shows, whether a rule finds it yet or not.
struct VisibleAttacks: Sendable, CustomTestStringConvertible {
    let server: String
    /// Attacks of which each one must be found.
    let found: [String]
    /// Attacks of which this one log shows something that no rule tells yet, and why.
    var known: [String: String] = [:]

    var testDescription: String { server }

    private static let redirects = [
        "evil_host", "fragment", "javascript", "localhost", "path_traversal", "plain_http", "suffix_host",
        "userinfo_at",
    ]
    .map { "redirect_uri/" + $0 }
    private static let urls = [
        "pkce/challenge_stripped_public", "pkce/plain_instead_of_S256", "grant_type/implicit",
        "secret_in_url/refresh_token_query", "secret_in_url/token_endpoint_get", "secret_in_url/token_endpoint_query",
    ]
    private static let replays = [
        "many_times", "other_client_fresh_code", "other_client_used_code", "race", "same_client_other_ip",
        "same_client_same_ip",
    ]
    .map { "code_replay/" + $0 }
    private static let guesses = [
        "client_auth/secret_bruteforce", "client_auth/secret_spray", "client_auth/unknown_ids",
    ]
    private static let logins = ["login_bruteforce", "login_spray"]
    private static let refreshes = [
        "refresh_token/reuse_after_two", "refresh_token/reuse_other_ip", "refresh_token/reuse_same_ip",
        "refresh_token/stolen_first_use_by_attacker",
    ]

    /// What only a client registry or a baseline of the client could tell from the address of a request.
    private static let registry = [
        "missing_state": "PKCE protects the client all the same (RFC 9700 §4.7.1)",
        "pkce/challenge_stripped_confidential": "a confidential client need not use PKCE; a downgrade needs a baseline",
        "scope/authorize_unknown": "which scopes a client may ask for stands in the registry",
        "scope/authorize_unregistered": "which scopes a client may ask for stands in the registry",
        "client_auth/unknown_ids_authorize": "the server asks for a sign-in before it looks at the client",
    ]

    static let all = [
        VisibleAttacks(server: "canaille_security", found: logins + guesses),
        VisibleAttacks(
            server: "doorkeeper_rails",
            found: redirects + urls + logins + guesses + ["grant_type/password", "grant_type/password_spray"],
            known: registry.merging([
                "redirect_uri/extra_query": "the server accepts it; only a registry tells",
                "secret_in_url/access_token_query": "Rails writes [FILTERED] in place of the token",
            ]) { $1 }
        ),
        VisibleAttacks(
            server: "dot_runserver_debug",
            found: redirects + urls + logins + refreshes + [
                "redirect_uri/extra_query", "secret_in_url/access_token_query", "pkce/wrong_verifier",
                "pkce/missing_verifier", "redirect_uri/token_mismatch", "redirect_uri/token_other_registered",
                "grant_type/password", "grant_type/unknown", "grant_type/missing",
                "grant_type/client_credentials_not_allowed", "client_auth/secret_bruteforce",
                "scope/refresh_escalation", "scope/refresh_narrowed_then_widened", "scope/refresh_unknown",
            ],
            known: registry.filter { $0.key != "pkce/challenge_stripped_confidential" }
                .merging([
                    "client_auth/secret_spray": "its lines have no address by which they could be counted",
                    "client_auth/unknown_ids": "its lines have no address by which they could be counted",
                    "refresh_token/other_client":
                        "a refresh token is in the log from its first rotation on, not when it is issued",
                    "refresh_token/revoked":
                        "a refresh token is in the log from its first rotation on, not when it is issued",
                    "pkce/verifier_without_challenge":
                        "refused at the authorization endpoint for want of a challenge, which the log does not say",
                ]) { $1 }
        ),
        VisibleAttacks(
            server: "flask_authlib_werkzeug_bare",
            found: redirects + urls + ["redirect_uri/extra_query", "secret_in_url/access_token_query"],
            known: registry
        ),
        VisibleAttacks(
            server: "flask_authlib_werkzeug_debug",
            found: redirects + urls + guesses + ["redirect_uri/extra_query", "secret_in_url/access_token_query"],
            known: registry.merging([
                "pkce/wrong_verifier": "lines of requests at the same time cannot be told apart",
                "redirect_uri/token_mismatch": "lines of requests at the same time cannot be told apart",
            ]) { $1 }
        ),
        VisibleAttacks(server: "glewlwyd_info", found: guesses + logins + ["scope/authorize_unregistered"]),
        VisibleAttacks(
            server: "nginx_gunicorn_flask_json",
            found: redirects + urls + replays + refreshes + guesses + logins + [
                "redirect_uri/extra_query", "secret_in_url/access_token_query", "code_guess", "error_storm",
                "client_mixup_public_code_by_confidential", "refresh_token/other_client", "refresh_token/revoked",
                "refresh_token/guess", "introspection_scan", "scope/refresh_escalation",
                "scope/refresh_narrowed_then_widened",
                "scope/refresh_unknown", "pkce/wrong_verifier", "pkce/verifier_without_challenge",
                "redirect_uri/token_mismatch", "redirect_uri/token_missing", "redirect_uri/token_other_registered",
                "grant_type/password", "grant_type/password_spray", "grant_type/unknown", "grant_type/missing",
                "grant_type/jwt_bearer_none",
            ],
            known: registry.merging([
                "pkce/missing_verifier": "a client that forgets its verifier looks the same",
                "code_expired": "no rule is about it yet",
            ]) { $1 }
        ),
    ]
}

@Suite struct RecallTests {
    private struct Answer: Decodable {
        struct Attack: Decodable {
            let attack: String
            let count: Int
            let found: Int
            let not_visible: String?
            let missed: [String]
        }

        struct Outside: Decodable {
            let rule: String
            let level: String
            let traffic: String
            let place: String
        }

        let server: String
        let attacks: [Attack]
        let outside: [Outside]
    }

    /// Findings of what a server really does, whoever asks it to: clients without PKCE, tokens in its log.
    private static let posture: Set<String> = [
        "authorization_request_without_pkce", "authorization_request_without_any_binding", "pkce_method_plain",
        "raw_token_in_log", "raw_secret_in_log", "access_token_lifetime_over_a_day",
    ]

    @Test(
        .enabled(if: CorpusTests.corpus != nil, "GRANTAUDIT_CORPUS names no folder with captured runs"),
        arguments: VisibleAttacks.all
    )
    func findsWhatTheLogShows(_ visible: VisibleAttacks) throws {
        let folder = try #require(CorpusTests.corpus) + "/servers/" + visible.server
        let result = try Program.run([
            "rules", "recall", folder, "--time-zone", "django-oauth-toolkit=Europe/Berlin", "--json",
        ])
        #expect(result.status == 0, "\(result.error)")
        let answer = try #require(try JSONDecoder().decode([Answer].self, from: Data(result.output.utf8)).first)
        #expect(answer.server == visible.server)
        let attacks = Dictionary(uniqueKeysWithValues: answer.attacks.map { ($0.attack, $0) })
        #expect(attacks.count > 50)
        for name in visible.found {
            let attack = try #require(attacks[name], "the truth has no \(name)")
            #expect(attack.found == attack.count, "\(name): missed \(attack.missed), \(attack.not_visible ?? "")")
        }
        for name in visible.known.keys {
            let attack = try #require(attacks[name], "the truth has no \(name)")
            #expect(attack.found < attack.count, "\(name) is found now: it belongs to what must be found")
        }
        // Nothing grave is said of ordinary traffic but what is true of it.
        for finding in answer.outside where !Self.posture.contains(finding.rule) {
            let isGrave = ["high", "critical"].contains(finding.level)
            // A code redeemed twice at once was redeemed twice, even if the client's own retry did it.
            let isRace = finding.rule == "authorization_code_redeemed_twice" && finding.traffic == "benign"
            #expect(!isGrave || isRace, "\(finding.level) \(finding.rule) on \(finding.traffic), \(finding.place)")
        }
    }

    @Test func folderWithoutTruthIsRefused() throws {
        let temporary = try TemporaryFolder()
        let result = try Program.run(["rules", "recall", temporary.path("")])
        #expect(result.status == 64)
        #expect(result.error.contains("truth.jsonl"))
    }
}
