// Which events stand for a finding.

import Detections
import Testing

@testable import AuditStore

@Suite struct EvidenceMergeTests {
    private static func evidence(_ time: Int64, _ path: String = "a", _ offset: Int64 = 0, input: Int64 = 1)
        -> PlacedEvidence
    {
        PlacedEvidence(time: time, path: path, byteOffset: offset, line: 1, ruleName: "r", fields: "{}", inputID: input)
    }

    @Test func theFirstFewOfAUnionAreTheFirstFewOfItsParts() {
        let all = (0..<30).map { Self.evidence(Int64($0 * 7 % 30)) }
        let atOnce = EvidenceMerge.merged([], all)
        for cut in [1, 9, 10, 11, 29] {
            let first = EvidenceMerge.merged([], Array(all[..<cut]))
            #expect(EvidenceMerge.merged(first, Array(all[cut...])) == atOnce)
            let last = EvidenceMerge.merged([], Array(all[cut...]))
            #expect(EvidenceMerge.merged(last, Array(all[..<cut])) == atOnce)
        }
        #expect(atOnce.map(\.time) == Array(0..<Int64(Finding.evidenceMax)))
    }

    @Test func eventsOfOneMomentAreInTheOrderOfTheirPlaces() {
        let merged = EvidenceMerge.merged(
            [Self.evidence(5, "b", 0, input: 1), Self.evidence(5, "a", 9, input: 2)],
            [Self.evidence(5, "a", 3, input: 3)]
        )
        #expect(merged.map(\.inputID) == [3, 2, 1])
    }

    @Test func oneLineReadTwiceIsOneEvidence() {
        #expect(EvidenceMerge.merged([Self.evidence(5, input: 1)], [Self.evidence(5, input: 2)]).map(\.inputID) == [1])
    }
}
