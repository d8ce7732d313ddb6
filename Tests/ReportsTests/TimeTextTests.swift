// Times as text.

import Testing

@testable import Reports

@Suite struct TimeTextTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
        (1_709_164_800_000_001, "2024-02-29T00:00:00.000001Z"), (951_868_799_999_999, "2000-02-29T23:59:59.999999Z"),
        (4_107_542_399_000_000, "2100-02-28T23:59:59.000000Z"), (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
        (Int64.max, "294247-01-10T04:00:54.775807Z"),
    ])
    func microseconds(time: Int64, expected: String) { #expect(TimeText.microseconds(time) == expected) }

    @Test func spansWithinASecondAreOneTime() {
        #expect(TimeText.span(1, 999_999) == "1970-01-01T00:00:00Z")
        #expect(TimeText.span(1, 1_000_000) == "1970-01-01T00:00:00Z to 1970-01-01T00:00:01Z")
    }
}
