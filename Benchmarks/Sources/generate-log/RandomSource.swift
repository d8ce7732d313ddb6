// A fast random source whose sequence depends on its seed alone, on every machine.

/// xoshiro256** (Blackman and Vigna), seeded by splitmix64.
///
/// Only integer and exactly rounded IEEE 754 operations: no `log` or `pow`, whose last bit differs between machines.
struct RandomSource {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    /// A source that repeats the same sequence for the same `seed`.
    init(seed: UInt64) {
        s0 = Self.mix(seed)
        s1 = Self.mix(seed &+ 1)
        s2 = Self.mix(seed &+ 2)
        s3 = Self.mix(seed &+ 3)
    }

    /// Splitmix64's finaliser: a well-mixed function of `value`.
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value &* 0x9E37_79B9_7F4A_7C15 &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    /// 64 random bits.
    mutating func next() -> UInt64 {
        let product = s1 &* 5
        let result = (product << 7 | product >> 57) &* 9
        let shifted = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = s3 << 45 | s3 >> 19
        return result
    }

    /// A number in 0..<1.
    mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A number in 0..<`bound`.
    mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A number in `range`.
    mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.count)
    }

    /// True with `probability`.
    mutating func chance(_ probability: Double) -> Bool {
        unit() < probability
    }

    /// Milliseconds until the next of events that happen every `mean` milliseconds, at least 1.
    ///
    /// Von Neumann's method: the parity of a descending run decides, so comparisons are enough.
    mutating func wait(mean: Double) -> Int64 {
        var whole = 0.0
        while true {
            let first = unit()
            var previous = first
            var draws = 0
            while true {
                let draw = unit()
                draws += 1
                if draw >= previous { break }
                previous = draw
            }
            if draws & 1 == 1 { return 1 + Int64((whole + first) * mean) }
            whole += 1
        }
    }

    /// A new identifier.
    mutating func identifier() -> Identifier {
        Identifier(high: next(), low: next())
    }
}

/// 128 bits that name a session, code or token; printed as a UUID or as base64url text.
struct Identifier: Equatable {
    let high: UInt64
    let low: UInt64

    /// The identifier that belongs to `key`, such as a user's `sub`.
    static func derived(from key: UInt64) -> Identifier {
        Identifier(high: RandomSource.mix(key &* 2 &+ 1), low: RandomSource.mix(key &* 2 &+ 0x5851_F42D))
    }
}
