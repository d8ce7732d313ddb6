// One pass, first byte to last finding: the rooms in order.

import AuditStore
public import AuthEvents
import ByteStreams
import ClientRegistry
import Crypto
public import Detections
public import FieldRows
import LogFormats
import SigmaRules

/// An audit: rules and formats are loaded, inputs read, events judged, findings stored.
public struct AuditRun {
    private let options: AuditOptions
    private let progress: RunProgress
    private let now: @Sendable () -> Int64
    /// Told of each match of a rule while it goes on, checkpoints excepted; for whoever measures rules.
    public var watch: ((_ rule: DetectionRule, _ match: ObservedMatch) -> Void)?
    /// Shown each event, with the name of its format, before rules are asked about it; for the same.
    public var inspect: ((_ event: AuthEvent, _ row: borrowing FieldRow, _ source: String) -> Void)?
    /// The rules that make findings, once they are loaded.
    public private(set) var rules: [DetectionRule] = []
    private var diagnostics: [RunDiagnostic] = []
    private var incomplete: [String] = []
    /// What checkpoints have stored already.
    private var changedBefore = CommitSummary()

    /// A run with the given options; `now` tells the time in microseconds since 1970 for the run's record.
    public init(_ options: AuditOptions, progress: RunProgress, now: @escaping @Sendable () -> Int64) {
        self.options = options
        self.progress = progress
        self.now = now
    }

    /// Does all of it.
    public mutating func execute() async throws(AuditError) -> RunSummary {
        let loaded = RuleFolder.load(paths: options.rulePaths, placeholders: options.placeholders)
        note(loaded)
        guard !loaded.rules.isEmpty else {
            throw .configuration(
                what: "no usable rule in \(options.rulePaths.joined(separator: ", "))"
                    + diagnostics.map { "\n" + $0.text }.joined(),
                hint: "name a folder with Sigma rules with --rules"
            )
        }
        let layout = DetectionEngine.layout(for: loaded)
        let plans = try compileFormats(DetectionEngine.eventLayout(for: loaded))
        let envelopes = EnvelopeCatalog(folders: options.formatFolders)
        diagnostics += envelopes.errors.map { RunDiagnostic($0.description) }
        if !envelopes.errors.isEmpty { incomplete.append("\(envelopes.errors.count) envelope files cannot be used") }
        do {
            // In this order: a file that is no database of ours must not get a lock file beside it.
            let database = try AuditDatabase.open(path: options.databasePath, newKey: options.fingerprintKey)
            let lock = try RunLock(databasePath: options.databasePath)
            let summary = try await audit(loaded, layout, plans, envelopes, database)
            try database.close()
            lock.release()
            guard let summary else { throw AuditError.interrupted }
            return summary
        } catch let error as AuditError {
            throw error
        } catch let error as StoreError {
            throw .store(error)
        } catch {
            throw .configuration(what: "\(error)", hint: nil)
        }
    }

    private mutating func note(_ loaded: LoadedRules) {
        diagnostics += loaded.diagnostics.map { RunDiagnostic($0.description, isError: $0.severity == .error) }
        let count = loaded.rejected.count
        if count > 0 { incomplete.append("\(count) \(count == 1 ? "rule does" : "rules do") not compile") }
        let missing = loaded.diagnostics.count { $0.severity == .error } - loaded.rejected.flatMap(\.diagnostics).count
        if count == 0, missing > 0 { incomplete.append("not all rules could be read") }
    }

    private mutating func compileFormats(_ layout: FieldLayout) throws(AuditError) -> [CompiledFormat] {
        let catalog = FormatCatalog(folders: options.formatFolders)
        diagnostics += catalog.errors.map { RunDiagnostic($0.description) }
        let unusable = catalog.errors.count
        if unusable > 0 { incomplete.append("\(unusable) format \(unusable == 1 ? "file" : "files") cannot be used") }
        var plans: [CompiledFormat] = []
        for format in catalog.formats {
            do throws(FormatError) {
                plans.append(try CompiledFormat(format, layout: layout, isDerived: DetectionEngine.isDerived))
            } catch {
                diagnostics.append(RunDiagnostic(error.description))
                incomplete.append("format '\(format.name)' cannot be used")
            }
        }
        guard !plans.isEmpty else {
            throw .configuration(
                what: (options.formatFolders.isEmpty
                    ? "no folder with format files was found" : "no usable format file in ")
                    + options.formatFolders.joined(separator: ", ")
                    + diagnostics.map { "\n" + $0.text }.joined(),
                hint: "name a folder with format files with --formats"
            )
        }
        let names = options.inputs.compactMap(\.formatName)
        if let name = names.first(where: { name in !plans.contains { $0.format.name == name } }) {
            let known = plans.map(\.format.name).joined(separator: ", ")
            throw .configuration(what: "there is no format '\(name)'", hint: "known formats: \(known)")
        }
        return plans
    }

    /// The part between opening and closing the database; `nil` when interrupted.
    private mutating func audit(
        _ loaded: LoadedRules,
        _ layout: FieldLayout,
        _ plans: [CompiledFormat],
        _ envelopes: EnvelopeCatalog,
        _ database: AuditDatabase
    ) async throws -> RunSummary? {
        var newRun = NewRun(
            startedAt: now(),
            toolVersion: options.toolVersion,
            arguments: options.arguments,
            since: options.range.since == .min ? nil : options.range.since,
            until: options.range.until == .max ? nil : options.range.until
        )
        newRun.clientRegistrySHA256 = options.clientRegistry?.sha256
        let run = try database.begin(run: newRun)
        let sources = plans.map { SourceProfile($0.capabilities, logsource: $0.format.logsource) }
        let engine = DetectionEngine(
            rules: loaded,
            layout: layout,
            sources: sources,
            windowMemoryMax: options.windowMemoryMax,
            findingMemoryMax: options.findingMemoryMax,
            lineageLimits: options.lineageLimits,
            clientRegistry: options.clientRegistry,
            places: options.places,
            key: database.fingerprintKey
        )
        rules = engine.reportingRules
        try KeptLineage.restore(engine, from: database)
        try KeptWindows.restore(engine, from: database, notAfter: now())
        try database.record(rules: engine.rules.map(Self.record))
        let discovery = InputDiscovery(
            groups: options.inputs.map(\.paths),
            unreadable: options.inputs.flatMap(\.unreadable),
            except: database.filePaths
        )
        let facts = LogFacts(engine, database, options)
        try facts.restore()
        var inputs = try scout(discovery.files, plans, envelopes, database)
        facts.begin(&inputs)
        var merge = EventMerge(
            inputs.filter { $0.skipped == nil },
            options: options,
            plans: plans,
            members: envelopes.members,
            key: database.fingerprintKey,
            startedAt: newRun.startedAt,
            progress: progress
        )
        let inspect = inspect
        let observe = watch.map { watch in { (match: ObservedMatch) in watch(engine.rules[match.rule], match) } }
        var checkpoints = RunCheckpoints(run, engine, facts, database, options, now: now)
        let completed = await merge.run { batch, rows, input in
            let mayRepeat = input.mayRepeat(before: engine.restoredNewest)
            engine.process(
                batch,
                rows,
                source: batch.source,
                input: input.number,
                mayRepeat: mayRepeat,
                observe: observe,
                inspect: Self.inspecting(inspect, engine.sources[batch.source].name)
            )
            facts.observe(batch, rows, input)
        } pause: { [progress] lines in
            progress.update(lines: lines, findings: engine.findingCount)
            return progress.shouldStop ? .stop : checkpoints.isDue(lines) ? .store : .goOn
        } store: { merge, time in
            checkpoints.store(merge, before: time)
        }
        if let failure = checkpoints.failure { throw failure }
        changedBefore = checkpoints.changes
        guard completed, !progress.shouldStop else {
            var outcome = RunOutcome(run: run, status: .interrupted, exitStatus: 130, finishedAt: now())
            outcome.changedBefore = changedBefore
            _ = try database.commit(outcome)
            return nil
        }
        let records = account(inputs, merge, discovery)
        facts.judge(merge.finished)
        facts.judgeRest(inputs)
        return try store(run, engine, facts, records, loaded, discovery, database)
    }

    private static func inspecting(
        _ inspect: ((AuthEvent, borrowing FieldRow, String) -> Void)?,
        _ source: String
    ) -> ((AuthEvent, borrowing FieldRow) -> Void)? {
        guard let inspect else { return nil }
        return { event, row in inspect(event, row, source) }
    }

    private func scout(
        _ files: [InputFile],
        _ plans: [CompiledFormat],
        _ envelopes: EnvelopeCatalog,
        _ database: AuditDatabase
    ) throws(AuditError) -> [ScoutedInput] {
        let scout = InputScout(
            options: options,
            plans: plans,
            envelopes: envelopes,
            key: database.fingerprintKey,
            database: database
        )
        var inputs: [ScoutedInput] = []
        for (index, file) in files.enumerated() where !progress.shouldStop {
            inputs.append(try scout.scout(file, number: index + 1))
        }
        if !progress.shouldStop { scout.markDuplicates(&inputs) }
        return inputs
    }

    /// What became of each input, and what of it makes the audit incomplete.
    private mutating func account(
        _ inputs: [ScoutedInput],
        _ merge: EventMerge,
        _ discovery: InputDiscovery
    ) -> [InputRecord] {
        var records = merge.finished.map { $0.record() }
        for (input, error) in merge.unreadable {
            var record = InputRecord(
                number: input.number,
                path: input.file.path,
                status: .unreadable,
                reason: error.what
            )
            input.describe(&record, format: nil)
            records.append(record)
        }
        for input in inputs {
            guard let (status, reason) = input.skipped else { continue }
            var record = InputRecord(number: input.number, path: input.file.path, status: status, reason: reason)
            input.describe(&record, format: nil)
            records.append(record)
        }
        incomplete += records.compactMap(problem)
        let named = Set(options.inputs.flatMap(\.paths))
        for (offset, skipped) in discovery.skipped.enumerated() {
            let isMissing = skipped.cause == .missing || skipped.cause == .unreadable
            let record = InputRecord(
                number: inputs.count + offset + 1,
                path: skipped.path,
                status: isMissing ? .unreadable : .skipped,
                reason: skipped.reason
            )
            records.append(record)
            if let problem = problem(record) { incomplete.append(problem) }
            // In a folder a socket or pipe is no log; whoever names one means it.
            if skipped.cause == .notRegularFile, named.contains(skipped.path) {
                incomplete.append("\(skipped.path): \(skipped.reason); pipe it in and name it '-'")
            }
        }
        return records.sorted { $0.number < $1.number }
    }

    private func problem(_ record: InputRecord) -> String? {
        switch record.status {
        case .damaged, .unreadable, .unrecognized:
            return "\(record.path): \(record.reason ?? record.status.rawValue)"
        default:
            let allowed = Double(record.lines) * options.rejectedShareMax
            guard Double(record.rejected) > allowed else { return nil }
            return "\(record.path): \(record.rejected) of \(record.lines) lines could not be read"
        }
    }

    /// Writes everything in one transaction.
    private mutating func store(
        _ run: RunID,
        _ engine: DetectionEngine,
        _ facts: LogFacts,
        _ inputs: [InputRecord],
        _ loaded: LoadedRules,
        _ discovery: InputDiscovery,
        _ database: AuditDatabase
    ) throws(StoreError) -> RunSummary {
        engine.finish(observe: watch.map { watch in { watch(engine.rules[$0.rule], $0) } })
        incomplete += engine.restrictions.sorted { $0.key < $1.key }.map { "\(engine.rules[$0.key].name): \($0.value)" }
        let events = inputs.reduce(0) { $0 + $1.events }
        if Double(engine.lateEvents) > Double(events) * options.rejectedShareMax {
            let allowed = options.latenessMicroseconds / 1_000_000
            incomplete.append("\(engine.lateEvents) of \(events) events came more than \(allowed) s after later ones")
        }
        var outcome = RunOutcome(
            run: run,
            status: incomplete.isEmpty ? .complete : .incomplete,
            // What is missing weighs more than what was found.
            exitStatus: incomplete.isEmpty ? 0 : 2,
            finishedAt: now()
        )
        outcome.inputsGiven = Int64(discovery.files.count + discovery.skipped.count)
        outcome.rulesGiven = Int64(loaded.rules.count + loaded.rejected.count)
        outcome.lateEvents = engine.lateEvents + engine.backdatedEvents
        outcome.peakMemoryBytes = ProcessMemory.peakBytes
        outcome.inputs = inputs
        outcome.failOn = options.failOn
        outcome.findings = engine.findings
        outcome.explanations = engine.takeExplanations()
        outcome.ruleStatuses = ruleStatuses(engine)
        outcome.rejectedRules = loaded.rejected.map(Self.record)
        outcome.suppressions = suppressions(engine)
        outcome.correlationGaps = correlationGaps(engine)
        outcome.coverage = coverage(engine)
        outcome.changedBefore = changedBefore
        let hasLearnt = events > 0
        let changes = try database.commit(outcome) { writer in
            if hasLearnt { try KeptState.write(engine, facts, to: writer) }
        }
        return RunSummary(
            run: run,
            incomplete: incomplete,
            worstLevel: changes.worstLevel,
            exitStatus: outcome.exitStatus(worst: changes.worstLevel),
            changes: changes,
            diagnostics: diagnostics
        )
    }

    /// Every rule is told of, even when there was no event at all.
    private func ruleStatuses(_ engine: DetectionEngine) -> [RuleStatusRecord] {
        let evaluations = engine.evaluations.map {
            RuleStatusRecord(
                ruleID: engine.rules[$0.rule].id,
                source: engine.sources[$0.source].name,
                notEvaluableReason: $0.reason
            )
        }
        guard evaluations.isEmpty else { return evaluations }
        return engine.rules.indices.map { rule in
            let isJudged = engine.factCount > 0 && engine.isAboutLogs(rule)
            return RuleStatusRecord(
                ruleID: engine.rules[rule].id,
                source: "none",
                notEvaluableReason: isJudged ? nil : "no event was read"
            )
        }
    }

    private func suppressions(_ engine: DetectionEngine) -> [SuppressionRecord] {
        zip(engine.suppressions, engine.filterEffects).map { filter, effect in
            var record = SuppressionRecord(
                filterID: filter.identity,
                title: filter.title,
                file: filter.file
            )
            record.owner = filter.owner
            record.approvedBy = filter.approvedBy
            record.expires = filter.expires
            record.rules = Int64(filter.ruleIndices.count)
            record.suppressed = effect.suppressed
            record.expired = effect.expired
            return record
        }
    }

    private func correlationGaps(_ engine: DetectionEngine) -> [CorrelationGapRecord] {
        let gaps: [(CorrelationGapRecord.Cause, [Int: Int64])] = [
            (.missingField, engine.excludedMatches), (.windowOpen, engine.undecidedWindows),
            (.lateMatch, engine.lateMatches),
        ]
        return gaps.flatMap { cause, counts in
            counts.sorted { $0.key < $1.key }.map { rule, count in
                CorrelationGapRecord(
                    ruleID: engine.rules[rule].id,
                    ruleName: engine.rules[rule].name,
                    cause: cause,
                    count: count
                )
            }
        }
    }

    private func coverage(_ engine: DetectionEngine) -> [SourceCoverageRecord] {
        zip(engine.sources, engine.coverage).flatMap { source, coverage in
            EventKind.allCases.flatMap { kind in
                EventOutcome.allCases.compactMap { outcome in
                    let count = coverage[kind, outcome]
                    guard count > 0 else { return nil }
                    return SourceCoverageRecord(
                        source: source.name,
                        kind: kind.name,
                        outcome: outcome.name,
                        count: count
                    )
                }
            }
        }
    }

    private static func record(_ rule: DetectionRule) -> RuleRecord {
        let digest = SHA256.hash(data: Array(rule.sigma.text.utf8))
        var record = RuleRecord(
            id: rule.id,
            name: rule.name,
            title: rule.sigma.title,
            level: rule.level,
            file: rule.sigma.file,
            sha256: String(hexadecimal: digest),
            text: rule.sigma.text
        )
        record.status = rule.sigma.status?.rawValue
        record.tags = rule.sigma.tags
        record.description = rule.sigma.description
        record.references = rule.sigma.references
        record.nextStep = rule.next
        return record
    }

    private static func record(_ rejected: RejectedRule) -> RejectedRuleRecord {
        let first = rejected.diagnostics.first { $0.severity == .error } ?? rejected.diagnostics.first
        return RejectedRuleRecord(
            file: rejected.file,
            line: first?.line,
            column: first?.column,
            message: first?.message ?? "does not compile",
            hint: first?.hint
        )
    }
}
