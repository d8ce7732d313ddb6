// An event that a match of a correlation rests on.

/// What whoever asks about correlations wants to keep of an event, whatever its type: windows have no use for it, and
/// code that knows no type would be several times slower.
class EventPayload {
    /// The payload, which has to be a `Value`.
    final func value<Value>(as type: Value.Type) -> Value { unsafeDowncast(self, to: TypedPayload<Value>.self).value }
}

/// A payload with its type.
final class TypedPayload<Value>: EventPayload {
    let value: Value

    init(_ value: Value) { self.value = value }
}

/// An event with what is kept of it.
struct Witness {
    /// Number of the event, the same for all rules it matches.
    var event: Int
    var payload: EventPayload
    /// Bytes that the payload takes in memory, roughly.
    var payloadBytes: Int
}

extension [Witness] {
    /// The witnesses of `self` and `others`, each event once: it may be reached by way of several rules.
    mutating func unite(with others: [Witness]) {
        guard !isEmpty else {
            self = others
            return
        }
        var known = Set(map(\.event))
        for witness in others where known.insert(witness.event).inserted { append(witness) }
    }
}
