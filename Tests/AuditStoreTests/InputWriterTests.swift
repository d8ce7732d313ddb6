// Inputs: how they are recognised again, and what is kept of rejected lines.

import AuditStore
import Testing

@Suite struct InputWriterTests {
    @Test func onlyInputsThatWereReadAreKnown() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        try database.audit { outcome in
            outcome.inputs = InputStatus.allCases.enumerated().map { number, status in
                var input = readInput(number: number, path: status.rawValue)
                input.status = status
                return input
            }
        }
        let run = RunID(rawValue: 1)
        #expect(
            try database.knownInputs(headSHA256: "feed").map { [$0.path, "\($0.byteCount)", "\($0.run)"] }
                == [["damaged", "1000", "\(run)"], ["read", "1000", "\(run)"]]
        )
        #expect(try database.knownInputs(headSHA256: "feed").first?.crc64 == 0x00AB_CDEF_0123_4567)
        #expect(try database.knownInputs(headSHA256: "beef") == [])
    }

    @Test func theChecksumIsHexadecimalText() throws {
        let temporary = try TemporaryDatabase()
        try temporary.open().audit { $0.inputs = [readInput()] }
        #expect(try temporary.rows("SELECT typeof(crc64), crc64 FROM inputs") == ["text|00abcdef01234567"])
    }

    @Test func aHundredRejectedLinesAreKeptForEachReason() throws {
        let temporary = try TemporaryDatabase()
        try temporary.open()
            .audit { outcome in
                var input = readInput()
                input.rejectedLines = (Int64(1)...300).map { line in
                    let reason = line.isMultiple(of: 2) ? "not_json" : "too_long"
                    return RejectedLineRecord(line: line, byteOffset: line * 10, reason: reason, sample: "x\(line)")
                }
                outcome.inputs = [input]
            }
        #expect(
            try temporary.rows("SELECT reason, count(*), max(line) FROM rejected_lines GROUP BY 1 ORDER BY 1")
                == ["not_json|100|200", "too_long|100|199"]
        )
    }

    @Test func aSampleHoldsNoSecretAndNoNUL() throws {
        let temporary = try TemporaryDatabase()
        let token = "eyJhbGciOiJub25lIn0"
        try temporary.open()
            .audit { outcome in
                var input = readInput()
                let sample = "a\0b refresh_token=\(token) end"
                input.rejectedLines = [RejectedLineRecord(line: 1, byteOffset: 0, reason: "r", sample: sample)]
                outcome.inputs = [input]
            }
        #expect(try temporary.rows("SELECT sample FROM rejected_lines") == ["a\u{FFFD}b refresh_token=[masked] end"])
    }
}
