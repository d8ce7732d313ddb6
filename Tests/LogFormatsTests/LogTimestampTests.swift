// Every form of time that is supported, and what only looks like a time.

import FieldRows
import Testing

@testable import LogFormats

@Suite struct LogTimestampTests {
    /// What is read from `text` when it stands between other bytes.
    static func read(_ text: String, _ unit: EpochUnit = .seconds) throws -> LogTimestamp {
        let block = ByteBlock(capacity: 64)
        let bytes = Array("12345\(text)67890 2026-01-05T10:00:00Z".utf8)
        block.append(bytes.span.bytes)
        let slice = FieldSlice(.string, .line, offset: 5, count: text.utf8.count)
        return try LogTimestamp.read(block.padded, slice, unit: unit)
    }

    /// 2026-01-05T10:00:00Z.
    static let second: Int64 = 1_767_607_200

    @Test(arguments: [
        // Keycloak and Ping; Python's logging.
        ("2026-01-05 10:00:00,174", 174_000, false),
        ("2026-01-05 10:00:00.174", 174_000, false),
        // Keycloak's JSON, nanoseconds and a local offset.
        ("2026-01-05T15:30:00.414798073+05:30", 414_798, true),
        // Zones.
        ("2026-01-05T10:00:00Z", 0, true), ("2026-01-05t10:00:00z", 0, true),
        ("2026-01-05T10:00:00+00:00", 0, true), ("2026-01-05T10:00:00-00:00", 0, true),
        ("2026-01-05T11:00:00+0100", 0, true), ("2026-01-05T02:00:00-08:00", 0, true),
        ("2026-01-05T02:00:00-0800", 0, true), ("2026-01-05T12:00:00+02", 0, true),
        ("2026-01-06T00:00:00+14:00", 0, true), ("2026-01-04T22:00:00-12:00", 0, true),
        // None: as if it were UTC.
        ("2026-01-05T10:00:00", 0, false), ("2026-01-05 10:00:00", 0, false),
        // 1 to 9 fraction digits.
        ("2026-01-05T10:00:00.1Z", 100_000, true), ("2026-01-05T10:00:00.12Z", 120_000, true),
        ("2026-01-05T10:00:00.123Z", 123_000, true), ("2026-01-05T10:00:00.1234Z", 123_400, true),
        ("2026-01-05T10:00:00.12345Z", 123_450, true), ("2026-01-05T10:00:00.123456Z", 123_456, true),
        ("2026-01-05T10:00:00.1234567Z", 123_456, true), ("2026-01-05T10:00:00.12345678Z", 123_456, true),
        ("2026-01-05T10:00:00.123456789Z", 123_456, true), ("2026-01-05T10:00:00.999999999Z", 999_999, true),
        ("2026-01-05T10:00:00,000001", 1, false),
        // Common Log Format, and Werkzeug's.
        ("05/Jan/2026:10:00:00 +0000", 0, true), ("05/Jan/2026:11:00:00 +0100", 0, true),
        ("05/Jan/2026:04:30:00 -0530", 0, true), ("05/Jan/2026 10:00:00", 0, false),
        ("05/Jan/2026:10:00:00", 0, false),
    ])
    func textForms(_ text: String, _ microseconds: Int64, _ hasZone: Bool) throws {
        let stamp = try Self.read(text)
        #expect(stamp.microseconds == Self.second * 1_000_000 + microseconds)
        #expect(stamp.hasZone == hasZone)
    }

    @Test(
        arguments: [
            ("1767607200", .seconds, second * 1_000_000), ("1767607200.250", .seconds, second * 1_000_000 + 250_000),
            ("1767607200.123456789", .seconds, second * 1_000_000 + 123_456),
            ("1767607200174", .milliseconds, second * 1_000_000 + 174_000),
            ("1767607200174.5", .milliseconds, second * 1_000_000 + 174_500),
            ("1767607200000001", .microseconds, second * 1_000_000 + 1),
            ("00000000", .seconds, 0), ("00000001", .milliseconds, 1_000),
            ("9223372036854", .seconds, 9_223_372_036_854_000_000),
        ] as [(String, EpochUnit, Int64)]
    )
    func numbersSince1970(_ text: String, _ unit: EpochUnit, _ expected: Int64) throws {
        let stamp = try Self.read(text, unit)
        #expect(stamp.microseconds == expected)
        #expect(stamp.hasZone)
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59Z", -1), ("1900-03-01T00:00:00Z", -2_203_891_200),
        ("2000-02-29T00:00:00Z", 951_782_400), ("2024-02-29T23:59:59Z", 1_709_251_199),
        ("2026-12-31T23:59:60Z", 1_798_761_600), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ("0000-01-01T00:00:00Z", -62_167_219_200), ("2025-02-28T00:00:00Z", 1_740_700_800),
    ])
    func calendar(_ text: String, _ seconds: Int64) throws {
        #expect(try Self.read(text).microseconds == seconds * 1_000_000)
    }

    @Test func daysFollowEachOther() throws {
        var expected = try Self.read("1999-01-01T00:00:00Z").microseconds
        for year in 1999...2032 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for (month, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                for day in 1...length {
                    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
                    #expect(try Self.read("\(year)-\(two(month + 1))-\(two(day))T00:00:00Z").microseconds == expected)
                    expected += 86_400_000_000
                }
            }
        }
    }

    @Test(
        arguments: [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ].enumerated().map { ($0.offset + 1, $0.element) }
    )
    func monthsHaveNames(_ number: Int, _ name: String) throws {
        let digits = number < 10 ? "0\(number)" : "\(number)"
        let expected = try Self.read("2026-\(digits)-23T22:56:31Z").microseconds
        #expect(try Self.read("23/\(name)/2026:22:56:31 +0000").microseconds == expected)
    }

    @Test(arguments: [
        // Dates and times that do not exist.
        "2025-02-29T10:00:00Z", "1900-02-29T10:00:00Z", "2026-04-31T10:00:00Z", "2026-13-05T10:00:00Z",
        "2026-00-05T10:00:00Z", "2026-01-00T10:00:00Z", "2026-01-32T10:00:00Z", "2026-01-05T24:00:00Z",
        "2026-01-05T10:60:00Z", "2026-01-05T10:00:61Z", "29/Feb/2025:10:00:00 +0000", "31/Apr/2026:10:00:00 +0000",
        "05/Jan/2026:24:00:00 +0000", "05/Foo/2026:10:00:00 +0000", "05/jan/2026:10:00:00 +0000",
        // Other separators, widths and zones.
        "2026-01-05_10:00:00Z", "2026-01/05T10:00:00Z", "2026-01-05T10.00.00Z",
        "2026-1-05T10:00:00ZZ", "2026-01-05T10:00:00X", "2026-01-05T10:00:00Zx",
        "2026-01-05T10:00:00+1", "2026-01-05T10:00:00+19:00", "2026-01-05T10:00:00+01:60", "2026-01-05T10:00:00+ab:cd",
        "2026-01-05T10:00:00+01:000", "2026-01-05T10:00Z", "2026-01-05", "05/Jan/2026",
        "05/Jan/2026:10:00:0", "05-Jan-2026:10:00:00 +0000", "1/9/2007 13:41:00 AM", "13/9/2007 10:41:00",
        "1/9/07 10:41:00",
        "Jan 16 2026 9:16", "Nov 31 22:56:27", "Foo, 06 Nov 1994 08:49:37 GMT", "Mon, 06 Nov 1994", "/Date(x)/",
        "/Date(1)", "20261305100000", "20260105240000", "20260105T1000", "25:00:00", "10:60:00", "10:00:00 XYZ",
        "٢٠٢٦-01-05T10:00:00Z",
        // No numbers.
        "", "1", "now", "yesterday", "17676072x0", "-1767607200", "1767607200.x", "1.7676072e9", "0x69592d20",
        "9999999999999999999999", "1767607200.5.5",
    ])
    func othersAreUnreadable(_ text: String) {
        #expect(throws: LineFault.unreadableTime) { try Self.read(text) }
    }

    @Test(arguments: ["9223372036854.999999", "9223372036855"]) func numbersBehindTheEndOfTimeAreUnreadable(
        _ text: String
    ) {
        #expect(throws: LineFault.unreadableTime) { try Self.read(text, .seconds) }
    }

    @Test(arguments: ["9223372036854775.9", "9223372036854776"]) func alsoInMilliseconds(_ text: String) {
        #expect(throws: LineFault.unreadableTime) { try Self.read(text, .milliseconds) }
    }

    @Test(arguments: [
        // Go; ISO 8601 with a space before the zone, and its basic form.
        ("2026/01/05 10:00:00", 0, false), ("2026/01/05T10:00:00Z", 0, true), ("2026-01-05T10:00:00 Z", 0, true),
        ("2026-01-05 18:00:00 +0800", 0, true), ("2026-01-05 10:00:00 UTC", 0, true), ("20260105T100000Z", 0, true),
        ("20260105T100000.5", 500_000, false),
        // CEF, RFC 9110, ctime, Apache's error log, Tomcat.
        ("Jan 05 2026 10:00:00.609", 609_000, false), ("Jan 5 2026 10:00:00", 0, false),
        ("Jan 05 2026 10:00:00 UTC", 0, true), ("Jan 5, 2026 10:00:00 AM", 0, false),
        ("Mon, 05 Jan 2026 10:00:00 GMT", 0, true), ("Mon, 5 Jan 2026 11:00:00 +0100", 0, true),
        ("Mon Jan  5 10:00:00 2026", 0, false), ("Mon Jan 05 10:00:00.123456 2026", 123_456, false),
        ("05-Jan-2026 10:00:00.174", 174_000, false), ("05 Jan 2026 10:00:00", 0, false),
        // Microsoft.
        ("1/5/2026 10:00:00 AM", 0, false), ("1/5/2026 11:00:00 AM +01:00", 0, true),
        ("1/4/2026 10:00:00 PM -12:00", 0, true), ("01/05/2026 10:00:00", 0, false),
        ("01/05/2026 10:00:00.174Z", 174_000, true), ("/Date(1767607200174)/", 174_000, true),
        ("/Date(1767607200174+0100)/", 174_000, true),
        // Salesforce; digits of date and time.
        ("20260105100000.123", 123_000, false), ("20260105100000", 0, false),
    ])
    func otherForms(_ text: String, _ microseconds: Int64, _ hasZone: Bool) throws {
        let stamp = try Self.read(text)
        #expect(stamp.microseconds == Self.second * 1_000_000 + microseconds)
        #expect(stamp.hasZone == hasZone)
        #expect(stamp.extent == .dateAndTime)
    }

    @Test(arguments: [
        ("1/5/2026 12:00:00 AM", "2026-01-05T00:00:00"), ("1/5/2026 12:30:00 PM", "2026-01-05T12:30:00"),
        ("1/5/2026 1:30:00 PM", "2026-01-05T13:30:00"),
    ])
    func halfDays(_ text: String, _ expected: String) throws {
        #expect(try Self.read(text).microseconds == Self.read(expected).microseconds)
    }

    @Test(arguments: [
        "1767607200", "1767607200.000", "1767607200000", "1767607200000.0", "1767607200000000",
        "1767607200000000000",
    ])
    func unitsAreToldByTheSize(_ text: String) throws {
        #expect(try Self.read(text, .auto).microseconds == Self.second * 1_000_000)
    }

    @Test(arguments: [
        ("10:00:00,174", 36_000_174_000), ("21:01:45,403", 75_705_403_000), ("22:56:27.123", 82_587_123_000),
    ])
    func timeAlone(_ text: String, _ microseconds: Int64) throws {
        let stamp = try Self.read(text)
        #expect(stamp.microseconds == microseconds)
        #expect(stamp.extent == .withoutDate)
    }

    @Test(arguments: ["Nov 23 22:56:27", "Nov  3 22:56:27", "Feb 29 22:56:27.123"])
    func dateWithoutYear(_ text: String) throws { #expect(try Self.read(text).extent == .withoutYear) }

    @Test func unitsHaveNames() {
        #expect(EpochUnit(name: "s") == .seconds)
        #expect(EpochUnit(name: "ms") == .milliseconds)
        #expect(EpochUnit(name: "us") == .microseconds)
        #expect(EpochUnit(name: "ns") == .nanoseconds)
        #expect(EpochUnit(name: "auto") == .auto)
        #expect(EpochUnit(name: "h") == nil)
    }
}
