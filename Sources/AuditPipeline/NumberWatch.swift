// Watches the numbers of the records of one input: which of them are missing.

import AuthEvents
import FieldRows

/// Numbers that no line has.
struct MissingNumbers: Equatable {
    let first: Int64
    let last: Int64
    /// How many of them are missing for certain: lines without a number may have had some.
    let count: Int64
    /// The line behind them.
    let line: Int64
    let byteOffset: Int64
    let time: Int64
}

/// How far the numbers of one writer have come.
struct NumberChain: Equatable {
    /// The first line of the input they were last seen in, as the ledger knows it.
    var head: String
    /// The format of that input.
    var source: String
    /// The least number that was not seen yet.
    var next: Int64
    /// Numbers behind it that were seen, as ``NumberWatch`` waits for those between.
    var ahead: [Int64] = []
    /// Time of the last of them.
    var time: Int64
}

/// Finds numbers that are missing, however the threads of a writer overtake each other.
struct NumberWatch {
    /// The first number of an input.
    typealias Beginning = (number: Int64, line: Int64, byteOffset: Int64, time: Int64)

    /// A number that was seen before others that are less.
    private struct Seen {
        let number: Int64
        let line: Int64
        let byteOffset: Int64
        let time: Int64
    }

    /// So many later numbers have to be seen before one counts as missing.
    private static let patience = 64
    /// Facts about one input.
    private static let missingMax = 100

    /// The number and the line at which it has begun, if the numbers of earlier runs do not go on.
    private(set) var beginning: Beginning?
    private(set) var missing: [MissingNumbers] = []
    private var next: Int64?
    private var ahead: [Seen] = []
    private var lastLine: Int64?
    private var latest = Int64.min
    /// Lines without a number, each of which may have had one that would be missing otherwise.
    private var unnumbered: Int64 = 0

    /// A watch that goes on where `chain` has ended.
    init(after chain: NumberChain?) {
        guard let chain else { return }
        next = chain.next
        latest = chain.time
        ahead = chain.ahead.map { Seen(number: $0, line: 1, byteOffset: 0, time: chain.time) }
    }

    /// Takes in the events of the next lines.
    mutating func observe(_ batch: EventBatch) {
        guard batch.events.contains(where: { $0.has(.sequence) }) else { return }
        batch.withRows(scratch: ByteBlock(capacity: 0)) { rows in
            for (index, event) in batch.events.enumerated() where event.has(.sequence) && !event.isSecond {
                let row = rows.row(index, event)
                guard let number = row.bytes(row[CanonicalField.sequence.rawValue]).wholeNumber else { continue }
                take(Seen(number: number, line: event.lineNumber, byteOffset: event.byteOffset, time: event.time))
            }
        }
    }

    private mutating func take(_ seen: Seen) {
        if let lastLine { unnumbered += max(0, seen.line - lastLine - 1) }
        lastLine = max(lastLine ?? 0, seen.line)
        latest = max(latest, seen.time)
        guard let expected = next else {
            beginning = (seen.number, seen.line, seen.byteOffset, seen.time)
            next = seen.number + 1
            return
        }
        if seen.number == expected {
            next = expected + 1
            closeUp()
        } else if seen.number > expected {
            let place = ahead.firstIndex { $0.number >= seen.number } ?? ahead.endIndex
            if place < ahead.endIndex, ahead[place].number == seen.number { return }
            ahead.insert(seen, at: place)
            if ahead.count > Self.patience { giveUp() }
        } else if seen.number < expected - Int64(Self.patience) {
            // The writer has begun anew.
            while !ahead.isEmpty { giveUp() }
            next = 1
            if seen.number <= 1 {
                next = seen.number + 1
            } else {
                ahead = [seen]
            }
        }
    }

    /// Goes over the numbers that were seen before their turn.
    private mutating func closeUp() {
        while let first = ahead.first, let expected = next, first.number <= expected {
            next = max(expected, first.number + 1)
            ahead.removeFirst()
        }
    }

    /// The numbers before the first one that was seen before its turn will not come any more.
    private mutating func giveUp() {
        guard let first = ahead.first, let expected = next else { return }
        let count = first.number - expected
        let excused = min(count, unnumbered)
        unnumbered -= excused
        if count > excused, missing.count < Self.missingMax {
            missing.append(
                MissingNumbers(
                    first: expected,
                    last: first.number - 1,
                    count: count - excused,
                    line: first.line,
                    byteOffset: first.byteOffset,
                    time: first.time
                )
            )
        }
        next = first.number
        closeUp()
    }

    /// The input has ended: what several later numbers have come before is missing, the rest may still come.
    mutating func end() {
        while ahead.count >= Self.lastPatience { giveUp() }
    }

    /// So many later numbers have to be seen at the end of an input.
    private static let lastPatience = 4

    /// How far the numbers have come, for the next run; `nil` if there were none.
    func chain(head: String, source: String) -> NumberChain? {
        next.map { NumberChain(head: head, source: source, next: $0, ahead: ahead.map(\.number), time: latest) }
    }
}

extension RawSpan {
    /// The number that these decimal digits are; `nil` for other text.
    fileprivate var wholeNumber: Int64? {
        guard byteCount > 0, byteCount <= 18 else { return nil }
        var number: Int64 = 0
        for index in 0..<byteCount {
            let digit = Int64(byte(at: index)) - 48
            guard digit >= 0, digit <= 9 else { return nil }
            number = number * 10 + digit
        }
        return number
    }
}
