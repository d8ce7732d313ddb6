// How unusual an hour of token requests is: against figures computed by hand, and over weeks of events.

import Testing

@testable import GrantLineage

@Suite struct ClientRateTests {
    @Test func comparesWithTheMedian() {
        let usual = UsualRate([90, 100, 110, 100, 400, 95, 105, 100])
        #expect(usual.median == 100)
        // 2√100.375 = 20.0375, 2√225.375 = 30.0250.
        #expect(abs(usual.deviation(of: 225, spread: 1) - 9.9875) < 0.001)
        #expect(abs(usual.deviation(of: 225, spread: 2) - 4.9938) < 0.001)
        // 20.0375 + 3 · 2 = 26.0375 = 2√169.49, which is less than three times the median.
        #expect(usual.count(spreads: 3, spread: 2) == 301)
        #expect(usual.count(spreads: 12, spread: 2) == 485)
        // A spread below that of chance is none.
        #expect(usual.deviation(of: 225, spread: 0.1) == usual.deviation(of: 225, spread: 1))
        // (ln 1022 − ln 102) / (1/√102) = 2.3046 · 10.0995.
        #expect(abs(usual.logDeviation(of: 1020, spread: 0) - 23.275) < 0.01)
    }

    @Test func looksAtTheSameHourOfOtherWeeks() {
        var history = RateHistory()
        for week in 0..<8 { history.counts[5 + 168 * week] = UInt16(10 + week) }
        #expect(history.counts(before: 5 + 168 * 8, known: 1344) == [17, 16, 15, 14, 13, 12, 11, 10])
        #expect(history.counts(before: 5 + 168 * 8, known: 167).isEmpty)
        #expect(history.counts(before: 5 + 168 * 8, known: 350) == [17, 16])
        #expect(history.counts(before: 6 + 168 * 8, known: 1344).allSatisfy { $0 == 0 })
    }

    /// Thirty requests an hour at noon for five weeks, then as many as `count`; the last one's derived fields.
    private func lastOf(_ count: Int, hour: Int, weeks: Int = 5) throws -> [String: String] {
        let player = StoryPlayer()
        var fields: [String: String] = [:]
        func request(_ hour: Int, _ index: Int) throws {
            fields = player.play(try StoryEvent(line: "\(hour * 3600 + index) grant type=clientCredentials"))
        }
        for day in 0..<weeks * 7 {
            for index in 0..<30 { try request(day * 24 + 12, index) }
        }
        for index in 0..<count { try request(weeks * 168 + hour, index) }
        return fields.filter { $0.key.hasPrefix("baseline.rate") }
    }

    @Test func tellsABurstFromTheUsual() throws {
        #expect(try lastOf(30, hour: 12) == [:])
        #expect(try lastOf(80, hour: 12) == [:], "less than three times the median")
        // 2√300.375 − 2√30.375 = 34.66 − 11.02, and (ln 302 − ln 32) · √32.
        #expect(try lastOf(300, hour: 12) == ["baseline.rate_z": "23", "baseline.rate_log_z": "12"])
        // At three in the night there is nothing as a rule: 2√25.375 − 2√0.375, and (ln 27 − ln 2) · √2.
        #expect(try lastOf(25, hour: 3) == ["baseline.rate_z": "8", "baseline.rate_log_z": "3"])
        #expect(try lastOf(19, hour: 3) == [:], "too few to matter")
        #expect(try lastOf(300, hour: 12, weeks: 3) == [:], "not known yet")
    }

    /// What is unusual is not learned, so that it is unusual the next week, too.
    @Test func burstsAreNotLearned() throws {
        let player = StoryPlayer()
        var fields: [String: String] = [:]
        for week in 0..<9 {
            for index in 0..<(week < 5 ? 30 : 300) {
                let seconds = week * 7 * 86_400 + index
                fields = player.play(try StoryEvent(line: "\(seconds) grant type=clientCredentials"))
            }
            if week >= 5 { #expect(fields["baseline.rate_z"] == "23", "week \(week)") }
        }
    }

    @Test func successAndFailureAreCountedApart() throws {
        let player = StoryPlayer()
        _ = player.play(try StoryEvent(line: "0 grant type=clientCredentials"))
        _ = player.play(try StoryEvent(line: "0 grant type=clientCredentials fails"))
        var fields: [String: String] = [:]
        for index in 0..<40 {
            let line = "\(30 * 86_400 + index) grant type=clientCredentials" + (index % 2 == 0 ? " fails" : "")
            fields = player.play(try StoryEvent(line: line))
            #expect((fields["baseline.rate_z"] != nil) == (index >= 38), "request \(index)")
        }
    }
}
