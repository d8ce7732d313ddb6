// Follows every grant from its code to its revocation.

public import AuthEvents
public import ClientRegistry
public import FieldRows
public import NetworkPlaces

/// Knows what became of every code, refresh token and family, and says so of each event as it comes.
///
/// Events are applied in event-time order. One that comes late is applied all the same; differences of time are
/// never negative. The answers depend on the events alone.
public final class LineageTracker {
    private(set) var state: LineageState

    /// A tracker that has seen nothing, with what is known of clients and networks, if anything is.
    public init(
        limits: LineageLimits = .init(),
        clientRegistry: ClientRegistry? = nil,
        places: NetworkPlaces? = nil
    ) {
        state = LineageState(limits: limits, clientRegistry: clientRegistry, places: places)
    }

    /// Says in `derived` how event `index` of `batch` relates to those before it, then learns from it.
    public func apply(_ batch: EventBatch, _ index: Int, derived: inout DerivedFields) {
        state.apply(batch, batch.events[index], index, derived: &derived)
    }

    /// Applies the events `rows` of `batch` one after the other and writes what they derive into their rows.
    ///
    /// In `present`, the first value stands for the first row: which fields it derives, as in ``DerivedFields``.
    /// Some dozens of rows at a time are fast, since what they will ask for is brought near together.
    public func apply(
        _ batch: EventBatch,
        _ rows: Range<Int>,
        writer: DerivedFieldWriter,
        scratch: ByteBlock,
        present: RowBlock<UInt64>
    ) {
        writer.clear(scratch)
        state.apply(batch, rows, writer: writer, scratch: scratch, present: present)
    }

    /// Whether the events that come next are from an input that earlier runs may have read under another name or in part.
    ///
    /// They may then be the very events that lineage knows: one that was the first use of something is so again.
    public var mayRepeat: Bool {
        get { state.mayRepeat }
        set { state.mayRepeat = newValue }
    }

    /// The latest event time that earlier runs have seen, in microseconds since 1970; `Int64.min` if there were none.
    public var restoredNewest: Int64 { state.restoredNewest }

    /// Takes back what earlier runs have kept; to be called before the first event, `segments` in the order kept, of which
    /// those of a part have `byteCounts` bytes together.
    ///
    /// Throws ``LineageStateError`` when it makes no sense, and what `segments` throws.
    public func restore(
        header: [UInt8],
        byteCounts: [LineagePart: Int],
        segments: (_ take: (LineageSegment) throws(LineageStateError) -> Void) throws -> Void
    ) throws {
        try state.restore(header: header, byteCounts: byteCounts, segments: segments)
    }

    /// Hands what has changed since the last time to `keep`, segment by segment, and returns what there is to know
    /// besides: it replaces what was returned before.
    public func takeChanges(_ keep: (LineageSegment) throws -> Void) throws -> LineageHeader {
        try state.takeChanges(keep)
        return state.header()
    }

    /// Whether issues came late since they were taken last.
    public var hasLateIssues: Bool { !state.lateIssues.isEmpty }

    /// Hands out the issues that came late, in the order of their events.
    public func takeLateIssues() -> [LateIssue] {
        defer { state.lateIssues = [] }
        return state.lateIssues
    }

    /// How much may be remembered.
    var limits: LineageLimits { state.limits }

    /// What is remembered now, and what was forgotten.
    public var statistics: LineageStatistics { state.statistics() }

    /// Whether anything says where networks are.
    public var hasPlaces: Bool { state.places != nil }

    /// Whether there is a client registry.
    public var hasClientRegistry: Bool { state.clients != nil }

    /// Whether the client registry says anything that `field` comes from.
    public func clientRegistrySays(_ field: DerivedField) -> Bool {
        field.registryAttribute.map { state.clients?.registry.says($0) == true } ?? false
    }

    /// Whether events of `source` named clients and the client registry was silent about all of them.
    public func clientRegistryIsSilent(about source: Int) -> Bool { state.clients?.isSilent(about: source) ?? false }

    /// Calls `body` with the scopes that derived fields refer to, and with the other sets of words.
    func withScopes(_ body: (borrowing ScopeSets, DerivedTexts) -> Void) { body(state.scopes, state.texts) }
}
