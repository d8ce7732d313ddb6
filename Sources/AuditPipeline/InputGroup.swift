// Inputs that are read alike.

public import ByteStreams
public import LogFormats

/// Paths with what is known of the logs there.
public struct InputGroup: Sendable {
    /// Files, directories or `-`.
    public var paths: [String]
    /// What could not be looked into for them, so that they may not be all.
    public var unreadable: [SkippedInput] = []
    /// The format of all of them; `nil` to tell it from their content.
    public var formatName: String?
    /// The zone of times that name none, unless ``AuditOptions/zones`` has one for their format; `nil` for that of the
    /// whole audit or of the format.
    public var zone: LocalZone?

    /// A group from its parts.
    public init(_ paths: [String], formatName: String? = nil, zone: LocalZone? = nil) {
        self.paths = paths
        self.formatName = formatName
        self.zone = zone
    }
}
