// Reads runs.

import GRDB

/// A run as stored.
public struct StoredRun: Equatable, Sendable {
    /// The run's number.
    public let id: RunID
    /// When it began, in microseconds since 1970-01-01T00:00:00Z.
    public let startedAt: Int64
    /// When it ended, in microseconds since 1970-01-01T00:00:00Z; nil if it has not, or died.
    public let finishedAt: Int64?
    /// How far it got.
    public let status: RunStatus
    /// The exit status of its process.
    public let exitStatus: Int?
    /// The version of the program that ran.
    public let toolVersion: String
    /// The command line without the program's name.
    public let arguments: [String]
    /// Events before this time were not judged, in microseconds since 1970-01-01T00:00:00Z.
    public let since: Int64?
    /// Events from this time on were not judged, in microseconds since 1970-01-01T00:00:00Z.
    public let until: Int64?
    /// SHA-256 of the client registry that events were judged by, in hexadecimal digits; nil if there was none.
    public let clientRegistrySHA256: String?
    /// Number of files that were to be read.
    public let inputsGiven: Int64
    /// Number of rules that were to be evaluated.
    public let rulesGiven: Int64
    /// Lines of all its inputs.
    public let lines: LineAccount
    /// Events that came after later ones had been judged.
    public let lateEvents: Int64
    /// Findings it wrote.
    public let findingsNew: Int64
    /// Known findings it added to.
    public let findingsExtended: Int64
    /// The most memory its process used.
    public let peakMemoryBytes: Int64?
    /// The size of the database behind it.
    public let databaseBytes: Int64?
}

/// What became of lines: `lines` = `events` + `rejected` + `ignored`.
public struct LineAccount: Equatable, Sendable {
    /// Lines read.
    public let lines: Int64
    /// Lines that became events.
    public let events: Int64
    /// Lines that could not be understood.
    public let rejected: Int64
    /// Lines that are no authorization events.
    public let ignored: Int64
    /// Events that were delivered before; part of `ignored`.
    public let duplicates: Int64

    /// Whether every line is accounted for.
    public var holds: Bool { lines == events + rejected + ignored }

    /// An account from its parts.
    public init(lines: Int64, events: Int64, rejected: Int64, ignored: Int64, duplicates: Int64 = 0) {
        self.lines = lines
        self.events = events
        self.rejected = rejected
        self.ignored = ignored
        self.duplicates = duplicates
    }

    /// Five columns of `row` in the order of the members, from `column` on.
    init(_ row: Row, at column: Int) {
        self.init(
            lines: row[column],
            events: row[column + 1],
            rejected: row[column + 2],
            ignored: row[column + 3],
            duplicates: row[column + 4]
        )
    }
}

extension AuditReader {
    /// All runs, oldest first; or the one of `scope`.
    public func runs(_ scope: RunScope = .all) throws -> [StoredRun] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT id, started_at, finished_at, status, exit_status, tool_version, arguments, since, until,
                    inputs_given, rules_given, lines, events, rejected, ignored, duplicates, late_events,
                    findings_new, findings_extended, peak_memory_bytes, database_bytes, client_registry_sha256
                FROM runs WHERE :run IS NULL OR id = :run ORDER BY id
                """,
            arguments: ["run": scope.key]
        )
        .map(StoredRun.init)
    }

    /// Bytes of the database behind the last run before `run` that has ended.
    public func databaseBytes(before run: RunID) throws -> Int64? {
        let sql = "SELECT database_bytes FROM runs WHERE id < ? AND database_bytes IS NOT NULL ORDER BY id DESC LIMIT 1"
        return try Int64.fetchOne(database, sql: sql, arguments: [run.rawValue])
    }

    /// The run that was begun last.
    public func latestRun() throws -> StoredRun? {
        guard let id = try Int64.fetchOne(database, sql: "SELECT max(id) FROM runs") else { return nil }
        return try runs(.run(RunID(rawValue: id))).first
    }

    /// When the last complete run ended, in microseconds since 1970-01-01T00:00:00Z; nil if there is none.
    public func latestCompleteEnd() throws -> Int64? {
        try Int64.fetchOne(database, sql: "SELECT max(finished_at) FROM runs WHERE status = 'complete'")
    }
}

extension StoredRun {
    fileprivate init(_ row: Row) {
        id = RunID(rawValue: row[0])
        startedAt = row[1]
        finishedAt = row[2]
        // The schema allows no other word.
        status = RunStatus(rawValue: row[3]) ?? .failed
        exitStatus = row[4]
        toolVersion = row[5]
        arguments = JSONText.strings(in: row[6])
        since = row[7]
        until = row[8]
        inputsGiven = row[9]
        rulesGiven = row[10]
        lines = LineAccount(row, at: 11)
        lateEvents = row[16]
        findingsNew = row[17]
        findingsExtended = row[18]
        peakMemoryBytes = row[19]
        databaseBytes = row[20]
        clientRegistrySHA256 = row[21]
    }
}
