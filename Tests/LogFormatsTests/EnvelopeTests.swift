// Lines in the envelopes that other programs put around them.

import AuthEvents
import LogFormats
import TestMaterial
import Testing

@Suite struct EnvelopeTests {
    private static let access = #"203.0.113.7 - - [05/Jan/2026:10:00:00 +0000] "POST /oauth/token HTTP/1.1" 200 8"#
    private static let event =
        #"{"time":"2026-01-05T10:00:00Z","kind":"token.request","outcome":"success","client_id":"a"}"#

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    @Test func allFilesHoldEnvelopes() {
        #expect(Envelopes.catalog.errors.map(\.description) == [])
        #expect(Envelopes.catalog.envelopes.count >= 8)
        #expect(Envelopes.catalog.members.contains("Records"))
    }

    @Test(arguments: Envelopes.catalog.envelopes.map(\.envelope.name)) func samplesHoldTheirRecords(_ name: String)
        throws
    {
        let envelope = try #require(Envelopes.named(name).first)
        #expect(EnvelopeCheck(envelope).problems == [])
        #expect(!envelope.envelope.samples.isEmpty)
    }

    /// One record in each envelope, with the names of those around it.
    private static let wrapped: [(String, [String])] = {
        let (text, json) = (escaped(access), escaped(event))
        let docker = { (inner: String) in #"{"log":"\#(inner)\n","stream":"stdout","time":"2026-01-05T10:00:01Z"}"# }
        let syslog = "<13>1 2026-01-05T10:00:01Z as kc 1 - - "
        return [
            (docker(text), ["docker-json-file"]), (docker(json), ["docker-json-file"]),
            ("2026-01-05T10:00:01Z stdout F " + access, ["kubernetes-cri"]), ("kc-1  | " + event, ["docker-compose"]),
            ("\u{1B}[36mkc-1  |\u{1B}[0m " + access, ["docker-compose"]), (syslog + event, ["syslog"]),
            (syslog + "\u{FEFF}" + event, ["syslog"]), ("Jan  5 10:00:01 as kc[1]: " + access, ["syslog"]),
            ("2026-01-05T10:00:01.123456+01:00 as kc[1]: " + event, ["syslog"]),
            (#"{"MESSAGE":"\#(text)","__REALTIME_TIMESTAMP":"1767607200000000"}"#, ["journald-json"]),
            (#"{"@timestamp":"2026-01-05T10:00:01Z","message":"\#(json)","agent":{"type":"filebeat"}}"#, ["filebeat"]),
            // Envelopes in envelopes.
            (docker(escaped(syslog + event)), ["docker-json-file", "syslog"]),
            ("2026-01-05T10:00:01Z stdout F " + syslog + access, ["kubernetes-cri", "syslog"]),
            (
                #"{"@timestamp":"2026-01-05T10:00:01Z","message":"\#(escaped(docker(json)))","agent":{"type":"filebeat"}}"#,
                ["filebeat", "docker-json-file"]
            ),
            ("[" + docker(json) + "," + docker(json) + "]", ["json-documents", "docker-json-file"]),
            (docker(escaped("[\(event),\(event)]")), ["docker-json-file", "json-documents"]),
            (
                #"{"Records":[{"time":1767607200,"sourcetype":"x","event":\#(event)}]}"#,
                ["json-documents", "record-in-a-field"]
            ),
            // And none.
            (access, []), (event, []),
        ]
    }()

    @Test(arguments: wrapped.indices) func envelopesAreToldByContent(_ index: Int) throws {
        let (line, names) = Self.wrapped[index]
        let bytes = Array((line + "\n" + line + "\n").utf8)
        let chain = try guessedChain(bytes)
        #expect(chain.names == names)
        let found = try FoundRecords(bytes, chain)
        #expect(!found.texts.isEmpty)
        #expect(found.texts.allSatisfy { $0 == Self.access || $0 == Self.event }, "\(found.texts)")
        for blockBytes in [16, 31, 512] {
            #expect(try FoundRecords(bytes, chain, blockBytes: blockBytes) == found)
        }
    }

    @Test func linesWithoutTheEnvelopeAreRecordsAsTheyAre() throws {
        let text = "kc-1  | \(Self.access)\nAttaching to kc-1\n\nkc-1  | x\n"
        let found = try FoundRecords(text, Envelopes.chain(Envelopes.named("docker-compose")))
        #expect(found.texts == [Self.access, "Attaching to kc-1", "x"])
        #expect(found.ignored == ["blank line": 1])
        #expect(found.records.map(\.line) == [1, 2, 4])
    }

    @Test func piecesAreCountedAndPutTogether() throws {
        let text = """
            2026-01-05T10:00:01Z stdout P one
            2026-01-05T10:00:01Z stderr F else
            2026-01-05T10:00:01Z stdout P  two
            2026-01-05T10:00:01Z stdout F  three
            2026-01-05T10:00:01Z stdout P cut

            """
        let found = try FoundRecords(text, Envelopes.chain(Envelopes.named("kubernetes-cri")))
        #expect(found.texts == ["else", "one two three", "cut"])
        #expect(found.records.map(\.line) == [2, 1, 5])
        #expect(found.ignored == ["part of a record that began before": 3])
    }

    @Test func piecesThatGrowTooLongAreGivenUp() throws {
        let piece = "2026-01-05T10:00:01Z stdout P " + String(repeating: "x", count: 60) + "\n"
        let text = String(repeating: piece, count: 50) + "2026-01-05T10:00:01Z stdout F end\n"
        let found = try FoundRecords(
            Array(text.utf8),
            Envelopes.chain(Envelopes.named("kubernetes-cri")),
            lineBytesMax: 1_000
        )
        #expect(found.texts.isEmpty)
        #expect(found.overlong == [1])
    }

    @Test func textsThatWereLeftOutAreRejected() throws {
        let chain = Envelopes.chain(Envelopes.named("journald-json"))
        let found = try FoundRecords("{\"__REALTIME_TIMESTAMP\":\"1\",\"MESSAGE\":null}\n", chain)
        #expect(found.texts.isEmpty)
        #expect(found.rejected == ["envelope without a text": 1])
    }

    @Test func timesOfEnvelopesStandInForMissingOnes() throws {
        let plan = try Formats.plan(
            parsing: """
                format: test
                title: Test
                time: stamp
                shapes: [{ name: any, pattern: '^(?:(?<stamp>\\d\\d:\\d\\d:\\d\\d) )?(?<name>\\w+)$' }]
                fields: { client_id: name }
                """
        )
        let decoder = RecordDecoder([0], of: [plan], key: Formats.key)
        let text = "Jan  5 10:00:01 as kc: shop\nJan  5 10:00:01 as kc: 10:00:00 app\n"
        var time = TimeSettings()
        time.date = 1_767_571_200_000_000
        let url = TemporaryLog(Array(text.utf8))
        var reader = RecordReader(
            try url.reader(),
            chain: Envelopes.chain(Envelopes.named("syslog")),
            time: time
        )
        var times: [Int64] = []
        while let batch = try reader.next() { times += decoder.decode(batch).flatMap { $0.events.map(\.time) } }
        #expect(times == [1_767_607_201_000_000, 1_767_607_200_000_000])
    }

    @Test func mutatedEnvelopesAreReadWithinLimits() throws {
        var numbers = Numbers(state: 11)
        for round in 0..<300 {
            let (line, _) = numbers.pick(Self.wrapped)
            var bytes = Array((line + "\n" + line + "\n").utf8)
            for _ in 0..<1 + numbers.below(6) {
                let place = numbers.below(bytes.count)
                switch numbers.below(3) {
                case 0: bytes[place] = UInt8(numbers.below(256))
                case 1: bytes.remove(at: place)
                default: bytes.insert(contentsOf: bytes[..<numbers.below(place + 1)].suffix(40), at: place)
                }
            }
            for envelope in Envelopes.catalog.envelopes where round % 10 == 0 || numbers.once(in: 4) {
                let chain = Envelopes.chain([envelope])
                let whole = try FoundRecords(bytes, chain, lineBytesMax: 300)
                #expect(try FoundRecords(bytes, chain, blockBytes: 16 + numbers.below(99), lineBytesMax: 300) == whole)
                #expect(whole.texts.allSatisfy { $0.utf8.count <= 3 * 300 })
            }
        }
    }
}
