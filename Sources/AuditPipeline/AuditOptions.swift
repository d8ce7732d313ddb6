// Every knob of an audit with its default and its bound.

public import AuthEvents
public import ByteStreams
public import ClientRegistry
public import Detections
public import GrantLineage
public import LogFormats
public import NetworkPlaces

/// What to audit, with what, and within which limits.
public struct AuditOptions: Sendable {
    /// What to read.
    public var inputs: [InputGroup]
    /// The database file.
    public var databasePath: String
    /// Folders or files with Sigma rules.
    public var rulePaths: [String]
    /// Folders with format files; a later one's format replaces one of the same name.
    public var formatFolders: [String]
    /// The span of event time to look at.
    public var range = TimeRange()
    /// Inputs decoded at the same time as events are judged; 1 does everything in turn.
    public var jobs = 2
    /// Bounds for reading.
    public var limits = InputLimits(blockBytes: 1 << 18)
    /// How far events of one input may be out of order, in microseconds of event time.
    public var latenessMicroseconds: Int64 = 5_000_000
    /// A run stores what it has found, and goes on, after so much time.
    public var checkpointMicroseconds: Int64 = 60_000_000
    /// The same, after so many lines.
    public var checkpointLines: Int64 = 50_000_000
    /// Share of an input's lines that may be rejected before the audit counts as incomplete.
    public var rejectedShareMax = 0.001
    /// The level from which on findings make the exit status 1; `nil` for none.
    public var failOn: FindingLevel?
    /// Bytes that the windows of correlations may hold together.
    public var windowMemoryMax = DetectionEngine.windowMemoryMax
    /// Bytes that findings and their evidence may hold together.
    public var findingMemoryMax = DetectionEngine.findingMemoryMax
    /// How much of grants is remembered, and for how long.
    public var lineageLimits = LineageLimits()
    /// The zone of times that name none, by format; under an empty name that of all others in groups without one.
    public var zones: [String: LocalZone] = [:]
    /// The date of lines that say none, in microseconds of its midnight; `nil` for that of the file.
    public var date: Int64?
    /// Values for the placeholders of rules (Sigma `expand`).
    public var placeholders: [String: [String]] = [:]
    /// What is known of clients, if anything is.
    public var clientRegistry: ClientRegistry?
    /// What is known of where networks are, if anything is.
    public var places: NetworkPlaces?
    /// The fingerprint key that a new database gets; `nil` for a random one.
    public var fingerprintKey: FingerprintKey?
    /// Version of the tool, for the run's record.
    public var toolVersion = "0"
    /// The command line, for the run's record.
    public var arguments: [String] = []

    /// What the times of `format` in `file` are read by.
    func time(_ format: FormatFile?, in file: InputFile) -> TimeSettings {
        var settings = TimeSettings()
        settings.date = date
        settings.modified = file.modificationTime
        guard let named = zone(format, in: file) ?? format?.timeZone else { return settings }
        settings.zone = named
        settings.isZoneNamed = true
        return settings
    }

    /// The zone that somebody has named for times of `format` in `file`.
    func zone(_ format: FormatFile?, in file: InputFile) -> LocalZone? {
        format.flatMap { zones[$0.name] } ?? inputs[file.group].zone ?? zones[""]
    }

    /// The format that somebody has named for `file`.
    func formatName(of file: InputFile) -> String? { inputs[file.group].formatName }

    /// Options with defaults for all but what to read, where to write, and which rules and formats to use.
    public init(inputs: [InputGroup], databasePath: String, rulePaths: [String], formatFolders: [String]) {
        self.inputs = inputs
        self.databasePath = databasePath
        self.rulePaths = rulePaths
        self.formatFolders = formatFolders
    }
}
