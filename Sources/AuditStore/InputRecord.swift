// An input: one file given to a run, and what became of its lines.

/// What became of a file.
public enum InputStatus: String, CaseIterable, Sendable {
    /// Read to its end.
    case read
    /// Left out on purpose.
    case skipped
    /// Read up to a damaged place.
    case damaged
    /// Could not be opened or read.
    case unreadable
    /// No format fits it.
    case unrecognized
    /// An earlier run read the same content.
    case alreadyAudited = "already_audited"

    /// Whether its lines were read, at least in part.
    public var wasRead: Bool { self == .read || self == .damaged }
}

/// One file of a run.
public struct InputRecord: Sendable {
    /// The number by which evidence refers to it within the run.
    public var number: Int
    /// The path as given.
    public var path: String
    /// What became of it.
    public var status: InputStatus
    /// Why, if it was not simply read.
    public var reason: String?
    /// `plain`, `gzip` or `zstd`.
    public var compression = "plain"
    /// Name of the format that read it.
    public var format: String?
    /// How well the format fitted, from 0 to 1.
    public var formatScore: Double?
    /// Character encoding.
    public var encoding: String?
    /// Time zone assumed where the log names none.
    public var timeZone: String?
    /// Where the time zone comes from, such as `log`, `format` or `option`.
    public var zoneSource: String?
    /// Offset in the compressed file at which it is damaged.
    public var damageCompressedOffset: Int64?
    /// Offset in the decompressed input at which it is damaged.
    public var damageOffset: Int64?
    /// Number of decompressed bytes.
    public var byteCount: Int64 = 0
    /// CRC-64 of all decompressed bytes.
    public var crc64: UInt64?
    /// SHA-256 of the first decompressed bytes, in hexadecimal.
    public var headSHA256: String?
    /// Number of lines read.
    public var lines: Int64 = 0
    /// Lines that became events.
    public var events: Int64 = 0
    /// Lines that could not be understood.
    public var rejected: Int64 = 0
    /// Lines that are no authorization events.
    public var ignored: Int64 = 0
    /// Events that were delivered before; part of ``ignored``.
    public var duplicates: Int64 = 0
    /// Time of the earliest event, in microseconds since 1970-01-01T00:00:00Z.
    public var firstEventAt: Int64?
    /// Time of the latest event, in microseconds since 1970-01-01T00:00:00Z.
    public var lastEventAt: Int64?
    /// Events from this time on have not been judged yet; `nil` once all have.
    public var judgedUntil: Int64?
    /// ``rejected`` and ``ignored`` by reason.
    public var counts: [LineCountRecord] = []
    /// Some of the rejected lines, for people to look at.
    public var rejectedLines: [RejectedLineRecord] = []

    /// An input of which nothing was read yet.
    public init(number: Int, path: String, status: InputStatus, reason: String? = nil) {
        self.number = number
        self.path = path
        self.status = status
        self.reason = reason
    }
}

/// Why a line is no event.
public enum LineFate: String, CaseIterable, Sendable {
    /// It could not be understood.
    case rejected
    /// It is understood and no authorization event.
    case ignored
}

/// How many lines of an input were rejected or ignored for one reason.
public struct LineCountRecord: Hashable, Sendable {
    /// What happened to the lines.
    public var what: LineFate
    /// Why, such as `not_json`.
    public var reason: String
    /// Number of lines.
    public var count: Int64

    /// A count from its parts.
    public init(what: LineFate, reason: String, count: Int64) {
        self.what = what
        self.reason = reason
        self.count = count
    }
}

/// A line that could not be understood.
public struct RejectedLineRecord: Hashable, Sendable {
    /// How many lines are stored for an input and reason.
    public static let perReasonMax = 100

    /// Line number in the decompressed input, from 1.
    public var line: Int64
    /// Offset of the line's first byte in the decompressed input.
    public var byteOffset: Int64
    /// Why, such as `not_json`.
    public var reason: String
    /// The line as read; it is masked and cut when it is stored.
    public var sample: String

    /// A rejected line from its parts.
    public init(line: Int64, byteOffset: Int64, reason: String, sample: String) {
        self.line = line
        self.byteOffset = byteOffset
        self.reason = reason
        self.sample = sample
    }
}

/// An input that an earlier run has judged, to its end or up to a time.
public struct KnownInput: Hashable, Sendable {
    /// The path it had then.
    public let path: String
    /// Number of decompressed bytes read.
    public let byteCount: Int64
    /// CRC-64 of these bytes.
    public let crc64: UInt64
    /// Name of the format it was read with.
    public let format: String?
    /// The run that read it.
    public let run: RunID
    /// First instant that run looked at; `nil` for no limit.
    public let since: Int64?
    /// First instant that run did not look at any more; `nil` for no limit.
    public let until: Int64?
    /// The number by which the database knows it.
    public let id: Int64
    /// Time of the earliest event that the run has read of it.
    public let firstEventAt: Int64?
    /// Time of the latest event that the run has read of it.
    public let lastEventAt: Int64?
}
