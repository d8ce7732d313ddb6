// What one run knows that the next one needs, as the database keeps it.

/// A piece of state: bytes that only whoever made them understands.
public struct StateSegment: Sendable, Equatable {
    /// What it is about: the name of a table of lineage, for example.
    public var part: String
    /// Segments of a part whose generation is older than the one before the current are forgotten.
    public var generation: Int64
    /// Whether segments of the same part and generation that were kept before are to be forgotten.
    public var replacesEarlier: Bool
    /// Number of records in it.
    public var records: Int64
    /// The records.
    public var bytes: [UInt8]

    /// A segment from its parts.
    public init(part: String, generation: Int64, replacesEarlier: Bool, records: Int64, bytes: [UInt8]) {
        self.part = part
        self.generation = generation
        self.replacesEarlier = replacesEarlier
        self.records = records
        self.bytes = bytes
    }
}

/// What there is to know of some parts of state besides their segments.
public struct StateHeader: Sendable, Equatable {
    /// What it is about.
    public var name: String
    /// Bytes that only whoever made them understands.
    public var bytes: [UInt8]

    /// A header from its parts.
    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}
