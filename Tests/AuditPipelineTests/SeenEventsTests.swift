// What is remembered of events, and how long.

import AuthEvents
import Testing

@testable import AuditPipeline

@Suite struct SeenEventsTests {
    private static func event(_ identity: UInt64, time: Int64 = 0) -> AuthEvent {
        var event = AuthEvent()
        (event.identity, event.time) = (identity, time)
        return event
    }

    @Test func anEventIsNewOnce() {
        var seen = SeenEvents()
        let events = [(Self.event(1), 0), (Self.event(1), 0), (Self.event(1), 1), (Self.event(1, time: 5), 0)]
        let answers = (events + [(Self.event(0), 0), (Self.event(0), 0)]).map { seen.isNew($0.0, source: $0.1) }
        #expect(answers == [true, false, true, true, true, true])
    }

    @Test func theOldestAreForgotten() {
        var seen = SeenEvents()
        for number in 1...UInt64(SeenEvents.countMax) + 1 { _ = seen.isNew(Self.event(number), source: 0) }
        let answers = [UInt64(SeenEvents.countMax), 1].map { seen.isNew(Self.event($0), source: 0) }
        #expect(answers == [false, true])
    }
}
