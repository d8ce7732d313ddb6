// Every line is an event, rejected or ignored, however tallies are added.

import AuthEvents
import FieldRows
import Testing

@Suite struct LineTallyTests {
    private func tally(_ events: Int64, _ rejected: [String: Int64], _ ignored: [String: Int64]) -> LineTally {
        var tally = LineTally()
        tally.events = events
        tally.rejected = rejected
        tally.ignored = ignored
        return tally
    }

    @Test func linesAreEventsRejectedAndIgnored() {
        #expect(LineTally().lines == 0)
        let tally = tally(5, ["no time": 2, "malformed JSON": 1], ["blank line": 4])
        #expect(tally.rejectedTotal == 3)
        #expect(tally.ignoredTotal == 4)
        #expect(tally.lines == 12)
    }

    @Test func addingAddsReasonByReason() {
        let first = tally(5, ["no time": 2], ["blank line": 4])
        let second = tally(1, ["no time": 1, "malformed JSON": 7], ["banner": 1])
        var sum = first
        sum.add(second)
        #expect(sum == tally(6, ["no time": 3, "malformed JSON": 7], ["blank line": 4, "banner": 1]))
        #expect(sum.lines == first.lines + second.lines)
        var other = second
        other.add(first)
        #expect(other == sum)
        other.add(LineTally())
        #expect(other == sum)
    }

    @Test func batchCountsMoreRejectedLinesThanItKeeps() {
        let batch = EventBatch(columns: 1, block: ByteBlock(capacity: 0))
        for number in 1...EventBatch.rejectedMax + 50 {
            batch.reject(RejectedLine(lineNumber: Int64(number), byteOffset: 0, reason: "no time", sample: ""))
        }
        #expect(batch.rejected.count == EventBatch.rejectedMax)
        #expect(batch.rejected.first?.lineNumber == 1)
        #expect(batch.tally.rejected == ["no time": 150])
        #expect(batch.tally.lines == 150)
    }

    @Test func resetBatchHoldsNothing() {
        let batch = EventBatch(columns: 2, block: ByteBlock(capacity: 0))
        batch.events = [AuthEvent()]
        _ = batch.slices.append([.null, .null])
        _ = batch.fingerprints.append([.none])
        batch.arena.append(byteWithoutPadding: 1)
        batch.reject(RejectedLine(lineNumber: 1, byteOffset: 0, reason: "no time", sample: ""))
        let block = ByteBlock(capacity: 8)
        batch.reset(block: block)
        #expect(batch.block === block)
        #expect(batch.events.isEmpty)
        #expect(batch.slices.count == 0)
        #expect(batch.fingerprints.count == 0)
        #expect(batch.arena.count == 0)
        #expect(batch.rejected.isEmpty)
        #expect(batch.tally == LineTally())
    }
}
