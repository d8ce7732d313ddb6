// Configuration files say what they mean, and everything that is wrong with them at once.

import ByteStreams
import Detections
import LogFormats
import SigmaRules
import Testing

@testable import SiteConfiguration

@Suite struct ConfigurationFileTests {
    @Test func readsEverything() {
        let text = """
            database: audit.sqlite
            inputs:
              - paths: /var/log/keycloak/*.log*
                format: keycloak
                time-zone: Europe/Berlin
              - { paths: [logs, "-"] }
            rules: [rules, /srv/rules]
            suppressions: accepted
            formats: formats
            placeholders: { trusted: [a, b], one: c }
            client-registry: clients.yml
            places: [city.mmdb, /srv/asn.mmdb]
            time-zone: +01:00
            fail-on: high
            lifetimes: { code: 90s, grant: 90d, access-token: 1h, learning: 7d }
            limits: { jobs: 4, line: 64KiB, lateness: 1m, rejected-share: 0.5, window-memory: 1 GiB, lineage-memory: 4GiB,
              finding-memory: 1048576 }
            """
        let file = ConfigurationFile(parsing: text, file: "etc/grantaudit.yml")
        #expect(file.remarks.isEmpty)
        let site = file.configuration
        #expect(site.database == "etc/audit.sqlite")
        #expect(site.inputs.map { $0.paths.map(\.text) } == [["/var/log/keycloak/*.log*"], ["etc/logs", "-"]])
        #expect(site.inputs.map(\.format) == ["keycloak", nil])
        #expect(site.inputs.map { $0.timeZone?.name } == ["Europe/Berlin", nil])
        #expect(site.rules == ["etc/rules", "/srv/rules"])
        #expect(site.suppressions == ["etc/accepted"])
        #expect(site.formats == ["etc/formats"])
        #expect(site.placeholders == ["trusted": ["a", "b"], "one": ["c"]])
        #expect(site.clientRegistry == "etc/clients.yml")
        #expect(site.places == ["etc/city.mmdb", "/srv/asn.mmdb"])
        #expect(site.timeZone?.name == "+01:00")
        #expect(site.failOn == .high)
        #expect(site.codeLifetimeSeconds == 90)
        #expect(site.grantLifetimeSeconds == 90 * 86_400)
        #expect(site.accessTokenLifetimeSeconds == 3600)
        #expect(site.learningSeconds == 7 * 86_400)
        #expect(site.jobs == 4)
        #expect(site.lineBytes == 65_536)
        #expect(site.latenessMicroseconds == 60_000_000)
        #expect(site.rejectedShare == 0.5)
        #expect(site.windowMemoryBytes == 1 << 30)
        #expect(site.lineageMemoryBytes == 4 << 30)
        #expect(site.findingMemoryBytes == 1 << 20)
    }

    /// The folder of the file is no part of a pattern.
    @Test func patternsBeginBelowTheFolder() {
        let text = "inputs: [{ paths: [logs/*.log, /var/*.log, '-'] }]"
        let paths = ConfigurationFile(parsing: text, file: "etc/[prod]/g.yml").configuration.inputs.flatMap(\.paths)
        #expect(paths.map(\.folder) == ["etc/[prod]/", "", ""])
        #expect(paths.map(\.pattern) == ["logs/*.log", "/var/*.log", "-"])
    }

    @Test(arguments: ["", "# nothing\n", "database:\ninputs: ~\nlimits: { jobs: }\n"])
    func saysNothing(_ text: String) {
        let file = ConfigurationFile(parsing: text, file: "g.yml")
        #expect(file.remarks.isEmpty)
        #expect(
            file.configuration.database == nil && file.configuration.inputs.isEmpty && file.configuration.jobs == nil
        )
    }

    @Test(
        arguments: [
            ("databse: x", "1:1: error: unknown key 'databse' | did you mean 'database'?"),
            ("input: x", "1:1: error: unknown key 'input' | did you mean 'inputs'?"),
            (
                "lifetimes: { cod: 1d }",
                "1:14: error: unknown key 'cod' | did you mean 'code'?"
            ),
            (
                "inputs: /var/log",
                "1:9: error: 'inputs' has to be a list of maps | for example [{ paths: /var/log/keycloak }]"
            ),
            ("inputs: [x]", "1:10: error: each of 'inputs' has to be a map | keys: paths, format, time-zone"),
            (
                "inputs:\n  - format: keycloak",
                "2:5: error: the group has no 'paths' | name the files, folders or patterns to read"
            ),
            (
                "rules: []",
                "1:8: error: 'rules' names nothing | for example rules: [/usr/local/share/grantaudit/Rules, site-rules]"
            ),
            (
                "database: [a]",
                "1:11: error: 'database' has to be a text | for example database: /var/lib/grantaudit/audit.sqlite"
            ),
            (
                "time-zone: Berlin",
                "1:12: error: there is no time zone 'Berlin' | an IANA name such as Europe/Berlin, or +01:00"
            ),
            ("fail-on: hihg", "1:10: error: there is no level 'hihg' | did you mean 'high'?"),
            (
                "fail-on: noisy",
                "1:10: error: there is no level 'noisy' | known: informational, low, medium, high, critical"
            ),
            ("lifetimes: { code: 1w }", "1:20: error: '1w' is no duration | digits and s, m, h or d, for example 90d"),
            (
                "lifetimes: { code: -1d }",
                "1:20: error: '-1d' is no duration | digits and s, m, h or d, for example 90d"
            ),
            ("lifetimes: { grant: 0s }", "1:21: error: '0s' is no duration | digits and s, m, h or d, for example 90d"),
            (
                "lifetimes: { grant: 99999999999999999999d }",
                "1:21: error: '99999999999999999999d' is no duration | digits and s, m, h or d, for example 90d"
            ),
            ("limits: { jobs: 0 }", "1:17: error: 'jobs' has to be between 1 and 256 | "),
            (
                "limits: { line: 1 MB }",
                "1:17: error: '1 MB' is no size | bytes, or digits and KiB, MiB or GiB, for example 256MiB"
            ),
            ("limits: { line: 1GiB }", "1:17: error: 'line' has to be between 1024 and 268435455 bytes | "),
            (
                "limits: { rejected-share: 2 }",
                "1:27: error: 'rejected-share' has to be between 0 and 1 | for example rejected-share: 0.01"
            ),
            (
                "placeholders: { a: [] , b: [~] }",
                "1:20: error: 'a' has to be a text or a list of texts | write values, or no key"
            ),
            (
                "limits: 3",
                "1:9: error: 'limits' has to be a map | keys: jobs, line, lateness, rejected-share, window-memory, lineage-memory, finding-memory"
            ),
            (
                "- a",
                "1:1: error: a configuration has to be a map | keys: database, inputs, rules, suppressions, formats, placeholders, client-registry, places, time-zone, fail-on, lifetimes, retention, limits"
            ),
            (
                "fail-on: low\nfail-on: high",
                "2:1: error: key 'fail-on' is given twice in the same map | write the values as one list, or the second key in a map of its own"
            ),
        ]
    )
    func reports(_ text: String, _ remark: String) {
        let file = ConfigurationFile(parsing: text, file: "g.yml")
        #expect(!file.isUsable)
        let first = file.remarks.first
        let said = first.map { "\($0.line):\($0.column): \($0.severity): \($0.message) | \($0.hint ?? "")" }
        #expect(said == remark)
    }

    @Test func reportsAllAtOnce() {
        let file = ConfigurationFile(
            parsing: "databse: x\nfail-on: hihg\nlimits: { jobs: many, lin: 3 }\n",
            file: "g.yml"
        )
        #expect(file.remarks.map(\.line) == [1, 2, 3, 3])
    }

    @Test func namesOfFormatsAreChecked() {
        var file = ConfigurationFile(parsing: "inputs: [{ paths: a, format: keycloack }]", file: "g.yml")
        #expect(file.isUsable)
        file.check(formats: ["auth0", "keycloak"])
        #expect(
            file.remarks.map(\.description) == [
                "g.yml:1:30: error: there is no format 'keycloack'\n  hint: did you mean 'keycloak'?"
            ]
        )
    }

    @Test func remarksAreInTheOrderOfTheFile() {
        var file = ConfigurationFile(
            parsing: "databse: x\ninputs: [{ paths: a, format: keycloack }]\nfail-on: hihg\n",
            file: "g.yml"
        )
        file.check(formats: ["keycloak"])
        #expect(file.remarks.map(\.line) == [1, 2, 3])
    }

    @Test func filesThatCannotBeRead() {
        let file = ConfigurationFile(path: "/nowhere/grantaudit.yml")
        #expect(!file.isUsable)
        #expect(file.remarks.map(\.message) == ["there is no such file"])
    }

    /// The page shows a file that the parser understands, and its examples are values that it takes.
    @Test func examplesAreUnderstood() throws {
        let file = ConfigurationFile(parsing: ConfigurationPage.example, file: "g.yml")
        #expect(file.remarks.isEmpty)
        #expect(file.configuration.inputs.count == 2)
        for key in ConfigurationKey.all {
            var text = "\(key.name): \(key.example)"
            for parent in key.parent.split(separator: ".").reversed() {
                let isList = parent.hasSuffix("[]")
                let inner = text + (isList && key.name != "paths" ? ", paths: x" : "")
                text = isList ? "\(parent.dropLast(2)): [{ \(inner) }]" : "\(parent): { \(text) }"
            }
            let file = ConfigurationFile(parsing: text, file: "g.yml")
            #expect(file.remarks.isEmpty, "\(text)")
        }
    }

    /// What the parser knows is what the page describes.
    @Test func everyKeyIsDescribed() {
        let page = ConfigurationPage.markdown()
        for key in ConfigurationKey.all { #expect(page.contains("\n## `\(key.path)`\n")) }
        #expect(Set(ConfigurationKey.all.map(\.path)).count == ConfigurationKey.all.count)
    }
}
