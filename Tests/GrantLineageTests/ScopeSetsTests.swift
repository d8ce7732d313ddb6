// Scope sets: equal words are equal sets, differences are exact, and hostile scopes are bounded.

import FieldRows
import Testing

@testable import GrantLineage

@Suite struct ScopeSetsTests {
    @Test(arguments: [
        ("read write", "write  read read", true), ("read,write", "read write", true), ("read", "Read", false),
        ("a b", "ab", false), ("\ta\n", "a", true), ("a:b/c", "a:b", false),
    ])
    func equalWordsAreOneSet(_ one: String, _ other: String, _ equal: Bool) {
        var sets = ScopeSets(limits: .init())
        let (first, second) = (sets.set(one), sets.set(other))
        #expect(first != .unknown)
        #expect((first == second) == equal)
    }

    @Test func noWordsAreNoSet() {
        var sets = ScopeSets(limits: .init())
        #expect(sets.set("") == .unknown)
        #expect(sets.set(" , ") == .unknown)
    }

    @Test(
        arguments: [
            ("a b", "a b c", "c"), ("a b", "c a d b", "c d"), ("b", "a b c", "a c"), ("a b c", "b", nil),
            ("a", "aa", "aa"), ("aa", "a", "a"), ("m", "z y x", "x y z"), ("a", "", nil), ("a b", "b a", nil),
            ("read", "READ", "READ"), ("a c e", "b c d", "b d"),
        ] as [(String, String, String?)]
    )
    func addedIsWhatTheBaseLacks(_ base: String, _ asked: String, _ added: String?) {
        var sets = ScopeSets(limits: .init())
        let grant = sets.set(base)
        // Asked in vain, granted, and again, when the answer is remembered.
        for granted in [false, true, true, false, true] {
            let set = sets.added(asked, beyond: grant, granted: granted)
            #expect(sets.text(set) == added)
        }
    }

    @Test func unionHasTheWordsOfBoth() {
        var sets = ScopeSets(limits: .init())
        let (one, other) = (sets.set("a c"), sets.set("b c"))
        let union = sets.union(one, other)
        #expect(sets.text(union) == "a b c")
        #expect(sets.union(one, .unknown) == one)
        #expect(sets.union(.unknown, one) == one)
    }

    @Test func whatIsRefusedIsNotKept() {
        var sets = ScopeSets(limits: .init())
        let grant = sets.set("read")
        let kept = sets.count
        for number in 0..<1000 {
            let set = sets.added("read x\(number)", beyond: grant, granted: false)
            #expect(sets.text(set) == "x\(number)")
        }
        #expect(sets.count == kept)
    }

    @Test func refreshesLeaveHalfOfTheRoomToNewFamilies() {
        var limits = LineageLimits()
        limits.scopeTextsMax = 100
        var sets = ScopeSets(limits: limits)
        let grant = sets.set("read")
        for number in 0..<1000 {
            let set = sets.added("read x\(number)", beyond: grant, granted: true)
            #expect(sets.text(set) == "x\(number)")
        }
        #expect(sets.count <= 52)
        for number in 0..<40 { #expect(sets.set("new\(number)") != .unknown) }
        #expect(sets.notRemembered == 0)
        for number in 0..<100 { _ = sets.set("more\(number)") }
        #expect(sets.notRemembered > 0)
        #expect(sets.count == 100)
        // What is known stays known, in whatever order it is written.
        #expect(sets.set(" read read") == grant)
    }

    @Test func bytesAndLengthAreBounded() {
        var limits = LineageLimits()
        (limits.scopeBytesMax, limits.scopeTextBytesMax) = (1000, 400)
        var sets = ScopeSets(limits: limits)
        #expect(sets.set(String(repeating: "x", count: 401)) == .unknown)
        #expect(sets.notRemembered == 1)
        let grant = sets.set(String(repeating: "y", count: 400))
        #expect(grant != .unknown)
        #expect(sets.added(String(repeating: "z", count: 401), beyond: grant, granted: true) == .unknown)
        #expect(sets.notRead == 1)
        _ = sets.set(String(repeating: "v", count: 400))
        #expect(sets.set(String(repeating: "w", count: 400)) == .unknown)
        #expect(sets.notRemembered == 2)
    }

    @Test func manyTextsAreFoundAgain() {
        var sets = ScopeSets(limits: .init())
        let first = (0..<20_000).map { sets.set("scope\($0) openid") }
        let second = (0..<20_000).map { sets.set("openid scope\($0)") }
        #expect(first == second)
        #expect(Set(first).count == 20_000)
    }
}

extension ScopeSets {
    fileprivate mutating func set(_ text: String) -> ScopeSetID {
        let bytes = Array(text.utf8)
        return set(bytes.span.bytes)
    }

    fileprivate mutating func added(_ text: String, beyond base: ScopeSetID, granted: Bool) -> ScopeSetID {
        let bytes = Array(text.utf8)
        return added(bytes.span.bytes, beyond: base, granted: granted)
    }

    fileprivate func text(_ set: ScopeSetID) -> String? {
        set == .unknown ? nil : withText(of: set) { String(decodingUTF8: $0) }
    }
}
