// The format of an input is told from its first lines.

import AuthEvents
import ByteStreams
import FieldRows
import LogFormats
import Testing

@Suite struct FormatGuessTests {
    static func guess(_ lines: [String]) throws -> FormatGuess {
        let guess = FormatGuess(plans: try Formats.allPlans(), key: Formats.key)
        try withBatches(of: Array(lines.map { $0 + "\n" }.joined().utf8)) { guess.add(RecordBatch($0)) }
        return guess
    }

    /// Sample lines of the format that it can read.
    static func lines(_ name: String) throws -> [String] {
        let plan = try Formats.plan(name)
        return plan.format.samples.filter { $0.fate?.hasPrefix("rejected") != true }.map(\.text)
    }

    @Test(arguments: Formats.names) func formatIsFoundByItsLines(_ name: String) throws {
        let guess = try Self.guess(Self.lines(name))
        #expect(guess.best == name)
        #expect(guess.scores.count == Formats.names.count)
        #expect(guess.scores.first?.rejected == 0)
        // The order of the lines says nothing.
        #expect(try Self.guess(Self.lines(name).reversed()).best == name)
    }

    @Test(arguments: Formats.names) func someForeignLinesDoNotMatter(_ name: String) throws {
        let own = try Self.lines(name)
        let foreign = ["", "-- MARK --", "", "{\"level\":\"info\"}"]
        let guess = try Self.guess(foreign + own + own + own)
        #expect(guess.best == name)
    }

    @Test func mostLinesDecide() throws {
        let keycloak = try Self.lines("keycloak")
        let combined = try Self.lines("combined")
        #expect(try Self.guess(combined.prefix(2) + keycloak).best == "keycloak")
        #expect(try Self.guess(keycloak.prefix(1) + combined + combined).best == "combined")
    }

    @Test(arguments: [
        ["the quick brown fox", "jumps over the lazy dog"], ["{\"a\":1}", "{\"b\":2}"], [""], ["", "", " "], ["{"],
        ["a;b;c", "1;2;3"], ["<13>Nov 23 22:56:27 host unit[1]: text"],
    ])
    func unknownTextHasNoFormat(_ lines: [String]) throws {
        #expect(try Self.guess(lines + [""]).best == nil)
    }

    @Test func linesWithoutATimeAreKnownAllTheSame() throws {
        let event = #"{"time":"2026-01-05T10:00:00Z","kind":"other","client_id":"a"}"#
        let timeless = #"{"kind":"other","client_id":"a","time":""}"#
        #expect(try Self.guess([event, timeless, timeless, timeless]).best == "grantaudit-json")
        #expect(try Self.guess([event, "{}", "{}", "{}"]).best == nil)
        // Copied from somewhere without their times, they are still recognized, and rejected for that reason.
        let bare = #"WARN  [org.keycloak.events] (t) type="LOGIN_ERROR", realmId="r", error="ssl_required""#
        #expect(try Self.guess([bare, bare]).best == "keycloak")
        #expect(try Self.guess([bare, "unknown", "unknown"]).best == nil)
    }

    @Test func linesAreLookedAtUntilSomeMakeEvents() throws {
        let combined = try Self.lines("combined")[0]
        let lines = Array(repeating: "unknown", count: FormatGuess.linesMax) + Array(repeating: combined, count: 999)
        #expect(try Self.guess(lines).best == "combined")
        #expect(try Self.guess(Array(repeating: combined, count: FormatGuess.linesMax + 1)).scores[0].events == 256)
    }

    @Test(arguments: Formats.names) func formatsDoNotClaimEachOthersEvents(_ name: String) throws {
        for other in try Self.guess(Self.lines(name)).scores where other.format != name {
            // Without colours, Werkzeug's access lines are those of Apache but for their date.
            // Keycloak runs on Quarkus, whose access lines look the same for every program.
            let isAkin =
                [name, other.format] == ["flask-authlib", "combined"]
                || [name, other.format] == ["keycloak", "quarkus-access"]
            #expect(other.events == 0 || isAkin, "\(other.format) reads lines of \(name)")
        }
    }
}
