// Times without zone, year or date, and the hour that comes twice.

import FieldRows
import Testing

@testable import LogFormats

@Suite struct TimeResolverTests {
    private static func stamp(_ text: String) throws -> LogTimestamp {
        let block = ByteBlock(capacity: 64)
        block.append(Array(text.utf8).span.bytes)
        let slice = FieldSlice(.string, .line, offset: 0, count: text.utf8.count)
        return try LogTimestamp.read(block.padded, slice, unit: .seconds)
    }

    private static func time(_ text: String) throws -> Int64 { try stamp(text).microseconds }

    /// The times of lines that follow each other, with `settings`.
    private static func resolve(_ lines: [String], _ settings: TimeSettings = TimeSettings()) throws -> [Int64] {
        let resolver = TimeResolver(settings)
        return try lines.map { try resolver.resolve(stamp($0), envelope: nil) }
    }

    private static func settings(
        zone: String = "UTC",
        date: String? = nil,
        modified: String? = nil
    ) throws -> TimeSettings {
        var settings = TimeSettings()
        settings.zone = try #require(LocalZone(zone))
        settings.date = try date.map { try time($0 + "T00:00:00Z") }
        settings.modified = try modified.map(time)
        return settings
    }

    @Test(arguments: [
        ("Europe/Berlin", "2026-01-05 11:00:00", "2026-01-05T10:00:00Z"),
        ("Europe/Berlin", "2026-07-05 12:00:00", "2026-07-05T10:00:00Z"),
        ("America/New_York", "2026-01-05 05:00:00.5", "2026-01-05T10:00:00.5Z"),
        ("Asia/Kolkata", "2026-01-05 15:30:00", "2026-01-05T10:00:00Z"),
        ("+05:30", "2026-01-05 15:30:00", "2026-01-05T10:00:00Z"),
        ("-08", "2026-01-05 02:00:00", "2026-01-05T10:00:00Z"),
        // A time that names its zone needs none.
        ("Europe/Berlin", "2026-01-05T10:00:00Z", "2026-01-05T10:00:00Z"),
        // The hour that is skipped, read as before clocks were set forward.
        ("Europe/Berlin", "2026-03-29 02:30:00", "2026-03-29T01:30:00Z"),
    ])
    func zones(_ zone: String, _ text: String, _ expected: String) throws {
        #expect(try Self.resolve([text], Self.settings(zone: zone)) == [Self.time(expected)])
    }

    @Test(arguments: ["", "Europe/Atlantis", "+25", "berlin", "+1", "EUROPE/BERLIN "])
    func unknownZones(_ name: String) { #expect(LocalZone(name) == nil) }

    @Test func offsetsAreThoseOfTheSystem() throws {
        // Rules of several zones at known instants (tzdata).
        let berlin = try #require(LocalZone("Europe/Berlin"))
        #expect(berlin.offset(at: 1_774_745_999) == 3_600)
        #expect(berlin.offset(at: 1_774_746_000) == 7_200)
        let sydney = try #require(LocalZone("Australia/Sydney"))
        #expect(sydney.offset(at: 1_767_607_200) == 39_600)
    }

    @Test func theHourThatComesTwiceIsToldByItsNeighbours() throws {
        let lines = [
            "2026-10-25 02:10:00", "2026-10-25 02:50:00", "2026-10-25 02:05:00", "2026-10-25 02:55:00",
            "2026-10-25 03:10:00",
        ]
        let expected = ["00:10:00", "00:50:00", "01:05:00", "01:55:00", "02:10:00"]
        #expect(
            try Self.resolve(lines, Self.settings(zone: "Europe/Berlin"))
                == expected.map { try Self.time("2026-10-25T\($0)Z") }
        )
        // Alone it is read as the earlier one, and counted.
        let resolver = TimeResolver(try Self.settings(zone: "Europe/Berlin"))
        #expect(try resolver.resolve(Self.stamp(lines[0]), envelope: nil) == Self.time("2026-10-25T00:10:00Z"))
        #expect(resolver.foldsAssumed == 1)
        #expect(resolver.zonesAssumed == 1)
    }

    @Test func theYearIsTheLastOneBeforeTheFileWasWritten() throws {
        let settings = try Self.settings(modified: "2026-01-02T08:00:00Z")
        let expected = ["2025-12-31T23:59:59Z", "2026-01-01T00:00:01Z", "2026-01-02T07:00:00Z"]
        let lines = ["Dec 31 23:59:59", "Jan  1 00:00:01", "Jan  2 07:00:00"]
        #expect(try Self.resolve(lines, settings) == expected.map(Self.time))
        #expect(
            try Self.resolve(["Feb 29 10:00:00"], settings) == [Self.time("2024-02-29T10:00:00Z")]
        )
    }

    @Test func theYearIsThatOfTheLineBeforeOrOfTheDateGiven() throws {
        #expect(
            try Self.resolve(["2020-12-31T23:00:00Z", "Jan  1 00:00:01"])[1] == Self.time("2021-01-01T00:00:01Z")
        )
        #expect(
            try Self.resolve(["Dec 30 10:00:00"], Self.settings(date: "2019-01-01")) == [
                Self.time("2018-12-30T10:00:00Z")
            ]
        )
        #expect(throws: LineFault.timeWithoutYear) { try Self.resolve(["Dec 30 10:00:00"]) }
    }

    @Test func theDateIsThatOfTheLineBefore() throws {
        let lines = ["23:59:58,1", "23:59:59,9", "00:00:01,0", "23:59:59,95", "12:00:00", "23:59:00", "00:01:00"]
        let expected = [
            "2026-01-05T23:59:58.1Z", "2026-01-05T23:59:59.9Z", "2026-01-06T00:00:01Z", "2026-01-05T23:59:59.95Z",
            "2026-01-06T12:00:00Z", "2026-01-06T23:59:00Z", "2026-01-07T00:01:00Z",
        ]
        #expect(try Self.resolve(lines, Self.settings(date: "2026-01-05")) == expected.map(Self.time))
        #expect(
            try Self.resolve(["23:00:00", "23:30:00"], Self.settings(modified: "2026-01-06T08:00:00Z"))
                == ["2026-01-05T23:00:00Z", "2026-01-05T23:30:00Z"].map(Self.time)
        )
        #expect(throws: LineFault.timeWithoutDate) { try Self.resolve(["10:00:00"]) }
    }

    @Test func whatStandsAroundARecordTellsItsDay() throws {
        let resolver = TimeResolver(TimeSettings())
        let around = try Self.time("2026-01-05T00:00:02Z")
        #expect(try resolver.resolve(Self.stamp("23:59:59"), envelope: around) == Self.time("2026-01-04T23:59:59Z"))
        #expect(
            try resolver.resolve(Self.stamp("Dec 31 23:59:59"), envelope: around) == Self.time("2025-12-31T23:59:59Z")
        )
    }
}
