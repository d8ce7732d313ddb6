// The reference page of all keys, made from the list that the parser reads.

/// The documentation of configuration files.
public enum ConfigurationPage {
    /// The page as Markdown.
    public static func markdown() -> String {
        (beginning + ConfigurationKey.all.flatMap(section)).joined(separator: "\n") + "\n"
    }

    private static func section(_ key: ConfigurationKey) -> [String] {
        var lines = ["", "## `\(key.path)`", "", key.meaning, ""]
        lines += ["* **Value**: \(key.content.rawValue)", "* **Without it**: \(key.standard)"]
        if let option = key.option {
            lines += ["* **Overridden by**: " + (option.hasPrefix("-") ? "`\(option)`" : option)]
        }
        return lines + ["* **Example**: `\(key.name): \(key.example)`"]
    }

    private static let beginning = """
        # The configuration file

        <!-- Made by `grantaudit config reference > Documentation/configuration.md`; do not edit. -->

        `grantaudit audit --config grantaudit.yml` reads what to audit, with what and how from a YAML file, and so does every
        command that takes `--config`; `GRANTAUDIT_CONFIG` may name the file instead. Options of the command line win over
        the file. Paths are relative to its folder. `grantaudit config check grantaudit.yml` says everything that is wrong
        with the file at once, and what an audit would read.

        ```yaml
        \(ConfigurationPage.example)
        ```

        Durations are digits and `s`, `m`, `h` or `d`; sizes are bytes, or digits and `KiB`, `MiB` or `GiB`. A key without a
        value counts as missing; a key that is not listed here is an error.
        """.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)

    /// A file with the keys that most sites need.
    static let example = """
        database: /var/lib/grantaudit/audit.sqlite
        inputs:
          - paths: /var/log/keycloak/*.log*
            format: keycloak
            time-zone: Europe/Berlin
          - paths: [/var/log/nginx/access.log*, /srv/export]
        rules: [/usr/local/share/grantaudit/Rules, site-rules]
        suppressions: suppressions
        placeholders:
          trusted_clients: [intranet, load-test]
        client-registry: clients.yml
        fail-on: high
        lifetimes: { code: 1h, grant: 90d }
        limits: { jobs: 4, window-memory: 1GiB }
        """
}
