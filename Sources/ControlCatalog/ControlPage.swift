// The page that shows controls and rules side by side, made from the files that say so.

/// Writes which rules give evidence for which controls.
public struct ControlPage: Sendable {
    /// The controls.
    public let catalog: ControlCatalog
    /// The rules by name.
    public let rules: [ControlledRule]

    /// A page about `rules`.
    public init(_ catalog: ControlCatalog, rules: [ControlledRule]) {
        self.catalog = catalog
        self.rules = rules.sorted { $0.name < $1.name }
    }

    /// The rules that give evidence for `control`.
    public func rules(for control: Control) -> [ControlledRule] {
        let tags = control.tags
        return rules.filter { !tags.isDisjoint(with: $0.tags) }
    }

    /// Everything that is wrong with the files of controls and with the tags of the rules.
    public var problems: [String] { catalog.problems + rules.flatMap(catalog.problems(of:)) }

    /// The page, in Markdown.
    public func markdown() -> String {
        (beginning + frameworkTable + catalog.frameworks.flatMap(section) + ruleTable).joined(separator: "\n") + "\n"
    }

    private var beginning: [String] {
        """
        # Controls

        <!-- Made by `grantaudit rules controls > Documentation/controls.md`; do not edit. -->

        Which rules give evidence towards which requirements. Evidence towards is not compliance: a rule that finds nothing
        shows only that nothing of its kind stood in the logs that were read, and only where `grantaudit report` calls the
        rule evaluated. Titles are in our own words; read the frameworks themselves. Where a number is marked with `?`, number and
        title were not compared with the framework's text: check them before relying on them.

        The lists stand in `Rules/controls/`, one file a framework. A file with the same `framework:` in the folder `controls` of
        rules of your own takes the place of ours. `grantaudit report --control NAME` tells what rules found for a control,
        or for all controls of a framework, by the names below.
        """
        .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private var frameworkTable: [String] {
        let rows = catalog.frameworks.map { framework in
            let covered = framework.controls.count { !rules(for: $0).isEmpty }
            let verified = framework.controls.count { $0.isVerified }
            let counts = "\(framework.controls.count) | \(covered) | \(verified)"
            return "| `\(framework.id)` | [\(framework.title)](\(framework.source)), \(framework.version) | \(counts) |"
        }
        return ["", "| name | framework | listed | with a rule | verified |", "|---|---|---|---|---|"] + rows
    }

    private func section(_ framework: ControlFramework) -> [String] {
        let isTechnique = framework.kind == .techniques
        var lines = ["", "## \(framework.title)", "", framework.checked]
        lines += ["", "| \(isTechnique ? "technique" : "control") | what | rules |", "|---|---|---|"]
        var bare: [Control] = []
        for control in framework.controls {
            let rules = rules(for: control)
            if rules.isEmpty { bare.append(control) }
            let names = rules.isEmpty ? "none" : rules.map { "`\($0.name)`" }.joined(separator: ", ")
            lines.append("| \(Self.shown(control)) | \(control.title) | \(names) |")
        }
        if !bare.isEmpty {
            lines += ["", "Without a rule: " + bare.map(Self.shown).joined(separator: ", ") + "."]
        }
        return lines
    }

    private var ruleTable: [String] {
        let rows = rules.map { rule in
            let controls = catalog.controls(for: rule.tags).map { "`\($0.name)`\($0.isVerified ? "" : "?")" }
            return "| `\(rule.name)` | \(rule.level) | \(controls.joined(separator: ", ")) |"
        }
        return ["", "## Rules", "", "| rule | level | controls and techniques |", "|---|---|---|"] + rows
    }

    private static func shown(_ control: Control) -> String { control.id + (control.isVerified ? "" : "?") }
}
