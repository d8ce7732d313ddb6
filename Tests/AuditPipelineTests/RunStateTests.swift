// What a run refuses, what stops it, and what it leaves out on purpose.

import AuditPipeline
import AuditStore
import Detections
import Foundation
import LogFormats
import Testing

@Suite struct RunStateTests {
    @Test(arguments: [true, false]) func interruptedRunStoresNothing(_ isInterruptedBefore: Bool) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", Story.json.texts)
        let progress = RunProgress()
        if isInterruptedBefore { progress.interrupt() }
        let now: @Sendable () -> Int64 = {
            // The first time that is asked for is that of the run's beginning, before any line is read.
            progress.interrupt()
            return 1
        }
        var run = AuditRun(AuditBench.options([path], folder.database), progress: progress, now: now)
        do throws(AuditError) {
            _ = try await run.execute()
            Issue.record("the run was not interrupted")
        } catch {
            guard case .interrupted = error else { throw error }
        }
        let stored = try AuditBench.read(folder.database) { reader in
            (findings: try reader.findings(.all), inputs: try reader.inputs(.all), runs: try reader.runs())
        }
        #expect(stored.findings == [])
        #expect(stored.inputs == [])
        #expect(stored.runs.map(\.status) == [.interrupted])
        #expect(stored.runs.map(\.exitStatus) == [130])
        let next = try await AuditBench.audit([path], folder.database)
        #expect(next.inputs.map(\.status) == [.read])
        #expect(next.placedValues == (try await AuditBench.baseline(.json)).placedValues)
    }

    @Test func secondRunIsRefusedWhileOneHoldsTheDatabase() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", Story.json.texts)
        let lock = try RunLock(databasePath: folder.database)
        var run = AuditRun(AuditBench.options([path], folder.database), progress: RunProgress(), now: { 1 })
        do throws(AuditError) {
            _ = try await run.execute()
            Issue.record("two runs had the database")
        } catch {
            guard case .store(let cause) = error else { throw error }
            #expect(cause == .busy(path: folder.database, holder: getpid()))
        }
        lock.release()
        let next = try await AuditBench.audit([path], folder.database)
        #expect(next.inputs.map(\.status) == [.read])
    }

    @Test func badRuleLeavesTheOthersAlone() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", Story.json.texts)
        let rule = try folder.write("rules/bad.yml", ["title: Bad", "detection:", "    a: 1", "    condition: b"])
        let outcome = try await AuditBench.audit([path], folder.database) { $0.rulePaths.append(rule) }
        #expect(outcome.summary.incomplete == ["1 rule does not compile"])
        #expect(outcome.summary.diagnostics.contains { $0.text.hasPrefix(rule + ":") && $0.isError })
        #expect(outcome.placedValues == (try await AuditBench.baseline(.json)).placedValues)
        let rejected = try AuditBench.read(folder.database) { try $0.rejectedRules(outcome.summary.run) }
        #expect(rejected.map(\.file) == [rule])
        let account = try AuditBench.read(folder.database) { try $0.ruleAccount(outcome.run) }
        #expect(account.holds)
        #expect(account.rejected == 1)
    }

    @Test func findingsAtTheLevelAskedForAreInTheExitStatus() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", Story.json.texts)
        let worst = try #require(try await AuditBench.audit([path], folder.path + "/none.db").summary.worstLevel)
        for level in FindingLevel.allCases where level <= worst {
            let outcome = try await AuditBench.audit([path], folder.path + "/\(level).db") { $0.failOn = level }
            #expect(outcome.summary.exitStatus == 1)
            #expect(outcome.run.status == .complete)
        }
        for level in FindingLevel.allCases where level > worst {
            let outcome = try await AuditBench.audit([path], folder.path + "/\(level).db") { $0.failOn = level }
            #expect(outcome.summary.exitStatus == 0)
        }
        // What is missing weighs more.
        let incomplete = try await AuditBench.audit([path, folder.path + "/missing.log"], folder.path + "/missing.db") {
            $0.failOn = .informational
        }
        #expect(incomplete.summary.exitStatus == 2)
    }

    @Test func missingRuleFolderMakesTheRunIncomplete() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", Story.json.texts)
        let outcome = try await AuditBench.audit([path], folder.database) {
            $0.rulePaths.append(folder.path + "/no-rules")
        }
        #expect(outcome.summary.incomplete.count == 1)
        #expect(outcome.placedValues == (try await AuditBench.baseline(.json)).placedValues)
    }

    @Test func badFormatLeavesTheOthersAlone() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", Story.json.texts)
        try folder.write("formats/bad.yml", ["format: bad", "shapes: 7"])
        let outcome = try await AuditBench.audit([path], folder.database) {
            $0.formatFolders.append(folder.path + "/formats")
        }
        #expect(outcome.summary.incomplete == ["1 format file cannot be used"])
        #expect(outcome.placedValues == (try await AuditBench.baseline(.json)).placedValues)
    }

    @Test(arguments: [
        ("no usable rule in ", { @Sendable (options: inout AuditOptions) in options.rulePaths = ["/nowhere"] }),
        (
            "no usable format file in ",
            { @Sendable (options: inout AuditOptions) in options.formatFolders = ["/nowhere"] }
        ),
        ("there is no format 'x'", { @Sendable (options: inout AuditOptions) in options.inputs[0].formatName = "x" }),
    ])
    func runWithoutMeansIsRefused(_ start: String, _ change: @Sendable (inout AuditOptions) -> Void) async throws {
        let folder = try TemporaryFolder()
        var options = AuditBench.options([try folder.write("a.log", Story.json.texts)], folder.database)
        change(&options)
        var run = AuditRun(options, progress: RunProgress(), now: { 1 })
        do throws(AuditError) {
            _ = try await run.execute()
            Issue.record("the run was not refused")
        } catch {
            guard case .configuration(let what, let hint) = error else { throw error }
            #expect(what.hasPrefix(start))
            #expect(hint != nil)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.database), "a refused run made a database")
    }

    @Test func onlyTheSpanAskedForIsJudged() async throws {
        let story = Story.json
        let (since, until) = (story.lines[100].time, story.lines[200].time)
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", story.texts)
        let outcome = try await AuditBench.audit([path], folder.database) {
            $0.range.since = since * 1000
            $0.range.until = until * 1000
        }
        #expect(outcome.run.lines.events == 100)
        #expect(outcome.run.lines.ignored == Int64(story.lines.count - 100))
        #expect(outcome.inputs.first?.firstEventAt == since * 1000)
        #expect(outcome.inputs.first?.lastEventAt == story.lines[199].time * 1000)
        #expect(outcome.run.since == since * 1000)
        #expect(outcome.run.until == until * 1000)
        let part = try folder.write("part.log", Array(story.texts[100..<200]))
        let alone = try await AuditBench.audit([part], folder.path + "/part.db")
        #expect(outcome.values == alone.values)
        let counts = try AuditBench.read(folder.database) { try $0.lineCounts(.all) }
        #expect(Set(counts.map(\.reason)) == ["before --since", "not before --until"])
    }

    @Test func everyRuleIsAccountedFor() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", Story.keycloak.texts)
        for status in [InputStatus.read, .alreadyAudited] {
            let outcome = try await AuditBench.audit([path], folder.database)
            #expect(outcome.inputs.map(\.status) == [status])
            let account = try AuditBench.read(folder.database) { try $0.ruleAccount(outcome.run) }
            #expect(account.holds, "\(account)")
            #expect(account.given > 40)
        }
    }
}
