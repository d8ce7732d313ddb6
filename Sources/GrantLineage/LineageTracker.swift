// Follows every grant from its code to its revocation.

public import AuthEvents
import FieldRows

/// Knows what became of every code, refresh token and family, and says so of each event as it comes.
///
/// Events are applied in event-time order. One that comes late is applied all the same; differences of time are
/// never negative. The answers depend on the events alone.
public final class LineageTracker {
    private var state: LineageState

    /// A tracker that has seen nothing.
    public init(limits: LineageLimits = .init()) {
        state = LineageState(limits: limits)
    }

    /// Brings near what the events `rows` of `batch` will ask for; of use for some dozens of events at a time.
    public func prepare(_ batch: EventBatch, _ rows: Range<Int>) { state.prepare(batch, rows) }

    /// Says in `derived` how event `index` of `batch` relates to those before it, then learns from it.
    public func apply(_ batch: EventBatch, _ index: Int, derived: inout DerivedFields) {
        state.apply(batch, index, derived: &derived)
    }

    /// What is remembered now, and what was forgotten.
    public var statistics: LineageStatistics { state.statistics }

    /// Appends the scope that the last event added to `block` and returns how many bytes that are.
    func appendScope(_ set: ScopeSetID, to block: ByteBlock) -> Int {
        state.scopes.withText(of: set) { text in
            block.append(text)
            return text.byteCount
        }
    }
}
