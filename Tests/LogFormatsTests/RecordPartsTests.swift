// Records of several lines: joined texts, lines with a common key, and files that several servers write.

import AuthEvents
import LogFormats
import Testing

@Suite struct RecordPartsTests {
    private static let rails = """
        format: rails
        title: Test
        time: time
        record: { by: request, lines: 5, within: 10s }
        shapes:
          - { name: started, pattern: '^(?<time>\\S+) \\[(?<request>\\w+)\\] Started (?<method>\\w+) (?<path>\\S+)$', record: begin }
          - { name: parameters, pattern: '^\\S+ \\[(?<request>\\w+)\\] client=(?<client>\\w+)$', record: part }
          - { name: completed, pattern: '^(?<time>\\S+) \\[(?<request>\\w+)\\] Completed (?<status>\\d+)$', record: end }
          - { name: other, pattern: '^other', ignore: line of the application }
        fields: { client_id: client, http_status: status, http_path: path }
        events: [{ when: { path: /token }, is: token.request by-status }]
        """

    private static func decode(_ lines: [String], batches: Int = 1) throws -> Decoding {
        let plan = try Formats.plan(parsing: rails)
        let decoder = RecordDecoder([0], of: [plan], key: Formats.key)
        var result = Decoding()
        let size = (lines.count + batches - 1) / batches
        for start in stride(from: 0, to: lines.count, by: size) {
            let text = lines[start..<min(start + size, lines.count)].joined(separator: "\n")
            let log = TemporaryLog(Array(text.utf8))
            var reader = RecordReader(try log.reader())
            while let batch = try reader.next() {
                for events in decoder.decode(batch) { result.add(events, plan.layout) }
            }
        }
        for events in decoder.finish() { result.add(events, plan.layout) }
        return result
    }

    private static let t = "2026-01-05T10:00:0"

    @Test(arguments: [1, 2, 3, 7]) func linesOfOneRequestAreOneEvent(_ batches: Int) throws {
        let found = try Self.decode(
            [
                "\(Self.t)0Z [a] Started POST /token", "\(Self.t)0Z [b] Started POST /token",
                "\(Self.t)0Z [a] client=shop",
                "\(Self.t)1Z [b] client=app", "other", "\(Self.t)2Z [b] Completed 400", "\(Self.t)3Z [a] Completed 200",
            ],
            batches: batches
        )
        #expect(found.events.map { $0["client_id"] } == ["app", "shop"])
        #expect(found.events.map { $0["outcome"] } == ["failure", "success"])
        #expect(found.events.map(\.event.time) == [1_767_607_202_000_000, 1_767_607_203_000_000])
        #expect(found.tally.ignored == ["part of a record": 4, "line of the application": 1])
        #expect(found.tally.lines == 7)
    }

    @Test func aRequestWithoutAnEndIsAnEventAllTheSame() throws {
        let found = try Self.decode(["\(Self.t)0Z [a] Started POST /token", "\(Self.t)0Z [a] client=shop"])
        #expect(found.events.map { $0["outcome"] } == ["unknown"])
        #expect(found.events[0].event.lineNumber == 1)
        #expect(found.tally.lines == 2)
        // Neither many lines nor much time nor the same key keep it open.
        for rest in [
            Array(repeating: "\(Self.t)1Z [b] client=x", count: 9), ["\(Self.t)0Z [a] Started POST /token"],
            ["2026-01-05T10:01:00Z [c] Started POST /x", "\(Self.t)0Z [d] Started POST /x"],
        ] {
            let found = try Self.decode(["\(Self.t)0Z [a] Started POST /token", "\(Self.t)0Z [a] client=shop"] + rest)
            #expect(found.events[0]["client_id"] == "shop")
            #expect(found.tally.lines == Int64(rest.count + 2))
        }
    }

    @Test func anEndWithoutABeginningHasWhatItSays() throws {
        let found = try Self.decode(["\(Self.t)0Z [a] Completed 200"])
        #expect(found.events.map { $0["kind"] } == ["other"])
    }

    @Test func laterLinesDoNotChangeWhatEarlierOnesSaid() throws {
        let found = try Self.decode([
            "\(Self.t)0Z [a] Started POST /token", "\(Self.t)0Z [a] client=shop", "\(Self.t)0Z [a] client=evil",
            "\(Self.t)3Z [a] Completed 200",
        ])
        #expect(found.events.map { $0["client_id"] } == ["shop"])
    }

    @Test(arguments: [16, 20, 64, 4096]) func continuationsBelongToTheLineBeforeThem(_ blockBytes: Int) throws {
        var chain = EnvelopeChain()
        chain.continues = "^[ }]"
        let text = "info: {\n  \"a\": 1\n}\nnext\n  more\nlast"
        let found = try FoundRecords(text, chain, blockBytes: blockBytes)
        #expect(found.texts == ["info: {\n  \"a\": 1\n}", "next\n  more", "last"])
        #expect(found.records.map(\.line) == [1, 4, 6])
        #expect(found.ignored == ["part of a record that began before": 3])
    }

    @Test func joinedJSONIsReadAsSuch() throws {
        let plan = try Formats.plan(
            parsing: """
                format: test
                title: Test
                time: message.t
                continues: '^[ }]'
                shapes: [{ name: event, pattern: '^info: (?<message>[\\s\\S]*)$', json: message }]
                fields: { client_id: message.c }
                """
        )
        let log = TemporaryLog(Array("info: {\n  \"t\": \"\(Self.t)0Z\",\n  \"c\": \"shop\"\n}\n".utf8))
        var chain = EnvelopeChain()
        chain.continues = plan.format.continues
        var reader = RecordReader(try log.reader(), chain: chain)
        var found = Decoding()
        var decoder = LineDecoder(plan, key: Formats.key)
        while let batch = try reader.next() { found.add(decoder.decode(batch), plan.layout) }
        #expect(found.events.map { $0["client_id"] } == ["shop"])
        #expect(found.tally.lines == 4)
    }

    @Test func severalServersMayShareAFile() throws {
        let names = ["grantaudit-json", "combined", "keycloak"]
        let plans = try names.map { try Formats.plan($0) }
        let lines = [
            #"{"time":"\#(Self.t)0Z","kind":"token.request","outcome":"success","client_id":"a"}"#,
            #"203.0.113.7 - - [05/Jan/2026:10:00:00 +0000] "POST /oauth/token HTTP/1.1" 200 8"#,
            #"2026-01-05 10:00:00,174 INFO  [org.keycloak.events] (x) type="LOGIN", realmId="r", clientId="c""#,
            "noise", "{", "", #"203.0.113.7 - - [05/Jan/2026:10:00:00 +0000] "GET /x HTTP/1.1" 200 8"#,
        ]
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            let decoder = RecordDecoder(order, of: plans, key: Formats.key)
            let log = TemporaryLog(Array(lines.joined(separator: "\n").utf8))
            var reader = RecordReader(try log.reader())
            var tally = LineTally()
            var sources: Set<Int> = []
            while let batch = try reader.next() {
                for events in decoder.decode(batch) {
                    tally.add(events.tally)
                    if !events.events.isEmpty { sources.insert(events.source) }
                }
            }
            #expect(sources == [0, 1, 2])
            #expect(tally.rejectedTotal == 2)
            #expect(tally.lines == 7)
        }
    }
}
