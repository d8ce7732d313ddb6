// Files in MaxMind's format, written by the tests themselves, and distances on the globe.

import FieldRows
import Foundation
import TestMaterial
import Testing

@testable import NetworkPlaces

@Suite struct NetworkPlacesTests {
    private static let berlin: PlaceFileWriter.Value = .map([
        ("country", .map([("iso_code", .text("DE"))])),
        ("location", .map([("latitude", .double(52.52)), ("longitude", .double(13.405))])),
    ])
    private static let tokyo: PlaceFileWriter.Value = .map([
        ("registered_country", .map([("iso_code", .text("JP"))])),
        ("location", .map([("latitude", .double(35.6895)), ("longitude", .double(139.6917))])),
    ])

    private static func file(_ writer: PlaceFileWriter) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "places-\(UUID().uuidString).mmdb")
        try Data(writer.bytes).write(to: path)
        return path.path
    }

    private static func bits(_ text: String) throws -> UInt128 {
        let bytes = Array(text.utf8)
        let parsed = IPAddress(bytes.span.bytes)
        let address = try #require(parsed)
        return address.isIPv4 ? address.bits & 0xFFFF_FFFF : address.bits
    }

    private static func place(_ text: String, in places: NetworkPlaces) -> Place? {
        let bytes = Array(text.utf8)
        return places.place(of: bytes.span.bytes)
    }

    @Test func readsCountriesPlacesAndSystems() throws {
        var cities = PlaceFileWriter()
        cities.add(try Self.bits("203.0.113.0"), prefix: 96 + 24, Self.berlin)
        cities.add(try Self.bits("2001:db8:7::"), prefix: 48, Self.tokyo)
        var systems = PlaceFileWriter()
        systems.add(
            try Self.bits("203.0.113.128"),
            prefix: 96 + 25,
            .map([("autonomous_system_number", .number32(64_500))])
        )
        let paths = [try Self.file(cities), try Self.file(systems)]
        defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
        let places = try NetworkPlaces(paths: paths)
        let berlin = try #require(Self.place("203.0.113.200", in: places))
        #expect(berlin.country == Place.country("DE".utf8))
        #expect(berlin.asn == 64_500)
        #expect(berlin.hasPoint && abs(berlin.latitude - 52.52) < 0.001 && abs(berlin.longitude - 13.405) < 0.001)
        #expect(Self.place("203.0.113.5", in: places)?.asn == 0)
        let tokyo = try #require(Self.place("2001:db8:7::9", in: places))
        #expect(tokyo.country == Place.country("JP".utf8))
        let way = try #require(berlin.kilometres(to: tokyo))
        #expect(abs(way - 8918) < 15, "as the crow flies")
        for nowhere in ["198.51.100.1", "2001:db8:8::1", "::1", "nonsense", ""] {
            #expect(Self.place(nowhere, in: places) == nil, "\(nowhere)")
        }
    }

    @Test func dataOfOtherShapesSayNothing() throws {
        var writer = PlaceFileWriter()
        writer.add(
            try Self.bits("203.0.113.0"),
            prefix: 96 + 24,
            .map([
                ("country", .text("DE")), ("autonomous_system_number", .text("64500")),
                ("location", .map([("latitude", .double(120)), ("longitude", .double(.nan))])),
            ])
        )
        writer.add(
            try Self.bits("203.0.114.0"),
            prefix: 96 + 24,
            .map([("country", .map([("iso_code", .text("deu"))]))])
        )
        let path = try Self.file(writer)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let places = try NetworkPlaces(paths: [path])
        #expect(Self.place("203.0.113.1", in: places) == nil)
        #expect(Self.place("203.0.114.1", in: places) == nil)
    }

    @Test func filesThatAreNoneAreToldByName() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "no-places-\(UUID().uuidString).mmdb").path
        try Data("this is no such file".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        for file in [path, "/nowhere/places.mmdb"] {
            let error = #expect(throws: PlaceFileError.self) { _ = try NetworkPlaces(paths: [file]) }
            #expect(error?.path == file)
            #expect(error?.what.isEmpty == false)
        }
    }

    /// Cut or changed anywhere, a file is refused or says something; it never ends the program.
    @Test func damagedFilesDoNoHarm() throws {
        var writer = PlaceFileWriter()
        writer.add(try Self.bits("203.0.113.0"), prefix: 96 + 24, Self.berlin)
        let bytes = writer.bytes
        let path = FileManager.default.temporaryDirectory.appending(path: "damaged-\(UUID().uuidString).mmdb").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        var numbers = Numbers(state: 7)
        for round in 0..<400 {
            var damaged = bytes
            if round % 2 == 0 { damaged.removeLast(numbers.below(bytes.count)) }
            for _ in 0..<3 where !damaged.isEmpty {
                damaged[numbers.below(damaged.count)] = UInt8(numbers.below(256))
            }
            try Data(damaged).write(to: URL(filePath: path))
            guard let places = try? NetworkPlaces(paths: [path]) else { continue }
            _ = Self.place("203.0.113.1", in: places)
        }
    }

    @Test func distancesOfAQuarterOfTheGlobe() {
        var pole = Place()
        (pole.hasPoint, pole.latitude) = (true, 90)
        var equator = Place()
        equator.hasPoint = true
        #expect(abs((pole.kilometres(to: equator) ?? 0) - 10_007.5) < 1)
        #expect(equator.kilometres(to: equator) == 0)
        #expect(Place().kilometres(to: equator) == nil)
    }
}
