// Small numbers that look random and are the same in every run.

/// SplitMix64 (Steele, Lea and Flood, 2014).
public struct Numbers: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// The numbers that follow from `state`.
    public init(state: UInt64) { self.state = state }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `bound`.
    public mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// Whether something that happens once in `count` times happens.
    public mutating func once(in count: Int) -> Bool { below(count) == 0 }

    /// One of `elements`.
    public mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
