// The JSON report of the small audit.

extension SmallAudit {
    static let json = #"""
        {
          "accounting" : {
            "files" : {
              "given" : 4,
              "holds" : true,
              "read" : 2,
              "skipped" : 2,
              "skipped_by_status" : {
                "already_audited" : 1,
                "unreadable" : 1
              }
            },
            "lines" : {
              "duplicates" : 3,
              "events" : 98,
              "holds" : true,
              "ignored" : 2,
              "read" : 101,
              "rejected" : 1
            },
            "reasons" : [
              {
                "count" : 1,
                "reason" : "not_key_value",
                "what" : "rejected"
              },
              {
                "count" : 2,
                "reason" : "blank",
                "what" : "ignored"
              }
            ],
            "rules" : {
              "evaluated" : 2,
              "evaluated_in_part" : 0,
              "given" : 4,
              "holds" : true,
              "not_evaluable" : 1,
              "rejected" : 1,
              "run" : 1
            }
          },
          "correlation_gaps" : [
            {
              "cause" : "missing_field",
              "count" : 1,
              "rule" : "rule_1"
            },
            {
              "cause" : "window_open",
              "count" : 2,
              "rule" : "rule_1"
            }
          ],
          "findings" : [
            {
              "bucket" : "2024-05-01T00:00:00.000000Z",
              "count" : 14,
              "evidence" : [
                {
                  "byte_offset" : 2400,
                  "explained" : null,
                  "fields" : {
                    "client_id" : "web",
                    "ip" : "203.0.113.7",
                    "username" : "alice"
                  },
                  "line" : 12,
                  "path" : "/var/log/keycloak/a.log.gz",
                  "rule_name" : "rule_1",
                  "time" : "2024-05-01T00:00:12.000000Z"
                }
              ],
              "first_seen" : "2024-05-01T00:00:12.000000Z",
              "group_key" : {
                "client_id" : "web",
                "username" : "alice"
              },
              "history" : [
                {
                  "at" : "2024-05-01T00:00:00.000000Z",
                  "change" : "found",
                  "events" : 14,
                  "reason" : null,
                  "run" : 1
                }
              ],
              "id" : "0123456789abcdef0123456789abcde1",
              "last_run" : 1,
              "last_seen" : "2024-05-01T00:01:12.000000Z",
              "level" : "critical",
              "rule_id" : "00000000-0000-4000-8000-000000000001",
              "rule_name" : "rule_1",
              "run" : 1,
              "state" : "open",
              "tags" : [
                "attack.t1528"
              ],
              "title" : "Refresh token replayed"
            },
            {
              "bucket" : "2024-05-01T00:00:00.000000Z",
              "count" : 2,
              "evidence" : [
                {
                  "byte_offset" : 8000,
                  "explained" : null,
                  "fields" : {
                    "client_id" : "\u001b[31mevil\u0007\u202etxt.exe\u200b\u009b2J\nnext",
                    "ip" : "203.0.113.7",
                    "username" : "bob"
                  },
                  "line" : 40,
                  "path" : "/var/log/keycloak/a.log.gz",
                  "rule_name" : "rule_1",
                  "time" : "2024-05-01T00:00:40.000000Z"
                }
              ],
              "first_seen" : "2024-05-01T00:00:40.000000Z",
              "group_key" : {
                "client_id" : "\u001b[31mevil\u0007\u202etxt.exe\u200b\u009b2J\nnext",
                "username" : "bob"
              },
              "history" : [
                {
                  "at" : "2024-05-01T00:00:00.000000Z",
                  "change" : "found",
                  "events" : 2,
                  "reason" : null,
                  "run" : 1
                }
              ],
              "id" : "0123456789abcdef0123456789abcde2",
              "last_run" : 1,
              "last_seen" : "2024-05-01T00:01:40.000000Z",
              "level" : "critical",
              "rule_id" : "00000000-0000-4000-8000-000000000001",
              "rule_name" : "rule_1",
              "run" : 1,
              "state" : "open",
              "tags" : [
                "attack.t1528"
              ],
              "title" : "Refresh token replayed"
            },
            {
              "bucket" : "2024-05-01T00:00:00.000000Z",
              "count" : 1,
              "evidence" : [
                {
                  "byte_offset" : 600,
                  "explained" : null,
                  "fields" : {
                    "ip" : "203.0.113.7"
                  },
                  "line" : 3,
                  "path" : "/var/log/\u001b[31mevil\u0007\u202etxt.exe\u200b\u009b2J\nnext.log",
                  "rule_name" : "rule_2",
                  "time" : "2024-05-01T00:00:03.000000Z"
                }
              ],
              "first_seen" : "2024-05-01T00:00:03.000000Z",
              "group_key" : {

              },
              "history" : [
                {
                  "at" : "2024-05-01T00:00:00.000000Z",
                  "change" : "found",
                  "events" : 1,
                  "reason" : null,
                  "run" : 1
                }
              ],
              "id" : "0123456789abcdef0123456789abcde3",
              "last_run" : 1,
              "last_seen" : "2024-05-01T00:00:03.000000Z",
              "level" : "low",
              "rule_id" : "00000000-0000-4000-8000-000000000002",
              "rule_name" : "rule_2",
              "run" : 1,
              "state" : "open",
              "tags" : [
                "attack.t1528"
              ],
              "title" : "Scope \u001b[31mevil\u0007\u202etxt.exe\u200b\u009b2J\nnext"
            }
          ],
          "findings_by_level" : {
            "critical" : 2,
            "high" : 0,
            "informational" : 0,
            "low" : 1,
            "medium" : 0
          },
          "findings_by_rule" : [
            {
              "events" : 16,
              "findings" : 2,
              "level" : "critical",
              "rule_id" : "00000000-0000-4000-8000-000000000001",
              "title" : "Refresh token replayed"
            },
            {
              "events" : 1,
              "findings" : 1,
              "level" : "low",
              "rule_id" : "00000000-0000-4000-8000-000000000002",
              "title" : "Scope \u001b[31mevil\u0007\u202etxt.exe\u200b\u009b2J\nnext"
            }
          ],
          "findings_in_database" : 3,
          "findings_total" : 3,
          "inputs" : [
            {
              "byte_count" : 20000,
              "compression" : "gzip",
              "crc64" : "00000000000000ff",
              "damage_compressed_offset" : null,
              "damage_offset" : null,
              "encoding" : null,
              "first_event" : "2024-05-01T00:00:00.000000Z",
              "format" : "keycloak-text",
              "format_score" : 0.975,
              "head_sha256" : "feed",
              "last_event" : "2024-05-01T01:59:59.000000Z",
              "lines" : {
                "duplicates" : 3,
                "events" : 97,
                "holds" : true,
                "ignored" : 2,
                "read" : 100,
                "rejected" : 1
              },
              "path" : "/var/log/keycloak/a.log.gz",
              "reason" : null,
              "run" : 1,
              "status" : "read",
              "time_zone" : "Europe/Berlin",
              "zone_source" : "option"
            },
            {
              "byte_count" : 0,
              "compression" : "zstd",
              "crc64" : null,
              "damage_compressed_offset" : 100,
              "damage_offset" : 512,
              "encoding" : null,
              "first_event" : null,
              "format" : "keycloak-text",
              "format_score" : null,
              "head_sha256" : null,
              "last_event" : null,
              "lines" : {
                "duplicates" : 0,
                "events" : 1,
                "holds" : true,
                "ignored" : 0,
                "read" : 1,
                "rejected" : 0
              },
              "path" : "/var/log/\u001b[31mevil\u0007\u202etxt.exe\u200b\u009b2J\nnext.log",
              "reason" : "truncated frame",
              "run" : 1,
              "status" : "damaged",
              "time_zone" : null,
              "zone_source" : null
            },
            {
              "byte_count" : 0,
              "compression" : "plain",
              "crc64" : null,
              "damage_compressed_offset" : null,
              "damage_offset" : null,
              "encoding" : null,
              "first_event" : null,
              "format" : null,
              "format_score" : null,
              "head_sha256" : null,
              "last_event" : null,
              "lines" : {
                "duplicates" : 0,
                "events" : 0,
                "holds" : true,
                "ignored" : 0,
                "read" : 0,
                "rejected" : 0
              },
              "path" : "/var/log/x.log",
              "reason" : "Permission denied",
              "run" : 1,
              "status" : "unreadable",
              "time_zone" : null,
              "zone_source" : null
            },
            {
              "byte_count" : 0,
              "compression" : "plain",
              "crc64" : null,
              "damage_compressed_offset" : null,
              "damage_offset" : null,
              "encoding" : null,
              "first_event" : null,
              "format" : null,
              "format_score" : null,
              "head_sha256" : null,
              "last_event" : null,
              "lines" : {
                "duplicates" : 0,
                "events" : 0,
                "holds" : true,
                "ignored" : 0,
                "read" : 0,
                "rejected" : 0
              },
              "path" : "/var/log/a.log.1",
              "reason" : null,
              "run" : 1,
              "status" : "already_audited",
              "time_zone" : null,
              "zone_source" : null
            }
          ],
          "most_seen" : {
            "addresses" : [
              {
                "findings" : 3,
                "value" : "203.0.113.7"
              }
            ],
            "clients" : [
              {
                "findings" : 1,
                "value" : "\u001b[31mevil\u0007\u202etxt.exe\u200b\u009b2J\nnext"
              },
              {
                "findings" : 1,
                "value" : "web"
              }
            ],
            "users" : [
              {
                "findings" : 1,
                "value" : "alice"
              },
              {
                "findings" : 1,
                "value" : "bob"
              }
            ]
          },
          "not_evaluable" : [
            {
              "reason" : "the source has no refresh token identifiers",
              "rules" : [
                "rule_3"
              ],
              "source" : "keycloak-text"
            }
          ],
          "notices" : [

          ],
          "prunings" : [

          ],
          "rejected_lines" : [
            {
              "byte_offset" : 900,
              "line" : 17,
              "path" : "/var/log/keycloak/a.log.gz",
              "reason" : "not_key_value",
              "sample" : "\u001b[31mevil\u0007\u202etxt.exe\u200b\u009b2J\nnext"
            }
          ],
          "rejected_rules" : [
            {
              "column" : 3,
              "file" : "site/bad.yml",
              "hint" : "did you mean 'selection'?",
              "line" : 7,
              "message" : "condition names 'selectoin', which is no detection"
            }
          ],
          "report_version" : 1,
          "run" : {
            "arguments" : [
              "audit",
              "/var/log"
            ],
            "client_registry_sha256" : null,
            "database_bytes" : 4096,
            "exit_status" : 2,
            "findings_extended" : 0,
            "findings_new" : 3,
            "finished_at" : "2024-05-01T00:00:04.500000Z",
            "id" : 1,
            "late_events" : 1,
            "peak_memory_bytes" : null,
            "since" : null,
            "started_at" : "2024-05-01T00:00:00.000000Z",
            "status" : "incomplete",
            "tool_version" : "1.0.0",
            "until" : null
          },
          "run_count" : 1,
          "source_coverage" : [
            {
              "count" : 97,
              "kind" : "token.request",
              "outcome" : "success",
              "source" : "keycloak-text"
            }
          ],
          "suppressions" : [
            {
              "approved_by" : null,
              "expired" : 3,
              "expires" : "2024-06-01",
              "file" : "site/load_test.yml",
              "filter_id" : "00000000-0000-4000-8000-000000000009",
              "owner" : "platform team",
              "rules" : 2,
              "suppressed" : 1,
              "title" : "Load test \u001b[31mevil\u0007\u202etxt.exe\u200b\u009b2J\nnext"
            }
          ],
          "verdict" : "3 findings; 2 rules evaluated on 98 events; 2 rules could not be evaluated",
          "withdrawn" : [

          ],
          "withdrawn_total" : 0
        }

        """#
}
