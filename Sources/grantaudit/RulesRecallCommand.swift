// `grantaudit rules recall`: what rules find of attacks that somebody has written down, and what they find besides.

import ArgumentParser
import AuditPipeline
import AuditStore
import AuthEvents
import Detections
import FieldRows
import Foundation
import RuleWorkbench
import SigmaRules

extension RulesCommand {
    struct Recall: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Measure the rules against captured runs of servers of which the attacks are known.",
            discussion: """
                FOLDER holds a folder for each run: its logs below 'logs', and 'truth.jsonl' with one JSON object a line for
                each flow (id, class, kind, variant, client_id, requests).

                EXAMPLE:
                  grantaudit rules recall captured --time-zone django-oauth-toolkit=Europe/Berlin
                """
        )

        @Argument(help: "Folder with captured runs, or one of them.", completion: .directory)
        var folder: String

        @OptionGroup var options: RuleOptions

        @Option(help: "The zone of times that name none; FORMAT=ZONE for one format only.")
        var timeZone: [String] = []

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let folders = Self.runs(in: folder)
            guard !folders.isEmpty else {
                throw Failure(.usage, "no folder in \(folder) has 'truth.jsonl' or 'truth.jsonl.zst'")
            }
            var answers: [RecallAnswer] = []
            for folder in folders { answers.append(try await answer(folder)) }
            if json { return try Console.answer(json: answers) }
            for answer in answers { try Console.answer(answer.text) }
            if answers.count > 1 { try Console.answer(RecallAnswer.matrix(answers)) }
        }

        /// The folders with a truth in them: `folder` itself, or those in it.
        private static func runs(in folder: String) -> [String] {
            if truth(in: folder) != nil { return [folder] }
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.sorted().map { folder + "/" + $0 }.filter { truth(in: $0) != nil }
        }

        private static func truth(in folder: String) -> String? {
            ["truth.jsonl", "truth.jsonl.zst", "truth.jsonl.gz"].map { folder + "/" + $0 }
                .first { FileManager.default.fileExists(atPath: $0) }
        }

        private func answer(_ folder: String) async throws -> RecallAnswer {
            let truth: AttackTruth
            do throws(AttackTruth.Problem) {
                truth = try AttackTruth(path: Self.truth(in: folder) ?? "")
            } catch {
                throw Failure(.usage, error.description)
            }
            let temporary = FileManager.default.temporaryDirectory.appending(path: "recall-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: temporary) }
            let locations = try options.locations()
            var audit = AuditOptions(
                inputs: [InputGroup([folder + "/logs"])],
                databasePath: temporary + "/recall.db",
                rulePaths: locations.rulePaths,
                formatFolders: locations.formatFolders
            )
            audit.placeholders = locations.placeholders
            audit.zones = try AuditCommand.zones(timeZone)
            // All matches have to come by.
            audit.checkpointLines = .max
            audit.checkpointMicroseconds = .max
            let matches = Matches()
            var run = AuditRun(audit, progress: RunProgress(), now: { Clock.microseconds })
            run.watch = { rule, match in
                guard !match.evidence.isEmpty else { return }
                matches.all.append((rule.name, rule.sigma.tags, rule.level, match.evidence))
            }
            run.inspect = { event, row, source in
                let fields = [CanonicalField.ip, .httpPath, .clientID].compactMap { field in
                    row.text(row[field.rawValue]).map { NamedValue(name: field.name, value: $0) }
                }
                matches.events.append(RuleRecall.Event(time: event.time, source: source, fields: fields))
            }
            let summary: RunSummary
            do throws(AuditError) { summary = try await run.execute() } catch { throw Failure(error) }
            return try ReportCommand.stored { () throws(StoreError) -> RecallAnswer in
                let database = try AuditDatabase.open(path: audit.databasePath, access: .read)
                let (findings, reasons) = try database.read { reader in
                    (try reader.findings(.run(summary.run)), try Self.obstacles(reader, summary.run))
                }
                try database.close()
                let rules = run.rules.map { rule in
                    RuleRecall.Rule(name: rule.name, tags: rule.sigma.tags, obstacles: reasons[rule.name] ?? [:])
                }
                return RecallAnswer(
                    folder.split(separator: "/").last.map(String.init) ?? folder,
                    RuleRecall(truth, matches: matches.all, events: matches.events, rules: rules),
                    outside: findings.filter { $0.level >= .medium }.compactMap { RecallAnswer.Outside($0, truth) },
                    incomplete: summary.incomplete
                )
            }
        }

        /// Why rules were not evaluable, by name and source.
        private static func obstacles(_ reader: AuditReader, _ run: RunID) throws -> [String: [String: String]] {
            try reader.notEvaluable(run).reduce(into: [:]) { reasons, group in
                for name in group.ruleNames { reasons[name, default: [:]][group.source] = group.reason }
            }
        }
    }
}

/// The matches and events of one run.
private final class Matches {
    var all: [(rule: String, tags: [String], level: FindingLevel, evidence: [Evidence])] = []
    var events: [RuleRecall.Event] = []
}
