// One thing an authorization server said happened.

public import FieldRows

/// The scalars of an event; its fields are a row of slices in its ``EventBatch``.
public struct AuthEvent: BitwiseCopyable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public var time: Int64 = 0
    /// Line number in the decompressed input, from 1.
    public var lineNumber: Int64 = 0
    /// Offset of the line's first byte in the decompressed input.
    public var byteOffset: Int64 = 0
    /// Canonical fields with a value, one bit per ``CanonicalField``.
    public var present: UInt64 = 0
    // Group keys are made for kinds that lineage follows only, see ``EventKind/isFollowed``.

    /// Group key of `client_id`; zero when absent.
    public var client: UInt64 = 0
    /// Group key of `sid`; zero when absent.
    public var session: UInt64 = 0
    /// Group key of `sub`, or of `username` if that is absent; zero when both are.
    public var user: UInt64 = 0
    /// Group key of the address's network; zero when absent.
    public var network: UInt64 = 0
    /// Group key of `user_agent`; zero when absent.
    public var userAgent: UInt64 = 0
    /// Group key of `redirect_uri`; zero when absent.
    public var redirectURI: UInt64 = 0
    /// Group key of `cnf`; zero when absent.
    public var confirmation: UInt64 = 0
    /// Group key of `scope`, or of `scope_requested` if that is absent or empty, as written; zero when absent.
    public var scope: UInt64 = 0
    /// Key of the server's identifier of the record, for sources that may deliver one twice; zero without one.
    public var identity: UInt64 = 0
    /// Whether the line was counted with an event before this one.
    public var isSecond = false
    /// First byte of the line in the batch's block.
    public var lineStart: UInt32 = 0
    /// Number of bytes in the line.
    public var lineCount: UInt32 = 0
    /// What happened.
    public var kind = EventKind.other
    /// How it ended.
    public var outcome = EventOutcome.unknown
    /// The server's own statement.
    public var verdict = ServerVerdict.none
    /// The grant type lineage cares for; `nil` for others and for none.
    public var grantType: GrantType?

    /// An event with nothing in it yet.
    public init() {}

    /// Whether the canonical `field` has a value other than `null`.
    @inlinable
    public func has(_ field: CanonicalField) -> Bool { present & 1 << UInt64(field.rawValue) != 0 }

    /// The line in the batch's block.
    @inlinable
    public var line: FieldSlice {
        FieldSlice(.string, .line, offset: Int(lineStart), count: Int(lineCount))
    }
}
