// Which events were read before, for sources that may deliver one twice.

import AuthEvents

/// The identities of the latest events, as many as memory may hold.
///
/// An event that comes again after more than ``countMax`` others counts as new: it is then judged twice, which is
/// better than not at all.
struct SeenEvents {
    /// Events remembered: 24 MiB with the room that a hash table needs.
    static let countMax = 1 << 20

    private var known: Set<UInt64> = []
    /// The same identities in the order they came, as a ring.
    private var order: [UInt64] = []
    private var next = 0

    /// Whether the event of `source` was not seen before; one without an identifier never was.
    mutating func isNew(_ event: AuthEvent, source: Int) -> Bool {
        guard event.identity != 0 else { return true }
        // The same identifier at another time is another event.
        var mixed = event.identity ^ UInt64(bitPattern: event.time) &* 0x9E37_79B9_7F4A_7C15
        mixed ^= UInt64(truncatingIfNeeded: source) &* 0xC2B2_AE3D_27D4_EB4F
        guard known.insert(mixed).inserted else { return false }
        if order.count < Self.countMax {
            order.append(mixed)
        } else {
            known.remove(order[next])
            order[next] = mixed
            next = (next + 1) % Self.countMax
        }
        return true
    }
}
