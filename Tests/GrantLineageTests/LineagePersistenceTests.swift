// Lineage that goes on in another process, from what was kept of it.

import GrantLineage
import TestMaterial
import Testing

/// Keeps segments as the database does.
private struct Kept {
    var header = LineageHeader(bytes: [], generations: [:])
    var segments: [LineageSegment] = []

    mutating func keep(_ player: StoryPlayer) throws {
        var taken: [LineageSegment] = []
        header = try player.tracker.takeChanges { taken.append($0) }
        for segment in taken {
            if segment.replacesEarlier {
                segments.removeAll { $0.part == segment.part && $0.generation == segment.generation }
            }
            segments.append(segment)
        }
        segments.removeAll { $0.generation + 1 < header.generations[$0.part] ?? 0 }
    }

    func restore(_ player: StoryPlayer) throws {
        var byteCounts: [LineagePart: Int] = [:]
        for segment in segments { byteCounts[segment.part, default: 0] += segment.bytes.count }
        try player.tracker.restore(header: header.bytes, byteCounts: byteCounts) { take in
            for segment in segments { try take(segment) }
        }
    }
}

@Suite struct LineagePersistenceTests {
    /// However a log is cut into runs, each event is told the same as in one run.
    @Test(arguments: 0..<24)
    func runsGoOnWhereTheLastOneEnded(seed: Int) throws {
        var limits = LineageLimits()
        if seed % 3 == 1 { (limits.codeLifetimeSeconds, limits.familyIdleSeconds) = (600, 3_000) }
        if seed % 3 == 2 { (limits.codesMax, limits.tokensMax, limits.familiesMax) = (20, 60, 20) }
        var numbers = Numbers(state: UInt64(seed) &* 77)
        var stream = EventStream(seed: UInt64(seed))
        let whole = StoryPlayer(limits: limits)
        var part = StoryPlayer(limits: limits)
        var kept = Kept()
        for index in 0..<2_500 {
            if numbers.once(in: 120) {
                try kept.keep(part)
                part = StoryPlayer(limits: limits)
                try kept.restore(part)
            }
            let event = stream.nextEvent()
            let (one, other) = (whole.play(event), part.play(event))
            guard one == other else {
                Issue.record("event \(index): \(event)\n  one run \(one)\n  several \(other)")
                return
            }
            #expect(whole.tracker.takeLateIssues() == part.tracker.takeLateIssues(), "event \(index): \(event)")
        }
        let (one, other) = (whole.tracker.statistics, part.tracker.statistics)
        #expect(one.records == other.records)
    }

    /// What has not changed is not kept again, and what changes all the time does not pile up.
    @Test func keepingCostsWhatChanged() throws {
        let player = StoryPlayer()
        for index in 0..<20_000 { _ = player.play(try StoryEvent(line: "\(index) redeem c\(index) -> r\(index)")) }
        var kept = Kept()
        try kept.keep(player)
        let all = kept.segments.reduce(0) { $0 + $1.records }
        let segments = kept.segments.count
        try kept.keep(player)
        #expect(kept.segments.count == segments)
        _ = player.play(try StoryEvent(line: "20001 refresh r7 -> s7"))
        try kept.keep(player)
        #expect(kept.segments.reduce(0) { $0 + $1.records } == all + 6)
        for round in 0..<200 {
            for index in 0..<200 {
                _ = player.play(try StoryEvent(line: "30000 refresh r\(index) -> t\(round).\(index)"))
            }
            try kept.keep(player)
        }
        #expect(kept.segments.reduce(0) { $0 + $1.records } < 3 * (all + 40_000))
    }

    /// Records come back in the order of their slots, which must not make them crowd.
    @Test func takingBackCostsWhatThereIs() throws {
        let player = StoryPlayer()
        var event = try StoryEvent(line: "1 redeem c -> r")
        for index in 0..<150_000 {
            (event.seconds, event.code, event.issued) = (Double(index) / 1000, "c\(index)", "r\(index)")
            _ = player.play(event)
        }
        var kept = Kept()
        try kept.keep(player)
        let other = StoryPlayer()
        let start = ContinuousClock.now
        try kept.restore(other)
        // Crowding would take minutes.
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(other.tracker.statistics == player.tracker.statistics)
    }

    /// Events that an earlier run has read under another name are told what they were told then: nothing later counts.
    @Test(arguments: 0..<12)
    func eventsReadOnceMoreAreNoReplays(seed: Int) throws {
        var stream = EventStream(seed: UInt64(seed))
        // Not about late events, nor about sessions, which name the latest of their grants only.
        var events = (0..<600).map { _ in stream.nextEvent() }.sorted { $0.seconds < $1.seconds }
        for index in events.indices { events[index].session = "" }
        let first = StoryPlayer()
        let told = events.map { first.play($0) }
        var kept = Kept()
        try kept.keep(first)
        let second = StoryPlayer()
        try kept.restore(second)
        second.tracker.mayRepeat = true
        let names = [
            "refresh_token.state", "code.state", "grant.revoked_seconds_ago", "refresh_token.seconds_since_rotation",
        ]
        for (event, before) in zip(events, told) {
            let now = second.play(event)
            for name in names {
                // What was unknown then may be known now; what was in order is so still.
                guard let was = before[name], was != "unknown" else { continue }
                #expect(now[name] == was, "\(name) of \(event)")
            }
            if before["code.state"] != "redeemed" {
                #expect(now["code.redemptions"] == before["code.redemptions"], "\(event)")
            }
            for name in ["grant.revoked_seconds_ago", "grant.code_refused"] where before[name] == nil {
                #expect(now[name] == nil, "\(name) of \(event)")
            }
        }
        #expect(second.tracker.statistics.lateEvents == 0)
        #expect(second.tracker.statistics.backdatedEvents > 500)
    }

    /// Bytes that nobody has kept are refused, not believed.
    @Test func nonsenseIsRefused() throws {
        let player = StoryPlayer()
        for line in ["1 redeem c1 -> r1 scope=a", "2 refresh r1 -> r2", "3 refresh r1 -> r3"] {
            _ = player.play(try StoryEvent(line: line))
        }
        var kept = Kept()
        try kept.keep(player)
        var numbers = Numbers(state: 5)
        for _ in 0..<400 {
            var broken = kept
            if numbers.once(in: 2) {
                var bytes = broken.header.bytes
                bytes[numbers.below(bytes.count)] = UInt8(numbers.below(256))
                if numbers.once(in: 3) { bytes.removeLast(1 + numbers.below(bytes.count - 1)) }
                broken.header = LineageHeader(bytes: bytes, generations: broken.header.generations)
            } else {
                let place = numbers.below(broken.segments.count)
                var bytes = broken.segments[place].bytes
                if numbers.once(in: 3) { bytes.removeLast() } else { bytes[numbers.below(bytes.count)] = 0xFF }
                broken.segments[place].bytes = bytes
            }
            let other = StoryPlayer()
            do {
                try broken.restore(other)
            } catch let error as LineageStateError {
                #expect(!error.what.isEmpty)
                continue
            }
            for line in ["4 refresh r2 -> r4 scope=b", "5 redeem c1 -> r5", "6 revoke r3", "7 refresh r3 fails"] {
                _ = other.play(try StoryEvent(line: line))
            }
        }
    }
}
