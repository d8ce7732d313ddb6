// An event that a match of a correlation rests on.

/// An event with what whoever asks about correlations wants to keep of it.
struct Witness<Payload> {
    /// Number of the event, the same for all rules it matches.
    var event: Int
    var payload: Payload
    /// Bytes that the payload takes in memory, roughly.
    var payloadBytes: Int
}

extension Array {
    /// The witnesses of `self` and `others`, each event once: it may be reached by way of several rules.
    mutating func unite<Payload>(with others: [Witness<Payload>]) where Element == Witness<Payload> {
        guard !isEmpty else {
            self = others
            return
        }
        var known = Set(map(\.event))
        for witness in others where known.insert(witness.event).inserted { append(witness) }
    }
}
