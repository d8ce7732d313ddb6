// `grantaudit audit`: reads logs, stores findings, shows a summary.

public import ArgumentParser
import AuditPipeline
import AuditStore
import ByteStreams
public import Detections
import Dispatch
import FoundationEssentials
import Glibc
import GrantLineage
import LogFormats
import Reports
import SiteConfiguration

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Audit log files and store the findings.",
        discussion: """
            EXAMPLE:
              grantaudit audit /var/log/keycloak --database audit.db
            """
    )

    @Argument(
        help: "Log files, folders with them, or '-' for standard input; zstd, gzip or plain.",
        completion: .file()
    )
    var paths: [String] = []

    @OptionGroup var databaseOptions: DatabaseOptions

    @OptionGroup var ruleOptions: RuleOptions

    @OptionGroup var registryOptions: RegistryOptions

    @Option(help: "The format of all inputs; told from their content by default.")
    var format: String?

    @Option(help: "Look only at events from this time on (ISO 8601).")
    var since: Instant?

    @Option(help: "Look only at events before this time (ISO 8601).")
    var until: Instant?

    @Option(
        help: "The zone of times that name none, such as Europe/Berlin or +01:00; FORMAT=ZONE for one format only."
    )
    var timeZone: [String] = []

    @Option(help: "The date of lines that say only a time, or no year (2026-01-05); that of the file by default.")
    var date: Instant?

    @Option(help: "Exit with 1 if there is a finding of this level or above: \(FindingLevel.list).")
    var failOn: FindingLevel?

    @Option(help: "How many things to do at once (default: 2).")
    var jobs: Int?

    @Option(help: "Mebibytes that the windows of correlations may hold together (default: 256).")
    var windowMemory: Int?

    @Option(help: "Mebibytes in which codes, tokens and grants are remembered (default: 834).")
    var lineageMemory: Int?

    @Option(
        help: "Share of an input's lines that may be rejected before the audit counts as incomplete (default: 0.001)."
    )
    var rejectedShare: Double?

    @Option(
        help: "File with 64 hexadecimal digits: the fingerprint key of a new database, to compare databases.",
        completion: .file()
    )
    var fingerprintKey: String?

    @Option(help: "File for the numbers of the run, in the text format of Prometheus.", completion: .file())
    var metricsFile: String?

    @Flag(help: "Print only what needs a person: what is incomplete, and new findings from --fail-on (or high) up.")
    var quiet = false

    @Flag(help: "Print the summary as JSON.")
    var json = false

    func validate() throws {
        guard jobs.map((1...256).contains) != false else { throw ValidationError("--jobs must be between 1 and 256") }
        guard windowMemory.map((1...1_048_576).contains) != false else {
            throw ValidationError("--window-memory must be at least 1")
        }
        guard lineageMemory.map((1...1_048_576).contains) != false else {
            throw ValidationError("--lineage-memory must be at least 1")
        }
        guard rejectedShare.map((0...1).contains) != false else {
            throw ValidationError("--rejected-share must be between 0 and 1")
        }
        if let since, let until, since >= until { throw ValidationError("--since must be before --until") }
        if quiet, json { throw ValidationError("--quiet and --json exclude each other") }
    }

    func run() async throws {
        let site = try ruleOptions.site.configuration()
        let options = try options(site)
        OpenFiles.allowAll()
        let progress = RunProgress()
        let signals = Interruption(progress)
        defer { signals.cancel() }
        let line = ProgressLine(progress, isShown: !quiet && Console.isInteractive)
        var run = AuditRun(options, progress: progress, now: { Clock.microseconds })
        let metrics = MetricsFile(metricsFile, database: options.databasePath)
        let summary: RunSummary
        do throws(AuditError) {
            summary = try await run.execute()
            line.stop()
        } catch {
            line.stop()
            if case .interrupted = error { Self.failure(of: metrics).map(Console.error) }
            throw Failure(error)
        }
        let unwritten = Self.failure(of: metrics)
        do {
            try quiet ? showWhatNeedsAPerson(summary, options) : show(summary, options)
        } catch let failure as Failure {
            throw failure.afterStoring(options.databasePath)
        }
        if let unwritten { throw unwritten }
        try finish(summary)
    }

    /// Writes the metrics, whatever else goes wrong; returns why they could not be written.
    private static func failure(of metrics: MetricsFile?) -> Failure? {
        do throws(Failure) {
            try metrics?.write()
            return nil
        } catch {
            return error
        }
    }

    /// What the command line says and, where that says nothing, the site's file.
    private func options(_ site: SiteConfiguration) throws -> AuditOptions {
        let locations = try ruleOptions.locations(site)
        var options = AuditOptions(
            inputs: try inputs(site),
            databasePath: try databaseOptions.path(site),
            rulePaths: locations.rulePaths,
            formatFolders: locations.formatFolders
        )
        options.placeholders = locations.placeholders
        options.clientRegistry = try registryOptions.registry(site)
        options.places = try registryOptions.places(site)
        options.take(site)
        options.range.since = since?.microseconds ?? .min
        options.range.until = until?.microseconds ?? .max
        options.take(zones: try Self.zones(timeZone))
        options.date = date?.microseconds
        if let jobs { options.jobs = jobs }
        if let rejectedShare { options.rejectedShareMax = rejectedShare }
        if let windowMemory { options.windowMemoryMax = windowMemory << 20 }
        if let lineageMemory { options.lineageLimits.fit(memoryBytes: lineageMemory << 20) }
        if let failOn { options.failOn = failOn }
        options.fingerprintKey = try fingerprintKey.map(KeyFile.read)
        options.toolVersion = ToolVersion.text
        options.arguments = Array(CommandLine.arguments.dropFirst())
        return options
    }

    private func inputs(_ site: SiteConfiguration) throws -> [InputGroup] {
        if !paths.isEmpty { return [InputGroup(paths, formatName: format)] }
        let groups = site.inputs.map { input in
            let found = PathExpansion(input.paths)
            var group = InputGroup(found.paths, formatName: format ?? input.format, zone: input.timeZone)
            group.unreadable = found.unreadable
            return group
        }
        guard !groups.isEmpty else {
            throw Failure(
                .usage,
                "nothing to audit",
                hint: "name files, folders or '-', or a file with 'inputs' with --config"
            )
        }
        return groups
    }

    /// The zones that `texts` name, by format.
    static func zones(_ texts: [String]) throws -> [String: LocalZone] {
        var zones: [String: LocalZone] = [:]
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard let name = parts.last, let zone = LocalZone(name) else {
                throw Failure(
                    .usage,
                    "unknown time zone '\(text)'",
                    hint: "write Europe/Berlin, +01:00 or keycloak=UTC"
                )
            }
            zones[parts.count > 1 ? parts[0] : ""] = zone
        }
        return zones
    }

    private func show(_ summary: RunSummary, _ options: AuditOptions) throws {
        for diagnostic in summary.diagnostics { Console.note(diagnostic.text) }
        try ReportCommand.show(options.databasePath, scope: .latestRun, format: json ? .json : .text)
    }

    /// On a night without news this says nothing.
    private func showWhatNeedsAPerson(_ summary: RunSummary, _ options: AuditOptions) throws {
        for diagnostic in summary.diagnostics where diagnostic.isError { Console.note(diagnostic.text) }
        for problem in summary.incomplete { Console.note("grantaudit: incomplete: " + problem) }
        let news = try ReportCommand.stored { () throws(StoreError) -> [String] in
            let stored = try AuditDatabase.open(path: options.databasePath, access: .read)
            let report = try NewFindingReport(database: stored, run: summary.run, atLeast: options.failOn ?? .high)
            try stored.close()
            return report.lines
        }
        for line in news { Console.note("grantaudit: " + line) }
    }

    private func finish(_ summary: RunSummary) throws {
        guard let status = ExitStatus(rawValue: summary.exitStatus), status != .success else { return }
        throw status
    }
}

extension AuditOptions {
    /// Takes over the zones that the command line names, by format; one for all formats replaces all that the site's
    /// file names, be it for a group.
    fileprivate mutating func take(zones named: [String: LocalZone]) {
        if named[""] != nil { for index in inputs.indices { inputs[index].zone = nil } }
        zones.merge(named) { $1 }
    }

    /// Takes over the limits that the site's file sets.
    fileprivate mutating func take(_ site: SiteConfiguration) {
        if let zone = site.timeZone { zones[""] = zone }
        failOn = site.failOn ?? failOn
        jobs = site.jobs ?? jobs
        limits.lineBytesMax = site.lineBytes ?? limits.lineBytesMax
        latenessMicroseconds = site.latenessMicroseconds ?? latenessMicroseconds
        rejectedShareMax = site.rejectedShare ?? rejectedShareMax
        windowMemoryMax = site.windowMemoryBytes ?? windowMemoryMax
        if let bytes = site.lineageMemoryBytes { lineageLimits.fit(memoryBytes: bytes) }
        findingMemoryMax = site.findingMemoryBytes ?? findingMemoryMax
        lineageLimits.codeLifetimeSeconds = site.codeLifetimeSeconds ?? lineageLimits.codeLifetimeSeconds
        lineageLimits.accessTokenLifetimeSeconds =
            site.accessTokenLifetimeSeconds ?? lineageLimits.accessTokenLifetimeSeconds
        lineageLimits.learningSeconds = site.learningSeconds ?? lineageLimits.learningSeconds
        lineageLimits.familyIdleSeconds = site.grantLifetimeSeconds ?? lineageLimits.familyIdleSeconds
    }
}

extension FindingLevel: ExpressibleByArgument {
    /// The level called `argument`.
    public init?(argument: String) { self.init(name: argument) }

    /// The names of the levels, for the help.
    public static var allValueStrings: [String] { allCases.map(\.name) }

    static var list: String { allCases.map(\.name).joined(separator: ", ") }
}
