// A sum from which numbers can be taken away again without leaving a trace.

/// The exact sum of finite numbers, kept as a few numbers whose bits do not overlap.
///
/// Floating-point addition forgets a small number beside a large one, so that whoever can add one giant value could
/// hide all others, even after it has been taken away. Method: J. R. Shewchuk, "Adaptive Precision Floating-Point
/// Arithmetic and Fast Robust Geometric Predicates" (1997), grow-expansion.
struct ExactSum {
    /// Numbers that together are the sum, from the smallest, at a scale at which sums of the largest numbers stay finite.
    private var parts: [Double] = []

    /// 2^-64: room for as many of the largest numbers as anyone can count.
    private static let scale = 0x1p-64

    /// Adds `number`, which must be finite.
    mutating func add(_ number: Double) {
        var carry = number * Self.scale
        var kept = 0
        for index in parts.indices {
            let (sum, rest) = Self.twoSum(carry, parts[index])
            if rest != 0 {
                parts[kept] = rest
                kept += 1
            }
            carry = sum
        }
        parts.removeSubrange(kept...)
        if carry != 0 { parts.append(carry) }
    }

    /// Takes `number`, which has been added before, away.
    mutating func remove(_ number: Double) { add(-number) }

    /// The sum divided by `divisor`; infinite when no number is large enough.
    func value(dividedBy divisor: Double = 1) -> Double { nearest / divisor / Self.scale }

    /// The number nearest to the sum of the parts.
    private var nearest: Double {
        guard var high = parts.last else { return 0 }
        var place = parts.count - 1
        while place > 0 {
            place -= 1
            let (sum, rest) = Self.twoSum(high, parts[place])
            high = sum
            guard rest != 0 else { continue }
            // Half way between two numbers, the parts below decide.
            if place > 0, (rest < 0) == (parts[place - 1] < 0) {
                let doubled = rest * 2
                if high + doubled - high == doubled { high += doubled }
            }
            break
        }
        return high
    }

    /// The rounded sum and what rounding took away, exactly.
    private static func twoSum(_ left: Double, _ right: Double) -> (sum: Double, rest: Double) {
        let sum = left + right
        let part = sum - left
        return (sum, (left - (sum - part)) + (right - part))
    }
}
