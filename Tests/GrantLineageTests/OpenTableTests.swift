// Open tables against dictionaries.

import AuthEvents
import Testing

@testable import GrantLineage

@Suite struct OpenTableTests {
    private typealias Table = OpenTable<TokenFingerprint, SessionRecord>

    private func record(_ value: Int64) -> SessionRecord {
        var record = SessionRecord()
        record.redeemedAt = value
        return record
    }

    /// Few distinct words and halves that are often zero, to collide a lot.
    private func fingerprint(_ word: UInt64) -> TokenFingerprint {
        TokenFingerprint(high: word % 3, low: word / 3 % 4096 &* 0x1_0000_0000)
    }

    @Test func agreesWithADictionary() {
        var table = Table()
        var model: [TokenFingerprint: Int64] = [:]
        var word: UInt64 = 1
        for step in 0..<40_000 {
            word = word &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let key = fingerprint(word >> 33)
            let found = table.value(of: key)?.redeemedAt
            #expect(found == model[key])
            guard key.isPresent, step % 3 != 0 else { continue }
            if !table.replace(key, record(Int64(step))) { table.add(key, record(Int64(step))) }
            model[key] = Int64(step)
        }
        #expect(table.count == model.count)
        #expect(model.count > 5000)
        for (key, value) in model {
            let found = table.value(of: key)?.redeemedAt
            #expect(found == value)
        }
    }

    @Test func growsBeforeItIsThreeQuartersFull() {
        var table = Table()
        let slot = table.byteCount / 64
        for number in 1...100_000 {
            table.add(TokenFingerprint(high: UInt64(number), low: 0), record(Int64(number)))
            if number.isMultiple(of: 997) {
                let capacity = table.byteCount / slot
                #expect(number * 4 <= capacity * 3)
                #expect(number * 8 > capacity * 3 - 8)
            }
        }
        #expect(table.count == 100_000)
        #expect(slot == 32)
    }

    @Test func theMarkOfAFreeSlotIsNoKey() {
        var table = Table()
        #expect(table.value(of: .none) == nil)
        let replaced = table.replace(.none, record(1))
        #expect(!replaced)
    }

    @Test func recordsAreSmall() {
        #expect(MemoryLayout<CodeRecord>.stride <= 56)
        #expect(MemoryLayout<TokenRecord>.stride <= 24)
        #expect(MemoryLayout<FamilyRecord>.stride <= 48)
        #expect(MemoryLayout<SessionRecord>.stride <= 16)
        #expect(MemoryLayout<AccessTokenRecord>.stride <= 16)
        #expect(MemoryLayout<UserRecord>.stride <= 24)
        #expect(MemoryLayout<ClientRecord>.stride <= 48)
    }
}

@Suite struct GenerationTableTests {
    private typealias Table = GenerationTable<FamilyNumber, SessionRecord>

    private func number(_ value: Int) -> FamilyNumber { FamilyNumber(rawValue: UInt32(value)) }

    /// A dictionary with the time of last use says what must still be there; nothing else may be counted.
    @Test func keepsForALifetimeAndCountsTheRest() {
        var table = Table(recordsMax: 10_000, lifetimeSeconds: 10)
        var lastSeen: [Int: Int64] = [:]
        var word: UInt64 = 7
        var added: Int64 = 0
        for step in 0..<20_000 {
            let time = Int64(step) * 10_000
            table.advance(to: time)
            word = word &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let key = Int(word >> 33) % 2000 + 1
            let isKnown = table.value(of: number(key)) != nil
            if let last = lastSeen[key], time - last < 10_000_000 { #expect(isKnown, "\(key) at \(time)") }
            if let last = lastSeen[key], time - last > 20_010_000 { #expect(!isKnown, "\(key) at \(time)") }
            if !isKnown { added += 1 }
            table.set(number(key), SessionRecord())
            lastSeen[key] = time
        }
        #expect(table.expired > 0)
        #expect(table.evicted == 0)
        #expect(Int64(table.count) + table.expired == added)
    }

    @Test func neverHoldsMoreThanTheBudget() {
        var table = Table(recordsMax: 64, lifetimeSeconds: 1_000_000)
        table.advance(to: 5)
        for key in 1...1000 {
            table.set(number(key), SessionRecord())
            // What is asked for again and again stays, whatever else comes.
            let kept = table.value(of: number(1)) != nil
            #expect(kept)
            #expect(table.count <= 64)
        }
        #expect(table.evicted == Int64(1000 - table.count))
        #expect(table.expired == 0)
        #expect(table.horizon == 5)
    }

    @Test func aRecordIsCountedOnceWhereverItIs() {
        var table = Table(recordsMax: 100, lifetimeSeconds: 10)
        table.advance(to: 0)
        for key in 1...20 { table.set(number(key), SessionRecord()) }
        table.advance(to: 10_000_000)
        for key in 1...5 { table.set(number(key), SessionRecord()) }
        for key in 4...8 { _ = table.value(of: number(key)) }
        #expect(table.count == 20)
        table.advance(to: 20_000_000)
        #expect(table.count == 8)
        #expect(table.expired == 12)
    }

    @Test func oneWrongTimeDoesNotEraseAllMemory() {
        var table = Table(recordsMax: 100, lifetimeSeconds: 10)
        table.advance(to: 0)
        table.set(number(1), SessionRecord())
        table.advance(to: .max)
        table.advance(to: 1)
        let kept = table.value(of: number(1)) != nil
        #expect(kept)
    }
}
