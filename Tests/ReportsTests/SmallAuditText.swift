// The terminal summary of the small audit, as people see it.

extension SmallAudit {
    static let text = #"""
        run 1, 2024-05-01T00:00:00Z to 2024-05-01T00:00:04Z, incomplete (exit status 2), grantaudit 1.0.0
        3 findings; 2 rules evaluated on 98 events; 2 rules could not be evaluated
        3 new, 0 extended; 3 findings in the database

        FINDINGS
          LEVEL         FINDINGS     EVENTS  RULE
          critical             2         16  Refresh token replayed
          low                  1          1  Scope \u{1B}[31mevil\u{7}\u{202E}txt.exe\u{200B}\u{9B}2J\u{A}n…

        TOP INCIDENTS
          critical  Refresh token replayed
            when   2024-05-01T00:00:12Z to 2024-05-01T00:01:12Z, 14 events
            who    client_id=web, username=alice
            where  /var/log/keycloak/a.log.gz:12
            id     0123456789abcdef0123456789abcde1
          critical  Refresh token replayed
            when   2024-05-01T00:00:40Z to 2024-05-01T00:01:40Z, 2 events
            who    client_id=\u{1B}[31mevil\u{7}\u{202E}txt.exe\u{200B}\u{9B}2J\u{A}next, username=bob
            where  /var/log/keycloak/a.log.gz:40
            id     0123456789abcdef0123456789abcde2
          low  Scope \u{1B}[31mevil\u{7}\u{202E}txt.exe\u{200B}\u{9B}2J\u{A}next
            when   2024-05-01T00:00:03Z, 1 event
            where  /var/log/\u{1B}[31mevil\u{7}\u{202E}txt.exe\u{200B}\u{9B}2J\u{A}next.log:3
            id     0123456789abcdef0123456789abcde3

        MOST SEEN IN FINDINGS
          client   \u{1B}[31mevil\u{7}\u{202E}txt.exe\u{200B}\u{9B}2J\u{A}next (1), web (1)
          user     alice (1), bob (1)
          address  203.0.113.7 (3)

        INPUTS
          /var/log/\u{1B}[31mevil\u{7}\u{202E}txt.exe\u{200B}\u{9B}2J\u{A}next.log
            read as keycloak-text, zstd, damaged after 512 bytes: truncated frame
            lines: 1 read = 1 events + 0 rejected + 0 ignored
          /var/log/x.log
            unreadable: Permission denied
          /var/log/a.log.1
            already audited
          /var/log/keycloak/a.log.gz
            read as keycloak-text, gzip, time zone Europe/Berlin (option)
            lines: 100 read = 97 events + 1 rejected + 2 ignored, 3 events repeated
            events from 2024-05-01T00:00:00Z to 2024-05-01T01:59:59Z

        ACCOUNTING
          files  4 given = 2 read + 2 skipped (1 unreadable, 1 already audited)
          lines  101 read = 98 events + 1 rejected + 2 ignored, 3 events repeated
                 1 rejected: not_key_value
                 2 ignored: blank
                 1 event came after later ones had been judged
          rules  4 given = 2 evaluated + 1 not evaluable + 1 rejected
          bytes  4096 in the database

        NOT EVALUABLE
          keycloak-text: the source has no refresh token identifiers
            1 rule: rule_3

        FILTERS
          Load test \u{1B}[31mevil\u{7}\u{202E}txt.exe\u{200B}\u{9B}2J\u{A}next: 1 match taken away, 3 let
          through since it expired, expires 2024-06-01, owner platform team

        NOT CORRELATED
          rule_1: 1 match without a field to group by or to measure
          rule_1: 2 windows still open when the log ended

        REJECTED RULES
          site/bad.yml:7:3: condition names 'selectoin', which is no detection
            hint: did you mean 'selection'?

        REJECTED LINES (SAMPLES)
          /var/log/keycloak/a.log.gz:17: not_key_value
            \u{1B}[31mevil\u{7}\u{202E}txt.exe\u{200B}\u{9B}2J\u{A}next

        NEXT
          grantaudit explain 0123456789abcdef0123456789abcde1 --database /lib/grantaudit/audit.db
          grantaudit report --database /lib/grantaudit/audit.db --format json
          grantaudit formats reference keycloak-text

        """#
}
