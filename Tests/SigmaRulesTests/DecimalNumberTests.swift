// Numbers compare exactly, whatever way they are written.

import Testing

@testable import SigmaRules

@Suite struct DecimalNumberTests {
    @Test(arguments: [
        "", "-", "+", ".5", "5.", "1e", "1e+", "abc", "1 ", " 1", "0x10", "1_000", "1.2.3", "NaN", "١",
        // More digits or a larger exponent than are kept: text, rather than nearly equal numbers.
        "123456789012345678901234567890123456789", "12e4567", "1e-4567", "1e99999999999",
    ])
    func refuses(_ text: String) { #expect(DecimalNumber(text) == nil) }

    @Test(arguments: [
        ("0", "-0.0"), ("1", "1.000"), ("100", "1e2"), ("0.001", "1e-3"), ("0.05", "5E-2"), ("1.05", "105e-2"),
        ("007", "7"), ("+5", "5"), ("0e99", "0"), ("1000000000000000000000", "1e21"),
        ("117346534123456789012", "117346534123456789012.0"),
        ("12345678901234567890.001", "12345678901234567890001e-3"),
        ("12345678901234567890123456789012345678000", "12345678901234567890123456789012345678e3"),
    ])
    func areEqual(_ one: String, _ two: String) {
        #expect(DecimalNumber(one) != nil)
        #expect(DecimalNumber(one) == DecimalNumber(two))
    }

    @Test func isOrdered() throws {
        let ordered = [
            "-1e30", "-100", "-99.9", "-1", "-0.5", "-0.05", "0", "1e-30", "0.05", "0.5", "0.99", "1", "1.05", "1.5",
            "9", "10", "9007199254740992", "9007199254740993", "18446744073709551615", "117346534123456789012",
            "117346534123456789012.0001", "117346534123456789099", "1e30", "1e399",
        ]
        let numbers = try ordered.map { try #require(DecimalNumber($0)) }
        for (index, left) in numbers.enumerated() {
            for (other, right) in numbers.enumerated() {
                #expect((left < right) == (index < other), "\(ordered[index]) < \(ordered[other])")
            }
        }
    }
}
