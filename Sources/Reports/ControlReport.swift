// What rules found for the controls that somebody asks about, and whether they could have found anything.

public import AuditStore
public import ControlCatalog
import Detections
import SigmaRules

/// The facts of a report on controls; ``ControlText`` and ``ControlJSON`` write them down.
public struct ControlReport: Sendable {
    /// What can be said of a control.
    enum State: String, CaseIterable {
        /// Rules found something.
        case findings
        /// All rules were evaluated everywhere and found nothing.
        case nothingFound = "nothing found"
        /// Some rules were evaluated on some sources and found nothing.
        case inPart = "nothing found, in part"
        /// No rule could be evaluated.
        case notEvaluable = "not evaluable"
        /// No rule gives evidence for it.
        case noRule = "no rule"
    }

    /// A control with the rules that give evidence for it.
    struct Entry {
        /// The control.
        let control: Control
        /// The rules by name.
        let rules: [RuleStanding]

        /// What can be said of it.
        var state: State {
            if rules.isEmpty { return .noRule }
            if rules.contains(where: { $0.findings > 0 }) { return .findings }
            if rules.allSatisfy(\.evaluatedOn.isEmpty) { return .notEvaluable }
            let isWhole = rules.allSatisfy { !$0.evaluatedOn.isEmpty && $0.notEvaluableOn.isEmpty }
            return isWhole ? .nothingFound : .inPart
        }

        /// Findings of all its rules.
        var findings: Int64 { rules.reduce(0) { $0 + $1.findings } }
    }

    /// What a reader must know of every such report.
    static let caution =
        "Evidence towards controls, not compliance: it says what rules found in the logs that were read, and no more."

    let databasePath: String
    /// The catalogue that the controls are from.
    let catalog: ControlCatalog
    /// The run that rules are reported as of; nil if none is recorded.
    let run: StoredRun?
    /// Whether findings of all runs are told.
    let isAll: Bool
    /// The controls asked about.
    let entries: [Entry]
    /// Findings of their rules, the worst first.
    let findings: [StoredFinding]
    /// Number of these findings.
    let findingTotal: Int64

    /// Reads what `database` has about `controls` of `catalog`, with at most `findingsMax` findings in full.
    public init(
        database: AuditDatabase,
        catalog: ControlCatalog,
        controls: [Control],
        isAll: Bool,
        findingsMax: Int? = nil
    ) throws(StoreError) {
        self = try database.read { reader in
            let latest = try reader.latestRun()
            // A night without news evaluates nothing, which takes nothing back of what earlier ones did.
            let run = isAll ? try reader.latestEvaluation() ?? latest : latest
            let scope: RunScope = isAll ? .all : .run(latest?.id ?? RunID(rawValue: 0))
            let standings = Self.uncounted(try reader.ruleStandings(in: run?.id, findings: scope))
            let entries = controls.map { control in
                Entry(control: control, rules: standings.filter { !control.tags.isDisjoint(with: $0.tags) })
            }
            let ids = Set(entries.flatMap(\.rules).map(\.ruleID)).sorted()
            return ControlReport(
                databasePath: database.path,
                catalog: catalog,
                run: run,
                isAll: isAll,
                entries: entries,
                findings: try reader.findings(ofRules: ids, scope, limit: findingsMax),
                findingTotal: standings.filter { ids.contains($0.ruleID) }.reduce(0) { $0 + $1.findings }
            )
        }
    }

    private init(
        databasePath: String,
        catalog: ControlCatalog,
        run: StoredRun?,
        isAll: Bool,
        entries: [Entry],
        findings: [StoredFinding],
        findingTotal: Int64
    ) {
        self.databasePath = databasePath
        self.catalog = catalog
        self.run = run
        self.isAll = isAll
        self.entries = entries
        self.findings = findings
        self.findingTotal = findingTotal
    }

    /// The rules without those that others only count.
    private static func uncounted(_ standings: [RuleStanding]) -> [RuleStanding] {
        let correlations = standings.compactMap { RuleProse($0.text).correlation }.filter { !$0.generate }
        let counted = Set(correlations.flatMap(\.rules))
        return standings.filter { $0.findings > 0 || !counted.contains($0.name) && !counted.contains($0.ruleID) }
    }

    /// Commands that lead further.
    var commands: [ShellCommand] {
        let database = ShellCommand.quoted(databasePath)
        let explain = findings.first.map { ShellCommand("explain", $0.id, "--database", database) }
        return [explain, ShellCommand("rules", "controls")].compactMap(\.self)
    }
}
