// Where an address is said to be.

/// What is known of a network: a country, an autonomous system, a place on the globe, or some of these.
public struct Place: BitwiseCopyable, Sendable, Equatable {
    /// The two letters of the country (ISO 3166-1), the first in the upper byte; zero when unknown.
    public var country: UInt16 = 0
    /// Number of the autonomous system (RFC 6793); zero when unknown.
    public var asn: UInt32 = 0
    /// Whether ``latitude`` and ``longitude`` are known.
    public var hasPoint = false
    /// Degrees north of the equator.
    public var latitude: Float = 0
    /// Degrees east of Greenwich.
    public var longitude: Float = 0

    /// A place of which nothing is known.
    public init() {}

    /// Takes over what `other` knows and this does not.
    mutating func complete(with other: Place) {
        if country == 0 { country = other.country }
        if asn == 0 { asn = other.asn }
        if !hasPoint, other.hasPoint {
            (hasPoint, latitude, longitude) = (true, other.latitude, other.longitude)
        }
    }

    /// The country from its two letters; zero for anything else.
    public static func country(_ text: some Collection<UInt8>) -> UInt16 {
        let letters = Array(text)
        guard letters.count == 2, letters.allSatisfy({ (0x41...0x5A).contains($0) }) else { return 0 }
        return UInt16(letters[0]) << 8 | UInt16(letters[1])
    }

    /// Great-circle distance to `other` in kilometres, on a globe with the earth's mean radius; `nil` when one is unknown.
    public func kilometres(to other: Place) -> Double? {
        guard hasPoint, other.hasPoint else { return nil }
        return Self.kilometres(
            from: (Double(latitude), Double(longitude)),
            to: (Double(other.latitude), Double(other.longitude))
        )
    }
}
