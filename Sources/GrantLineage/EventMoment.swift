// Event times to the second, in half the room.

import FieldRows

/// Whole seconds since 1970-01-01T00:00:00Z; zero stands for "not yet".
struct Moment: BitwiseCopyable, Equatable, Comparable {
    let rawValue: UInt32

    static var never: Moment { Moment(rawValue: 0) }

    init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The second of an event time; what lies outside 1970 to 2106 is moved to the edge.
    init(_ time: Int64) { rawValue = UInt32(clamping: max(1, time / 1_000_000)) }

    /// Whether there is one.
    var isKnown: Bool { rawValue != 0 }

    static func < (left: Moment, right: Moment) -> Bool { left.rawValue < right.rawValue }

    /// Whole seconds from this moment to `time`; zero when a late event turns the order around.
    func seconds(to time: Int64) -> UInt32 {
        let end = Moment(time)
        return end.rawValue > rawValue ? end.rawValue - rawValue : 0
    }
}

extension Moment {
    init(from bytes: inout ByteReader) { self.init(rawValue: bytes.next()) }

    func store(to bytes: inout ByteWriter) { bytes.append(rawValue) }
}
