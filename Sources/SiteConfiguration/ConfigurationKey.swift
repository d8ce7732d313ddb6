// Every key of a configuration file with its meaning: the parser and the reference page read this list.

import Detections

/// One key of a configuration file.
struct ConfigurationKey {
    /// What may stand behind a key.
    enum Content: String {
        case path = "path"
        case paths = "path or list of paths"
        case patterns = "pattern or list of patterns"
        case name = "name"
        case level = "level"
        case zone = "time zone"
        case duration = "duration"
        case size = "size"
        case number = "whole number"
        case share = "share"
        case map = "map"
        case list = "list of maps"
        case placeholders = "map of names to values, or path"
    }

    /// The keys on the way to it, with dots between them; `[]` stands for each member of a list.
    let path: String
    let content: Content
    /// What it means, as sentences.
    let meaning: String
    /// What is assumed where it is missing.
    let standard: String
    /// A value as one would write it.
    let example: String
    /// The option of `grantaudit audit` that overrides it.
    var option: String?

    /// Its own name.
    var name: String { path.split(separator: ".").last.map(String.init) ?? path }
    /// The path of the map that it stands in; empty for the whole file.
    var parent: String { path.split(separator: ".").dropLast().joined(separator: ".") }

    /// The keys that may stand in the map at `path`.
    static func names(in path: String) -> [String] { all.filter { $0.parent == path }.map(\.name) }

    /// The key at `path`.
    static func key(_ path: String) -> ConfigurationKey? { all.first { $0.path == path } }

    static let all: [ConfigurationKey] = [
        ConfigurationKey(
            path: "database",
            content: .path,
            meaning: "The database that keeps findings and what was checked; it is made if it is missing.",
            standard: "none; it has to be given here or as an option",
            example: "/var/lib/grantaudit/audit.sqlite",
            option: "--database"
        ),
        ConfigurationKey(
            path: "inputs",
            content: .list,
            meaning:
                "The logs, in groups of logs that are read alike. A log that two groups name belongs to the first.",
            standard: "none; logs have to be given here or on the command line",
            example: "[{ paths: /var/log/keycloak/*.log* }]",
            option: "PATHS, which replace all groups"
        ),
        ConfigurationKey(
            path: "inputs[].paths",
            content: .patterns,
            meaning: "Files, folders with all that is in them, and patterns with `*`, `?` and `[…]`; a name in "
                + "brackets that exists is read as it stands. A pattern that no file fits makes the audit incomplete, as a "
                + "missing file does, and so does a folder that could not be looked into.",
            standard: "none; each group needs them",
            example: "[/var/log/keycloak/*.log*, /srv/export]"
        ),
        ConfigurationKey(
            path: "inputs[].format",
            content: .name,
            meaning: "The format of these logs, see `grantaudit formats list`.",
            standard: "told from their content",
            example: "keycloak",
            option: "--format"
        ),
        ConfigurationKey(
            path: "inputs[].time-zone",
            content: .zone,
            meaning: "The zone of times in these logs that name none.",
            standard: "`time-zone`, else that of the format, else UTC",
            example: "Europe/Berlin",
            option: "--time-zone"
        ),
        ConfigurationKey(
            path: "rules",
            content: .paths,
            meaning: "Folders and files with Sigma rules.",
            standard: "the rules installed with the program",
            example: "[/usr/local/share/grantaudit/Rules, site-rules]",
            option: "--rules"
        ),
        ConfigurationKey(
            path: "suppressions",
            content: .paths,
            meaning: "Folders and files with Sigma filters: what the site accepts, by whom, and until when.",
            standard: "none",
            example: "suppressions"
        ),
        ConfigurationKey(
            path: "formats",
            content: .paths,
            meaning: "Further folders with format files; a format of the same name replaces the one installed.",
            standard: "none",
            example: "site-formats",
            option: "--formats"
        ),
        ConfigurationKey(
            path: "placeholders",
            content: .placeholders,
            meaning: "The site's values for placeholders in rules (`|expand`), here or in a file of their own.",
            standard: "none",
            example: "{ trusted_clients: [intranet, load-test] }",
            option: "--placeholders"
        ),
        ConfigurationKey(
            path: "client-registry",
            content: .path,
            meaning:
                "The clients of the server and what each of them may do, see `grantaudit clients`. Events are judged "
                + "by the registry of their own day.",
            standard: "none; rules about what is registered are reported as not evaluable",
            example: "clients.yml",
            option: "--client-registry"
        ),
        ConfigurationKey(
            path: "places",
            content: .paths,
            meaning:
                "Files in MaxMind's format (`.mmdb`) that say in which country, at which place and in which autonomous system "
                + "addresses are; of what several say, the first counts. None comes with the program.",
            standard: "none; rules about `ip.country` and the like are reported as not evaluable",
            example: "[GeoLite2-City.mmdb, GeoLite2-ASN.mmdb]",
            option: "--places"
        ),
        ConfigurationKey(
            path: "time-zone",
            content: .zone,
            meaning: "The zone of times that name none: an IANA name or an offset.",
            standard: "that of the format, else UTC",
            example: "+01:00",
            option: "--time-zone"
        ),
        ConfigurationKey(
            path: "fail-on",
            content: .level,
            meaning: "Exit with 1 if there is a finding of this level or above: "
                + FindingLevel.allCases.map { "`\($0.name)`" }.joined(separator: ", ") + ".",
            standard: "findings do not change the exit status",
            example: "high",
            option: "--fail-on"
        ),
        ConfigurationKey(
            path: "lifetimes",
            content: .map,
            meaning: "How long lineage remembers what it does not see any more.",
            standard: "see below",
            example: "{ code: 1h, grant: 90d }"
        ),
        ConfigurationKey(
            path: "lifetimes.code",
            content: .duration,
            meaning: "An authorization code, after it was last seen. Keep it well above the server's own lifetime: a "
                + "replay comes later.",
            standard: "1d",
            example: "1h"
        ),
        ConfigurationKey(
            path: "lifetimes.grant",
            content: .duration,
            meaning:
                "A grant with its refresh tokens, after it was last seen; at least as long as refresh tokens live.",
            standard: "400d",
            example: "90d"
        ),
        ConfigurationKey(
            path: "lifetimes.access-token",
            content: .duration,
            meaning:
                "An access token, after it was last seen; at least as long as access tokens live. Not before that long has been "
                + "audited is a token told that was never seen being issued.",
            standard: "14d",
            example: "1d"
        ),
        ConfigurationKey(
            path: "lifetimes.learning",
            content: .duration,
            meaning:
                "How long the log as a whole, and then each client, is watched before anything counts as new or unusual; until "
                + "then the rules that ask for `baseline.*` are not evaluable.",
            standard: "14d",
            example: "30d"
        ),
        ConfigurationKey(
            path: "retention",
            content: .map,
            meaning: "What `grantaudit prune` deletes, by age. An audit deletes nothing.",
            standard: "everything is kept",
            example: "{ findings: 400d, evidence: 90d }"
        ),
        ConfigurationKey(
            path: "retention.findings",
            content: .duration,
            meaning: "Findings with their evidence, after they were last seen.",
            standard: "kept",
            example: "400d",
            option: "--findings"
        ),
        ConfigurationKey(
            path: "retention.evidence",
            content: .duration,
            meaning: "The evidence of findings, after these were last seen; the findings stay.",
            standard: "kept",
            example: "90d",
            option: "--evidence"
        ),
        ConfigurationKey(
            path: "retention.rejected-lines",
            content: .duration,
            meaning: "Samples of rejected lines, after the run began; their counts stay.",
            standard: "kept",
            example: "30d",
            option: "--rejected-lines"
        ),
        ConfigurationKey(
            path: "retention.run-details",
            content: .duration,
            meaning:
                "Which rules a run could evaluate and what its sources showed, after it began. The runs and the inputs "
                + "they read stay known, and the latest run keeps its details.",
            standard: "kept",
            example: "400d",
            option: "--run-details"
        ),
        ConfigurationKey(
            path: "retention.state",
            content: .duration,
            meaning:
                "What is known of codes, tokens and grants, if no run has learnt anything for so long. While there are "
                + "runs it expires by itself.",
            standard: "kept",
            example: "400d",
            option: "--state"
        ),
        ConfigurationKey(
            path: "limits",
            content: .map,
            meaning: "Bounds that keep an audit within what the machine has.",
            standard: "see below",
            example: "{ jobs: 4, window-memory: 1GiB }"
        ),
        ConfigurationKey(
            path: "limits.jobs",
            content: .number,
            meaning: "How many things are done at once, from 1 to 256.",
            standard: "2",
            example: "4",
            option: "--jobs"
        ),
        ConfigurationKey(
            path: "limits.line",
            content: .size,
            meaning: "Most bytes of a line; a longer one is rejected and counted.",
            standard: "1MiB",
            example: "4MiB"
        ),
        ConfigurationKey(
            path: "limits.lateness",
            content: .duration,
            meaning: "How far events of one log may be out of order.",
            standard: "5s",
            example: "30s"
        ),
        ConfigurationKey(
            path: "limits.rejected-share",
            content: .share,
            meaning: "Share of a log's lines, from 0 to 1, that may be rejected before the audit counts as incomplete.",
            standard: "0.001",
            example: "0.01",
            option: "--rejected-share"
        ),
        ConfigurationKey(
            path: "limits.window-memory",
            content: .size,
            meaning:
                "What the windows of correlations may hold together; beyond it the oldest are given up and counted.",
            standard: "256MiB",
            example: "1GiB",
            option: "--window-memory"
        ),
        ConfigurationKey(
            path: "limits.lineage-memory",
            content: .size,
            meaning:
                "Most memory that is used to remember codes, tokens, grants and sessions, those of earlier audits included; "
                + "beyond it what was not seen for the longest time is forgotten and counted. A grant with its tokens takes "
                + "about 300 bytes.",
            standard: "834MiB",
            example: "4GiB",
            option: "--lineage-memory"
        ),
        ConfigurationKey(
            path: "limits.finding-memory",
            content: .size,
            meaning:
                "What findings and their evidence may hold together; beyond it evidence is left out, then findings "
                + "are only counted.",
            standard: "128MiB",
            example: "512MiB"
        ),
    ]
}
