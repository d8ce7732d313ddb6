// Runs audits with the repository's rules and formats, and reads back what they stored.

import AuditPipeline
import AuditStore
import AuthEvents
import Detections
import Foundation
import Testing

/// The package on disk.
enum Repository {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Rules about what is in logs; those about logs themselves say how they were cut into files and nights.
    static let rules: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Rules").path)) ?? []
        return names.sorted().filter { !["README.md", "controls", "formats", "log_integrity"].contains($0) }
            .map { root.appending(path: "Rules/\($0)").path }
    }()
    static let logRules = root.appending(path: "Rules/log_integrity").path
    static let formats = root.appending(path: "Rules/formats").path
}

/// What an audit left behind.
struct AuditOutcome: Sendable {
    let summary: RunSummary
    let run: StoredRun
    let inputs: [StoredInput]
    /// All findings of the database.
    let findings: [StoredFinding]

    /// Names of the rules that found something.
    var ruleNames: Set<String> { Set(findings.map(\.ruleName)) }

    /// The findings without what the names and the places of lines decide.
    var values: [FindingValue] { findings.map { FindingValue($0, places: false) } }

    /// The findings with line numbers and offsets.
    var placedValues: [FindingValue] { findings.map { FindingValue($0, places: true) } }

    /// The input at `path`.
    func input(_ path: String) throws -> StoredInput {
        try #require(inputs.first { $0.path == path }, "the run has no input \(path)")
    }
}

/// A finding as far as it must not depend on how a log is cut into files.
struct FindingValue: Equatable, CustomDebugStringConvertible {
    /// Rule, identity, times, count and what the rule says.
    let columns: [String]
    let groupKey: [NamedValue]
    let evidence: [EvidenceValue]

    init(_ finding: StoredFinding, places: Bool) {
        columns = [
            finding.ruleName, finding.id, "\(finding.firstSeen)", "\(finding.lastSeen)", "\(finding.count)",
            finding.ruleID, finding.title, finding.level.name, "\(finding.tags)", "\(finding.bucket)",
        ]
        groupKey = finding.groupKey
        evidence = finding.evidence.map { EvidenceValue($0, places: places) }
    }

    /// Short, for the sake of whoever reads a list of them.
    var debugDescription: String {
        columns.prefix(5).joined(separator: " ") + " at " + evidence.map { "\($0.time)" }.joined(separator: " ")
    }
}

/// A piece of evidence without its path.
struct EvidenceValue: Equatable {
    let time: Int64
    let ruleName: String
    let fields: [NamedValue]
    let line: Int64
    let byteOffset: Int64

    init(_ evidence: StoredEvidence, places: Bool) {
        time = evidence.time
        ruleName = evidence.ruleName
        fields = evidence.fields
        line = places ? evidence.line : 0
        byteOffset = places ? evidence.byteOffset : 0
    }
}

/// Runs audits that share one fingerprint key.
enum AuditBench {
    static let key = FingerprintKey(Array(1...UInt8(FingerprintKey.byteCount)))

    static func options(_ paths: [String], _ database: String) -> AuditOptions {
        var options = AuditOptions(
            inputs: [InputGroup(paths)],
            databasePath: database,
            rulePaths: Repository.rules,
            formatFolders: [Repository.formats]
        )
        options.fingerprintKey = key
        return options
    }

    /// Audits `paths`, checks that every line and every rule is accounted for, and returns what was stored.
    static func audit(
        _ paths: [String],
        _ database: String,
        change: (inout AuditOptions) -> Void = { _ in }
    ) async throws -> AuditOutcome {
        var options = options(paths, database)
        change(&options)
        var run = AuditRun(options, progress: RunProgress(), now: { 1_800_000_000_000_000 })
        let summary = try await run.execute()
        let outcome = try outcome(summary, database)
        checkAccounts(outcome)
        return outcome
    }

    private static func outcome(_ summary: RunSummary, _ database: String) throws -> AuditOutcome {
        try read(database) { reader in
            AuditOutcome(
                summary: summary,
                run: try #require(try reader.runs(.run(summary.run)).first),
                inputs: try reader.inputs(.run(summary.run)),
                findings: try reader.findings(.all)
            )
        }
    }

    /// Asks the database at `path`.
    static func read<Result>(_ path: String, _ body: (AuditReader) throws -> Result) throws -> Result {
        let database = try AuditDatabase.open(path: path, access: .read)
        let result = try database.read(body)
        try database.close()
        return result
    }

    private static func checkAccounts(_ outcome: AuditOutcome) {
        for input in outcome.inputs {
            #expect(input.lines.holds, "\(input.path): \(input.lines)")
        }
        #expect(outcome.run.lines.holds)
        #expect(outcome.run.lines.lines == outcome.inputs.reduce(0) { $0 + $1.lines.lines })
        #expect(outcome.run.inputsGiven == Int64(outcome.inputs.count))
        #expect(outcome.run.status == (outcome.summary.incomplete.isEmpty ? .complete : .incomplete))
        #expect(outcome.run.exitStatus == Int(outcome.summary.exitStatus))
        #expect((outcome.run.exitStatus == 2) == !outcome.summary.incomplete.isEmpty)
    }
}

extension AuditBench {
    /// The findings of `story` in one plain file, read with default options.
    static func baseline(_ story: Story) async throws -> AuditOutcome { try await Baselines.known.outcome(of: story) }
}

/// Audits each story once, whoever asks.
private actor Baselines {
    static let known = Baselines()

    private var audits: [String: Task<AuditOutcome, any Error>] = [:]

    func outcome(of story: Story) async throws -> AuditOutcome {
        let audit = audits[story.name] ?? Task { try await Self.audit(story) }
        audits[story.name] = audit
        return try await audit.value
    }

    private static func audit(_ story: Story) async throws -> AuditOutcome {
        let folder = try TemporaryFolder()
        let path = try folder.write("one.log", story.texts)
        let outcome = try await AuditBench.audit([path], folder.database)
        #expect(outcome.summary.incomplete == [])
        #expect(outcome.run.lines.lines == Int64(story.lines.count))
        let missing = story.rules.subtracting(outcome.ruleNames)
        #expect(missing.isEmpty, "no finding by \(missing.sorted()), but by \(outcome.ruleNames.sorted())")
        return outcome
    }
}
