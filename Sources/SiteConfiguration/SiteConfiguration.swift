// What a site audits, with what, and how, as its configuration file says.

public import ByteStreams
public import Detections
public import LogFormats

/// The content of a `grantaudit.yml`; what the file leaves out is `nil` or empty.
public struct SiteConfiguration: Sendable {
    /// Logs that are read alike.
    public struct Input: Sendable {
        /// Files, folders and patterns (`glob(7)`), absolute or below the configuration file's folder.
        public var paths: [PathPattern] = []
        /// Name of the format of these logs.
        public var format: String?
        /// The zone of times that name none.
        public var timeZone: LocalZone?
    }

    /// How long what is kept, in seconds.
    ///
    /// What is `nil` is kept for as long as the database lasts.
    public struct Retention: Sendable {
        /// Findings, since they were last seen.
        public var findings: Int?
        /// Evidence, since its finding was last seen.
        public var evidence: Int?
        /// Samples of rejected lines, since the run began.
        public var rejectedLines: Int?
        /// What runs have checked, since they began.
        public var runDetails: Int?
        /// Seconds without news after which what is known of grants goes.
        public var state: Int?
    }

    /// The database.
    public var database: String?
    /// The logs to read.
    public var inputs: [Input] = []
    /// Folders and files with Sigma rules.
    public var rules: [String] = []
    /// Folders and files with Sigma filters.
    public var suppressions: [String] = []
    /// Further folders with format files.
    public var formats: [String] = []
    /// Values for the placeholders of rules.
    public var placeholders: [String: [String]] = [:]
    /// The file with the client registry.
    public var clientRegistry: String?
    /// Files that say where networks are.
    public var places: [String] = []
    /// The zone of times that name none, in all inputs that have none of their own.
    public var timeZone: LocalZone?
    /// Findings of this level or above make the exit status 1.
    public var failOn: FindingLevel?
    /// How long an authorization code is remembered after it was last seen, in seconds.
    public var codeLifetimeSeconds: Int?
    /// How long a grant is remembered after it was last seen, in seconds.
    public var grantLifetimeSeconds: Int?
    /// How long an access token is remembered after it was last seen, in seconds.
    public var accessTokenLifetimeSeconds: Int?
    /// How long must have been watched before anything counts as unusual, in seconds.
    public var learningSeconds: Int?
    /// How long what is kept.
    public var retention = Retention()
    /// How many things are done at once.
    public var jobs: Int?
    /// How far events of one input may be out of order, in microseconds of event time.
    public var latenessMicroseconds: Int64?
    /// Share of an input's lines that may be rejected before the audit counts as incomplete.
    public var rejectedShare: Double?
    /// Most bytes of a line.
    public var lineBytes: Int?
    /// Bytes that the windows of correlations may hold together.
    public var windowMemoryBytes: Int?
    /// Most bytes in which grants are remembered.
    public var lineageMemoryBytes: Int?
    /// Bytes that findings and their evidence may hold together.
    public var findingMemoryBytes: Int?

    /// A configuration that says nothing.
    public init() {}
}
