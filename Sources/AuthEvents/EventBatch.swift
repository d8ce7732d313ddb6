// Many events handed on at once; the unit that crosses rooms.

public import FieldRows

/// The events of one block of lines, with what became of every line.
public final class EventBatch: @unchecked Sendable {
    // Sendable by hand-over: filled by one decoding task, then read and released by the merge.

    /// Number of columns in each row.
    public let columns: Int
    /// The lines' bytes.
    public var block: ByteBlock
    /// Text that the decoder made.
    public let arena: ByteBlock
    /// The events in line order.
    public var events: [AuthEvent] = []
    /// ``columns`` slices per event.
    public let slices = RowBlock<FieldSlice>()
    /// One fingerprint per ``Artefact`` and event.
    public let fingerprints = RowBlock<TokenFingerprint>()
    /// Lines that no shape of the format could read.
    public var rejected: [RejectedLine] = []
    /// What became of the lines.
    public var tally = LineTally()
    /// Number of the format that read them, among all formats.
    public var source = 0
    /// What is known of the server that wrote them.
    public var traits = SourceTraits()

    /// An empty batch for rows of `columns` slices over the lines in `block`.
    public init(columns: Int, block: ByteBlock) {
        self.columns = columns
        self.block = block
        arena = ByteBlock(capacity: 1 << 16)
    }

    /// Empties the batch for the lines in `block`, keeping its memory.
    public func reset(block: ByteBlock) {
        self.block = block
        arena.truncate(to: 0)
        events.removeAll(keepingCapacity: true)
        slices.removeAll()
        fingerprints.removeAll()
        rejected.removeAll(keepingCapacity: true)
        tally = LineTally()
    }

    /// Counts a line that could not be read; the batch keeps only some of them in full.
    public func reject(_ line: RejectedLine) {
        tally.rejected[line.reason, default: 0] += 1
        if rejected.count < Self.rejectedMax { rejected.append(line) }
    }

    /// Rejected lines that a batch keeps in full.
    public static let rejectedMax = 100

    /// Shows event `index` to `body`, with derived fields taken from `scratch`.
    @inlinable
    public func withRow<Result>(_ index: Int, scratch: ByteBlock, _ body: (borrowing FieldRow) -> Result) -> Result {
        withRows(scratch: scratch) { body($0.row(index, events[index])) }
    }

    /// Calls `body` with all rows, so that reading many of them costs no more than one.
    @inlinable @inline(__always)
    public func withRows<Result>(scratch: ByteBlock, _ body: (borrowing EventRows) -> Result) -> Result {
        // Spans may be taken of local constants only; binding an array copies a reference, not its content.
        let (block, arena, slices, fingerprints) = (block, arena, slices, fingerprints)
        let view = EventRows(
            line: block.bytes,
            arena: arena.bytes,
            scratch: scratch.bytes,
            fingerprints: fingerprints.span.bytes,
            slices: slices.span,
            columns: columns
        )
        return body(view)
    }

    /// The fingerprint of `artefact` in event `index`.
    @inlinable
    public func fingerprint(_ artefact: Artefact, of index: Int) -> TokenFingerprint {
        fingerprints[index * Artefact.allCases.count + artefact.rawValue]
    }
}

/// What a format knows about the servers that write it and lineage has to respect.
public struct SourceTraits: OptionSet, Sendable {
    /// The bit set.
    public let rawValue: UInt8

    /// Traits from their bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The server issues a new refresh token at each refresh but may go on accepting the old one, so that a
    /// successful second use proves nothing (Keycloak with `revokeRefreshToken=false`, its default).
    public static let rotationOptional = SourceTraits(rawValue: 1)
    /// What carries the log may deliver an event more than once; its identifier tells.
    public static let atLeastOnce = SourceTraits(rawValue: 2)

    /// The traits by the names they have in format files.
    public static let named: [(name: String, trait: SourceTraits)] = [
        ("rotation-optional", .rotationOptional), ("at-least-once", .atLeastOnce),
    ]
}

/// What became of the lines of a batch, an input or a run: `lines = events + rejected + ignored`.
public struct LineTally: Sendable, Equatable {
    /// Lines that became an event.
    public var events: Int64 = 0
    /// Lines that could not be read, by reason.
    public var rejected: [String: Int64] = [:]
    /// Lines that are well-formed but say nothing about authorization, by reason.
    public var ignored: [String: Int64] = [:]

    /// Nothing counted yet.
    public init() {}

    /// All lines that could not be read.
    public var rejectedTotal: Int64 { rejected.values.reduce(0, +) }
    /// All lines that say nothing about authorization.
    public var ignoredTotal: Int64 { ignored.values.reduce(0, +) }
    /// All lines.
    public var lines: Int64 { events + rejectedTotal + ignoredTotal }

    /// Adds another tally.
    public mutating func add(_ other: LineTally) {
        events += other.events
        rejected.merge(other.rejected, uniquingKeysWith: +)
        ignored.merge(other.ignored, uniquingKeysWith: +)
    }
}

/// A line that could not be read, and why.
public struct RejectedLine: Sendable, Equatable {
    /// Bytes of a line that its sample shows.
    public static let sampleMax = 200

    /// Line number in the decompressed input, from 1.
    public var lineNumber: Int64
    /// Offset of the line's first byte in the decompressed input.
    public var byteOffset: Int64
    /// Why, as a short stable phrase.
    public var reason: String
    /// The beginning of the line with everything masked that might be a secret.
    public var sample: String

    /// A rejected line.
    public init(lineNumber: Int64, byteOffset: Int64, reason: String, sample: String) {
        self.lineNumber = lineNumber
        self.byteOffset = byteOffset
        self.reason = reason
        self.sample = sample
    }
}
