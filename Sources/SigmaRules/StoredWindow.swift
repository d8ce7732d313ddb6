// The window of a group as bytes, for an engine that goes on where this one ended.

import FieldRows

/// How the payloads of events become bytes and are made of them again.
struct PayloadCoding {
    var store: (EventPayload, inout ByteWriter) -> Void
    var restore: (inout ByteReader) -> (payload: EventPayload, memoryBytes: Int)?
    /// What of a field's value may be stored.
    var storable: (EventValue, _ field: String) -> EventValue
}

extension Witness {
    fileprivate func store(to bytes: inout ByteWriter, _ coding: PayloadCoding) {
        bytes.append(Int64(event))
        coding.store(payload, &bytes)
    }

    fileprivate init?(from bytes: inout ByteReader, _ coding: PayloadCoding) {
        event = Int(bytes.next(Int64.self))
        guard let (payload, memoryBytes) = coding.restore(&bytes) else { return nil }
        self.payload = payload
        payloadBytes = memoryBytes
    }
}

extension CorrelationWindow {
    /// Appends the window, of which everything has been asked; `starts` are those that wait for their end.
    func store(to bytes: inout ByteWriter, of plan: CorrelationPlan, starts: [Int64], _ coding: PayloadCoding) {
        bytes.append(counted: key)
        bytes.append(UInt32(group.count))
        for (value, name) in zip(group, plan.correlation.groupBy) { coding.storable(value, name).store(to: &bytes) }
        bytes.append(Int64(incident ?? -1))
        bytes.append(beginning)
        bytes.append(UInt32(starts.count))
        for start in starts.sorted() { bytes.append(start) }
        for match in last {
            bytes.append(match.time)
            bytes.append(Int64(match.number))
            Self.store(match.carried, of: plan, to: &bytes, coding)
            bytes.append(match.witness != nil)
            match.witness?.store(to: &bytes, coding)
        }
        bytes.append(UInt32(entries.count))
        for entry in entries {
            bytes.append(entry.time)
            bytes.append(Int64(entry.event))
            bytes.append(UInt32(entry.sample.rule))
            bytes.append(Int64(entry.sample.valueHash))
            bytes.append(entry.sample.number.bitPattern)
            bytes.append(entry.sample.isRepeat)
            bytes.append(entry.isTold)
            Self.store(entry.carried, of: plan, to: &bytes, coding)
            bytes.append(UInt32(entry.witnesses.count))
            for witness in entry.witnesses { witness.store(to: &bytes, coding) }
        }
    }

    /// Takes back the group of a window with its key.
    static func restoreGroup(from bytes: inout ByteReader) -> (key: [UInt8], group: [EventValue])? {
        let key = bytes.nextCounted()
        var group: [EventValue] = []
        for _ in 0..<bytes.nextCount(of: 5) {
            guard let value = EventValue(from: &bytes) else { return nil }
            group.append(value)
        }
        return (key, group)
    }

    /// Takes back the rest of the window and returns the starts that wait for their end; `nil` if it makes no sense.
    func restore(from bytes: inout ByteReader, _ coding: PayloadCoding) -> [Int64]? {
        let number: Int64 = bytes.next()
        incident = number < 0 ? nil : Int(number)
        beginning = bytes.next()
        var starts: [Int64] = []
        for _ in 0..<bytes.nextCount(of: 8) { starts.append(bytes.next()) }
        for rule in last.indices {
            var match = Last(time: bytes.next(), number: Int(bytes.next(Int64.self)))
            guard let carried = Self.restoreCarried(from: &bytes) else { return nil }
            match.carried = carried
            if bytes.nextFlag() {
                guard let witness = Witness(from: &bytes, coding) else { return nil }
                match.witness = witness
            }
            additions = max(additions, match.number)
            last[rule] = match
        }
        for _ in 0..<bytes.nextCount(of: 40) {
            guard let entry = restoreEntry(from: &bytes, coding), entry.time >= lastTime else { return nil }
            stored.append(entry)
            measure.add(entry.sample)
            memoryBytes += entry.memoryBytes
            guard entry.isTold else { continue }
            toldCount += 1
            if mayRepeat { for witness in entry.witnesses { toldEvents[witness.event, default: 0] += 1 } }
        }
        areOrdersStale = true
        return bytes.isBeyondEnd ? nil : starts
    }

    private func restoreEntry(from bytes: inout ByteReader, _ coding: PayloadCoding) -> Entry? {
        let (time, event): (Int64, Int64) = (bytes.next(), bytes.next())
        let rule = Int(bytes.next(UInt32.self))
        guard last.indices.contains(rule) else { return nil }
        var sample = WindowMeasure.Sample(rule: rule)
        sample.valueHash = Int(bytes.next(Int64.self))
        sample.number = Double(bitPattern: bytes.next())
        sample.isRepeat = bytes.nextFlag()
        let isTold = bytes.nextFlag()
        guard sample.number.isFinite, let carried = Self.restoreCarried(from: &bytes) else { return nil }
        var witnesses: [Witness] = []
        for _ in 0..<bytes.nextCount(of: 8) {
            guard let witness = Witness(from: &bytes, coding) else { return nil }
            witnesses.append(witness)
        }
        var entry = Entry(time: time, event: Int(event), sample: sample, carried: carried, witnesses: witnesses)
        entry.isTold = isTold
        return entry
    }

    private static func store(
        _ carried: [EventValue?],
        of plan: CorrelationPlan,
        to bytes: inout ByteWriter,
        _ coding: PayloadCoding
    ) {
        bytes.append(UInt32(carried.count))
        for (place, value) in carried.enumerated() {
            bytes.append(value != nil)
            if let value {
                coding.storable(value, place < plan.carried.count ? plan.carried[place] : "").store(to: &bytes)
            }
        }
    }

    private static func restoreCarried(from bytes: inout ByteReader) -> [EventValue?]? {
        var carried: [EventValue?] = []
        for _ in 0..<bytes.nextCount(of: 1) {
            guard bytes.nextFlag() else {
                carried.append(nil)
                continue
            }
            guard let value = EventValue(from: &bytes) else { return nil }
            carried.append(value)
        }
        return carried
    }
}
