// Every message a user can see, in the session where it appears.

extension GoldenCase {
    private static let anyRequest = """
        title: Any token request
        logsource: { category: oauth }
        detection: { selection: { kind: token.request }, condition: selection }
        level: low

        """
    private static let audit = ["audit", "--database", "audit.db", "--fingerprint-key", "key"]

    private static let plainEvent =
        #"{"time":"2026-01-05T10:00:00Z","kind":"token.request","outcome":"success","client_id":"shop"}"#

    static let all: [GoldenCase] = [
        GoldenCase(
            name: "help",
            commands: [
                ["--help"], ["audit", "--help"], ["report", "--help"], ["explain", "--help"], ["formats", "--help"],
                ["clients", "--help"],
                ["clients", "import", "--help"],
            ]
        ),
        GoldenCase(
            name: "sources_without_successes",
            files: [
                // Keycloak as it comes: successes at DEBUG, so only refusals are there.
                "keycloak.log": """
                2026-01-05 10:00:00,174 WARN  [org.keycloak.events] (executor-thread-1) type="REFRESH_TOKEN_ERROR", \
                realmId="r", realmName="shop", clientId="app", userId="null", sessionId="s1", ipAddress="203.0.113.1", \
                error="invalid_token", grant_type="refresh_token", client_auth_method="client-secret"

                """,
                // IdentityServer without its events: only the reasons of refusals are there.
                "identityserver.log": """
                [10:00:00 Error] Duende.IdentityServer.Validation.TokenRequestValidator
                Invalid authorization code{ code = "****" }, details: \
                { "ClientId": "shop", "GrantType": "authorization_code" }

                """,
                // An access log only.
                "access.log": """
                203.0.113.7 - - [05/Jan/2026:10:00:02 +0000] "POST /oauth/token HTTP/1.1" 400 85 "-" "curl/8.5.0"

                """,
            ],
            commands: ["keycloak", "identityserver", "access"].map {
                ["audit", "--database", "\($0).db", "--fingerprint-key", "key", "--date", "2026-01-05", "\($0).log"]
            }
        ),
        GoldenCase(
            name: "rules_on_trial",
            files: [
                "rules/many.yml": """
                title: Many refusals
                name: many
                id: 11111111-2222-4333-8444-555555555555
                correlation:
                    { type: event_count, rules: [refused], group-by: [client_id], timespan: 1m, condition: { gte: 2 } }
                ---
                title: Refused
                name: refused
                id: 11111111-2222-4333-8444-666666666666
                logsource: { category: oauth }
                detection:
                    selection: { error: invalid_client }
                    filter: { cleint_id|expand: '%trusted%' }
                    condition: selection and not filter

                """,
                "rules/many.test.yml": """
                rule: many
                cases:
                  - name: two within a minute
                    expect: finding
                    events: |
                      +0s {"kind":"token.request","outcome":"failure","error":"invalid_client","client_id":"shop"}
                      +60s {"kind":"token.request","outcome":"failure","error":"invalid_client","client_id":"shop"}
                  - name: one is enough
                    expect: finding
                    events: |
                      +0s {"kind":"token.request","outcome":"failure","error":"invalid_client","client_id":"shop"}

                """,
                "site.yml": "trusted: [intranet]\n",
                "events.jsonl":
                    #"{"time":"2026-01-05T10:00:00Z","kind":"token.request","outcome":"failure","#
                    + #""error":"invalid_client","client_id":"shop"}"# + "\n",
            ],
            commands: [
                ["rules", "check", "rules"], ["rules", "check", "rules", "--placeholders", "site.yml", "--json"],
                ["rules", "list", "--rules", "rules", "--placeholders", "site.yml"],
                ["rules", "test", "rules", "--placeholders", "site.yml"],
                ["rules", "explain", "rules/many.yml", "events.jsonl", "--placeholders", "site.yml"],
                [
                    "rules", "explain", "refused", "events.jsonl", "--rules", "rules", "--placeholders", "site.yml",
                    "--json",
                ],
                ["rules", "explain", "refused", "events.jsonl:0", "--rules", "rules", "--placeholders", "site.yml"],
                ["rules", "explain", "refusd", "events.jsonl", "--rules", "rules", "--placeholders", "site.yml"],
            ]
        ),
        GoldenCase(
            name: "configuration_files",
            files: [
                "site/grantaudit.yml": """
                database: ../audit.db
                inputs:
                  - paths: logs/*.log
                    format: flask-authlib
                    time-zone: Europe/Berlin
                  - paths: [events.jsonl, nothing/*.gz]
                rules: rules
                suppressions: accepted
                placeholders: { trusted: [intranet] }
                limits: { jobs: 1 }

                """,
                "site/wrong.yml": """
                databse: audit.db
                inputs: [{ path: logs, format: flask-autlib }]
                fail-on: hihg
                limits: { jobs: many, window-memory: 1GB }

                """,
                "site/rules/refused.yml": """
                title: Refused
                name: refused
                id: 11111111-2222-4333-8444-666666666666
                logsource: { category: oauth }
                detection:
                    selection: { kind: token.request, outcome: failure }
                    filter: { client_id|expand: '%trusted%' }
                    condition: selection and not filter

                """,
                "site/accepted/load_test.yml": """
                title: Load tests
                id: 11111111-2222-4333-8444-777777777777
                logsource: { category: oauth }
                filter:
                    rules: [refused]
                    load_test: { client_id: load-test }
                    condition: not load_test

                """,
                "site/logs/a.log":
                    #"203.0.113.7 - - [05/Jan/2026 10:00:02] "POST /oauth/token HTTP/1.1" 401 -"# + "\n",
                "site/events.jsonl": ["intranet", "load-test", "shop"].enumerated().map { second, client in
                    #"{"time":"2026-01-05T10:00:0\#(second)Z","kind":"token.request","outcome":"failure","#
                        + #""error":"invalid_client","client_id":"\#(client)"}"# + "\n"
                }.joined(),
            ],
            commands: [
                ["config", "check", "site/grantaudit.yml"], ["config", "check", "site/wrong.yml"],
                ["config", "check", "site/wrong.yml", "--json"], ["config", "check", "site/none.yml"],
                ["audit", "--config", "site/grantaudit.yml", "--fingerprint-key", "key"],
                ["report", "--config", "site/grantaudit.yml", "--format", "json"],
                ["rules", "list", "--config", "site/grantaudit.yml"],
                [
                    "audit", "--config", "site/grantaudit.yml", "--fingerprint-key", "key", "--database", "other.db",
                    "--fail-on", "medium", "--quiet", "site/events.jsonl",
                ],
                ["audit", "--config", "site/wrong.yml"], ["audit", "site/events.jsonl"],
                ["audit", "--database", "third.db"],
            ]
        ),
        GoldenCase(
            name: "pruning",
            files: [
                // The samples are of January 2026: no clock shows less than a day and more than 99 years after them.
                "grantaudit.yml": """
                database: audit.db
                inputs: [{ paths: Samples/nginx_client_enumeration/logs }]
                retention: { findings: 99d, evidence: 1d }

                """
            ],
            commands: [
                ["audit", "--config", "grantaudit.yml", "--fingerprint-key", "key", "--quiet"],
                ["prune", "--config", "grantaudit.yml", "--findings", "36000d", "--dry-run"],
                ["prune", "--config", "grantaudit.yml", "--findings", "36000d", "--rejected-lines", "100d", "--json"],
                ["prune", "--database", "audit.db", "--findings", "1d"], ["report", "--database", "audit.db", "--all"],
                ["prune", "--database", "audit.db"], ["prune", "--database", "none.db", "--findings", "1d"],
                ["prune", "--database", "audit.db", "--findings", "soon"],
            ]
        ),
        GoldenCase(name: "wrong_usage", commands: [["audit"], ["adit"], audit + ["x", "--jobs", "0"]]),
        GoldenCase(name: "audit_keycloak_sample", commands: [audit + ["Samples/keycloak_refresh_token_theft/logs"]]),
        GoldenCase(name: "audit_flask_sample", commands: [audit + ["Samples/flask_authlib_code_replay/logs"]]),
        GoldenCase(
            name: "audit_nginx_sample_as_json",
            commands: [audit + ["Samples/nginx_client_enumeration/logs", "--json"]]
        ),
        GoldenCase(
            name: "report_on_one_finding",
            commands: [
                audit + ["Samples/keycloak_refresh_token_theft/logs", "--quiet"],
                ["report", "--database", "audit.db", "--finding", "42067cf8795a8bf04136f863e3a802b1"],
                ["report", "--database", "audit.db", "--finding", "unknown"],
            ]
        ),
        GoldenCase(
            name: "explain_one_event",
            commands: [
                audit + ["Samples/keycloak_refresh_token_theft/logs", "--quiet"],
                ["explain", "42067cf8", "--database", "audit.db"],
                ["explain", "42067CF8795A8BF04136F863E3A802B1", "--database", "audit.db", "--json"],
            ]
        ),
        GoldenCase(
            name: "explain_value_count",
            commands: [
                audit + ["Samples/nginx_client_enumeration/logs", "--quiet"],
                ["explain", "259ec99da463fd875d7bfcb89a1a2f22", "--database", "audit.db"],
                ["explain", "0", "--database", "audit.db"], ["explain", "259ec99e", "--database", "audit.db"],
                ["explain", "redirect_uri_variants_probed", "--database", "audit.db"],
                ["explain", "nothing", "--database", "audit.db"], ["explain", "259ec99d", "--database", "none.db"],
            ]
        ),
        GoldenCase(
            name: "explain_ordered_steps",
            files: [
                "events.jsonl": [
                    #"{"time":"2026-01-05T10:00:00Z","kind":"client.register","outcome":"success","client_id":"new","#
                        + #""act":"\u001b]0;owned\u0007” for user root","ip":"203.0.113.5"}"#,
                    #"{"time":"2026-01-06T11:30:00.250Z","kind":"consent.grant","outcome":"success","client_id":"new","#
                        + #""ip":"198.51.100.9","scope":"openid mail.read offline_access","sub":"alice"}"#,
                    #"{"time":"2026-01-06T11:30:01Z","kind":"token.request","outcome":"success","client_id":"new","#
                        + #""ip":"198.51.100.9","grant_type":"password","sub":"alice"}"#,
                ]
                .map { $0 + "\n" }.joined()
            ],
            commands: [
                audit + ["events.jsonl", "--quiet"], ["explain", "f514fc638f", "--database", "audit.db"],
            ]
        ),
        GoldenCase(
            name: "report_by_control",
            commands: [
                audit + ["Samples/keycloak_refresh_token_theft/logs", "--quiet"],
                ["report", "--database", "audit.db", "--control", "asvs5.10.4.5"],
                ["report", "--database", "audit.db", "--control", "ASVS5"],
                ["report", "--database", "audit.db", "--control", "IA-5", "--all", "--format", "json"],
                ["report", "--database", "audit.db", "--control", "asvs5.10.3.4"],
                ["report", "--database", "audit.db", "--control", "asvs5.10.4.55"],
                ["report", "--database", "audit.db", "--control", "nothing"],
                ["report", "--database", "audit.db", "--control", "IA-5", "--format", "metrics"],
            ]
        ),
        GoldenCase(
            name: "audit_twice",
            commands: [
                audit + ["Samples/keycloak_refresh_token_theft/logs", "--quiet"],
                audit + ["Samples/keycloak_refresh_token_theft/logs"],
            ]
        ),
        GoldenCase(
            name: "metrics",
            files: ["notes.txt": "Dear diary,\nnothing happened.\n"],
            commands: [
                audit + ["Samples/keycloak_refresh_token_theft/logs", "--quiet", "--metrics-file", "audit.prom"],
                ["report", "--database", "audit.db", "--format", "metrics"],
                ["report", "--database", "audit.db", "--format", "metrics", "--all"],
                audit + ["notes.txt", "--quiet", "--metrics-file", "no/folder/audit.prom"],
                ["report", "--database", "audit.db", "--format", "metrics"],
            ]
        ),
        GoldenCase(
            name: "fail_on_level",
            commands: [
                audit + ["Samples/keycloak_refresh_token_theft/logs", "--quiet", "--fail-on", "critical"],
                [
                    "audit", "--database", "other.db", "--fingerprint-key", "key",
                    "Samples/keycloak_refresh_token_theft/logs", "--quiet", "--fail-on", "high",
                ],
            ]
        ),
        GoldenCase(
            name: "truncated_input",
            cut: ["cut.gz": ("Samples/nginx_client_enumeration/logs/access.log.gz", 3_000)],
            commands: [audit + ["cut.gz"]]
        ),
        GoldenCase(
            name: "inputs_that_cannot_be_read",
            files: ["notes.txt": "Dear diary,\nnothing happened.\n", "empty.log": ""],
            commands: [audit + ["missing.log", "notes.txt", "empty.log"]]
        ),
        GoldenCase(
            name: "rejected_lines",
            files: [
                "events.jsonl": [
                    plainEvent, "{\"time\":\"yesterday\",\"kind\":\"other\"}", "{broken", plainEvent, plainEvent,
                ]
                .joined(separator: "\n")
            ],
            commands: [audit + ["events.jsonl"], audit + ["events.jsonl", "--rejected-share", "1"]]
        ),
        GoldenCase(
            name: "hostile_text",
            files: [
                "events.jsonl":
                    #"{"time":"2026-01-05T10:00:00Z","kind":"token.request","outcome":"success","#
                    + #""grant_type":"password","client_id":"\u001b]0;owned\u0007\u202Eshop\u200B","username":"a\rb"}"#
                    + "\n"
            ],
            commands: [audit + ["events.jsonl"]]
        ),
        GoldenCase(
            name: "rule_that_does_not_compile",
            files: [
                "rules/bad.yml": """
                title: A rule with a slip
                id: 2f0c6a0e-0d4e-4d3c-9a53-3a5b8a0b9a11
                logsource:
                    category: oauth
                detection:
                    selection:
                        client_id|startwith: shop
                    condition: selektion
                """,
                "rules/good.yml": """
                title: Any token request
                id: 9c4b2a51-7a3e-4a61-8a7b-6b0d5e0a7c22
                logsource:
                    category: oauth
                detection:
                    selection:
                        kind: token.request
                    condition: selection
                level: low
                """,
                "rules/syntax.yml": "title: [unclosed\n",
                "events.jsonl": plainEvent + "\n",
            ],
            commands: [
                audit + ["events.jsonl", "--rules", "rules"],
                ["rules", "check", "--rules", "rules"],
            ]
        ),
        GoldenCase(
            name: "rules_known_by_the_same_title",
            files: [
                "rules/one.yml": anyRequest,
                "rules/two.yml": "# The same once more.\n" + anyRequest,
                "events.jsonl": plainEvent + "\n",
            ],
            commands: [audit + ["events.jsonl", "--rules", "rules"]]
        ),
        GoldenCase(
            name: "no_rules_or_formats",
            commands: [
                audit + ["Samples", "--rules", "nowhere"],
                audit + ["Samples", "--format", "unknown"],
                audit + ["Samples", "--formats", "nowhere", "--rules", "nowhere"],
            ]
        ),
        GoldenCase(
            name: "database_that_is_none",
            files: ["text.db": "this is a text file, and long enough to have a header of sixteen bytes\n"],
            commands: [
                ["audit", "--database", "text.db", "Samples/keycloak_refresh_token_theft/logs"],
                ["report", "--database", "missing.db"],
                ["audit", "--database", "no/such/folder.db", "Samples/keycloak_refresh_token_theft/logs"],
            ]
        ),
        GoldenCase(
            name: "time_range",
            commands: [
                audit + [
                    "Samples/keycloak_refresh_token_theft/logs", "--since", "2026-01-05T02:20:00Z", "--until",
                    "2026-01-05T02:40:00Z",
                ],
                audit + ["Samples", "--since", "yesterday"],
            ]
        ),
        GoldenCase(name: "formats_list_and_test", commands: [["formats", "list"], ["formats", "test"]]),
        GoldenCase(
            name: "formats_explain",
            files: [
                "server.log":
                    "2026-01-05 10:00:00,784 DEBUG   authlib.oauth2.rfc6749.grants.authorization_code Issue token "
                    + "{'token_type': 'Bearer', 'access_token': 'mF9.B5f-4.1JqM8pQ', 'expires_in': 3600} to <Client 4>\n"
            ],
            commands: [
                ["formats", "explain", "Samples/keycloak_refresh_token_theft/logs/keycloak.log.zst:85"],
                ["formats", "explain", "Samples/keycloak_refresh_token_theft/logs/keycloak.log.zst:9999"],
                ["formats", "explain", "server.log", "--format", "flask-authlib"],
            ]
        ),
        GoldenCase(
            name: "client_registry",
            files: [
                "realm.json": #"""
                {"realm": "shop", "accessTokenLifespan": 300, "clients": [
                  {"clientId": "web", "secret": "4f0a9c", "publicClient": false, "standardFlowEnabled": true,
                   "redirectUris": ["https://shop.example.com/cb"], "defaultClientScopes": ["email"]},
                  {"clientId": "saml", "protocol": "saml"}, {"name": "nobody"}]}

                """#,
                "later.json": #"""
                [{"clientId": "web", "secret": "77aa01", "publicClient": false, "standardFlowEnabled": true,
                  "redirectUris": ["https://shop.example.com/cb", "https://shop.example.com/new*"]},
                 {"clientId": "cli", "publicClient": true}]

                """#,
                "broken.yml": "clients:\n  - client_id: web\n    redirect_uri: https://shop.example.com/cb\n",
                "site.yml": "database: audit.db\ninputs: [{ paths: events.jsonl }]\nclient-registry: clients.yml\n",
                "broken-site.yml":
                    "database: audit.db\ninputs: [{ paths: events.jsonl }]\nclient-registry: broken.yml\n",
                "events.jsonl": #"""
                {"time":"2026-01-06T10:00:00Z","kind":"authorization.response","outcome":"success","client_id":"web",\#
                "tenant":"shop","redirect_uri":"https://shop.example.com/new"}
                {"time":"2026-02-02T10:00:00Z","kind":"authorization.response","outcome":"success","client_id":"web",\#
                "tenant":"shop","redirect_uri":"https://shop.example.com/new"}
                {"time":"2026-02-02T10:00:01Z","kind":"token.request","outcome":"success","client_id":"ghost",\#
                "tenant":"shop","grant_type":"client_credentials"}

                """#,
            ],
            commands: [
                ["clients", "import", "--from", "keycloak", "realm.json", "--valid-from", "2026-01-05"],
                [
                    "clients", "import", "--from", "keycloak", "realm.json", "--valid-from", "2026-01-05", "--output",
                    "first.yml",
                ],
                [
                    "clients", "import", "--from", "keycloak", "later.json", "--tenant", "shop", "--merge", "first.yml",
                    "--valid-from", "2026-02-01", "--output", "clients.yml",
                ],
                [
                    "clients", "import", "--from", "keycloak", "later.json", "--tenant", "shop", "--merge",
                    "clients.yml",
                    "--valid-from", "2026-01-15",
                ],
                [
                    "clients", "import", "--from", "keycloak", "realm.json", "--merge", "clients.yml", "--valid-from",
                    "2026-03-01",
                ],
                ["clients", "import", "--from", "keycloak", "later.json", "later.json"],
                ["clients", "import", "--from", "okta", "broken.yml"],
                ["clients", "import", "--from", "keycloak", "realm.json", "--merge", "first.yml"],
                ["clients", "check", "clients.yml"],
                ["clients", "check", "clients.yml", "--json"],
                ["clients", "check", "broken.yml"],
                ["config", "check", "site.yml"],
                ["config", "check", "broken-site.yml"],
                audit + ["--config", "site.yml"],
                ["audit", "--database", "none.db", "--config", "broken-site.yml"],
                [
                    "rules", "explain", "redirect_uri_not_in_registry_accepted", "events.jsonl:1", "--client-registry",
                    "clients.yml",
                ],
            ]
        ),
        GoldenCase(name: "schema", commands: [["schema"]]),
        GoldenCase(name: "rules_list", commands: [["rules", "list"], ["rules", "check"]]),
    ]
}
