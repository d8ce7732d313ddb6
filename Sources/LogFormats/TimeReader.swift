// Reads the forms of time that begin with a word, a short number or a bracket.

import FieldRows

/// Takes one timestamp apart, from left to right.
struct TimeReader: ~Escapable {
    private let text: RawSpan
    private let start: Int
    private let end: Int
    private var index: Int

    @_lifetime(copy text)
    init(_ text: RawSpan, _ start: Int, _ end: Int) {
        self.text = text
        self.start = start
        self.end = end
        index = start
    }

    /// Reads the whole text.
    mutating func read(_ unit: EpochUnit) throws(LineFault) -> LogTimestamp {
        if isLetter(index) { return try beginsWithWord() }
        if text.byte(at: index) == UInt8(ascii: "/") { return try microsoftDate() }
        guard let first = number(max: 14) else { throw .unreadableTime }
        let digits = index - start
        switch digits {
        case 14: return try compact(first)
        case 8 where peek(UInt8(ascii: "T")): return try basicISO(first)
        case 1, 2:
            if take(UInt8(ascii: "/")) { return try monthDayYear(first) }
            if digits == 2, take(UInt8(ascii: ":")) { return try timeAlone(first) }
            if take(UInt8(ascii: "-")) || take(UInt8(ascii: " ")) { return try dayMonthYear(first) }
            throw .unreadableTime
        default: throw .unreadableTime
        }
    }

    // MARK: - Forms

    /// `Jan 16 2026 09:16:30.609` (CEF), `Nov  3 22:56:27` (RFC 3164 §4.1.2), and both behind a weekday:
    /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7), `Sun Nov  6 08:49:37 1994`.
    private mutating func beginsWithWord() throws(LineFault) -> LogTimestamp {
        if let month = takeMonth() { return try behindMonth(month) }
        guard takeWeekday() else { throw .unreadableTime }
        _ = take(UInt8(ascii: ","))
        spaces()
        if let month = takeMonth() { return try behindMonth(month) }
        guard let day = number(max: 2) else { throw .unreadableTime }
        guard take(UInt8(ascii: " ")) || take(UInt8(ascii: "-")) else { throw .unreadableTime }
        return try dayMonthYear(day)
    }

    private mutating func behindMonth(_ month: Int64) throws(LineFault) -> LogTimestamp {
        spaces()
        guard let day = number(max: 2) else { throw .unreadableTime }
        _ = take(UInt8(ascii: ","))
        spaces()
        let place = index
        guard let next = number(max: 4) else { throw .unreadableTime }
        if index - place == 4 {
            spaces()
            guard let hour = number(max: 2), take(UInt8(ascii: ":")) else { throw .unreadableTime }
            return try finish(year: next, month, day, try clock(hour))
        }
        guard take(UInt8(ascii: ":")) else { throw .unreadableTime }
        let time = try clock(next)
        // The year may stand behind the time.
        let rest = index
        spaces()
        let yearPlace = index
        if let year = number(max: 4), index - yearPlace == 4 { return try finish(year: year, month, day, time) }
        index = rest
        return try finish(year: nil, month, day, time)
    }

    /// `06 Nov 1994 08:49:37`, `06-Jan-2026 10:00:00.123`.
    private mutating func dayMonthYear(_ day: Int64) throws(LineFault) -> LogTimestamp {
        spaces()
        guard let month = takeMonth() else { throw .unreadableTime }
        guard take(UInt8(ascii: " ")) || take(UInt8(ascii: "-")) else { throw .unreadableTime }
        let place = index
        guard let year = number(max: 4), index - place == 4 else { throw .unreadableTime }
        spaces()
        guard let hour = number(max: 2), take(UInt8(ascii: ":")) else { throw .unreadableTime }
        return try finish(year: year, month, day, try clock(hour))
    }

    /// `1/9/2007 10:41:00 AM +01:00`, `01/09/2007 09:41:00`: month first, as Microsoft writes it.
    private mutating func monthDayYear(_ month: Int64) throws(LineFault) -> LogTimestamp {
        guard let day = number(max: 2), take(UInt8(ascii: "/")) else { throw .unreadableTime }
        let place = index
        guard let year = number(max: 4), index - place == 4 else { throw .unreadableTime }
        _ = take(UInt8(ascii: ","))
        spaces()
        guard let hour = number(max: 2), take(UInt8(ascii: ":")) else { throw .unreadableTime }
        return try finish(year: year, month, day, try clock(hour))
    }

    /// `22:56:27.123`.
    private mutating func timeAlone(_ hour: Int64) throws(LineFault) -> LogTimestamp {
        let time = try clock(hour)
        let zone = try zone()
        guard index == end else { throw .unreadableTime }
        return LogTimestamp(microseconds: time - zone.offset, hasZone: zone.isNamed, extent: .withoutDate)
    }

    /// `20260105100000.123`, in UTC.
    private mutating func compact(_ digits: Int64) throws(LineFault) -> LogTimestamp {
        let (date, time) = (digits / 1_000_000, digits % 1_000_000)
        guard let seconds = Self.seconds(time), let days = Self.days(date) else { throw .unreadableTime }
        let fraction = LogTimestamp.fraction(text, &index, end)
        let zone = try zone()
        guard index == end else { throw .unreadableTime }
        let microseconds = (days * 86_400 + seconds) * 1_000_000 + fraction - zone.offset
        return LogTimestamp(microseconds: microseconds, hasZone: zone.isNamed)
    }

    /// `20260105T100000Z` (ISO 8601, basic form).
    private mutating func basicISO(_ date: Int64) throws(LineFault) -> LogTimestamp {
        _ = take(UInt8(ascii: "T"))
        let place = index
        guard let time = number(max: 6), index - place == 6, let seconds = Self.seconds(time),
            let days = Self.days(date)
        else { throw .unreadableTime }
        let fraction = LogTimestamp.fraction(text, &index, end)
        let zone = try zone()
        guard index == end else { throw .unreadableTime }
        let microseconds = (days * 86_400 + seconds) * 1_000_000 + fraction - zone.offset
        return LogTimestamp(microseconds: microseconds, hasZone: zone.isNamed)
    }

    /// `/Date(1767607200174)/`, with or without an offset that says nothing about the instant.
    private mutating func microsoftDate() throws(LineFault) -> LogTimestamp {
        for byte in "/Date(".utf8 { guard take(byte) else { throw .unreadableTime } }
        let place = index
        guard number(max: 18) != nil else { throw .unreadableTime }
        let stamp = try LogTimestamp.epoch(text, place, index, .milliseconds)
        if peek(UInt8(ascii: "+")) || peek(UInt8(ascii: "-")) {
            index += 1
            guard number(max: 4) != nil else { throw .unreadableTime }
        }
        for byte in ")/".utf8 { guard take(byte) else { throw .unreadableTime } }
        guard index == end else { throw .unreadableTime }
        return stamp
    }

    // MARK: - Parts

    private mutating func finish(
        year: Int64?,
        _ month: Int64,
        _ day: Int64,
        _ time: Int64
    ) throws(LineFault) -> LogTimestamp {
        let zone = try zone()
        guard index == end, let days = LogTimestamp.days(year ?? 1972, month, day) else { throw .unreadableTime }
        return LogTimestamp(
            microseconds: days * 86_400_000_000 + time - zone.offset,
            hasZone: zone.isNamed,
            extent: year == nil ? .withoutYear : .dateAndTime
        )
    }

    /// Microseconds of `hour:mm:ss.fraction AM`, when the colon behind the hour has been read.
    private mutating func clock(_ hour: Int64) throws(LineFault) -> Int64 {
        var hour = hour
        let minutePlace = index
        guard let minute = number(max: 2), index - minutePlace == 2, take(UInt8(ascii: ":")) else {
            throw .unreadableTime
        }
        let secondPlace = index
        guard let second = number(max: 2), index - secondPlace == 2 else { throw .unreadableTime }
        let fraction = LogTimestamp.fraction(text, &index, end)
        let place = index
        spaces()
        let isAfternoon = takeWord("PM") || takeWord("pm")
        if isAfternoon || takeWord("AM") || takeWord("am") {
            guard (1...12).contains(hour) else { throw .unreadableTime }
            hour = hour % 12 + (isAfternoon ? 12 : 0)
        } else {
            index = place
        }
        guard hour <= 23, minute <= 59, second <= 60 else { throw .unreadableTime }
        return (hour * 3_600 + minute * 60 + second) * 1_000_000 + fraction
    }

    /// The offset at the end, in microseconds.
    private mutating func zone() throws(LineFault) -> (offset: Int64, isNamed: Bool) {
        spaces()
        guard let seconds = try LogTimestamp.zone(text, &index, end) else { return (0, false) }
        return (seconds * 1_000_000, true)
    }

    /// Days since 1970 of the number `20260105`.
    private static func days(_ date: Int64) -> Int64? {
        LogTimestamp.days(date / 10_000, date / 100 % 100, date % 100)
    }

    /// Seconds of the number `100000`.
    private static func seconds(_ time: Int64) -> Int64? {
        let (hour, minute, second) = (time / 10_000, time / 100 % 100, time % 100)
        guard hour <= 23, minute <= 59, second <= 60 else { return nil }
        return hour * 3_600 + minute * 60 + second
    }

    // MARK: - Words and numbers

    private mutating func takeMonth() -> Int64? {
        guard end - index >= 3, let month = LogTimestamp.month(text, index), !isLetter(index + 3) else { return nil }
        index += 3
        return month
    }

    private mutating func takeWeekday() -> Bool {
        let names: [StaticString] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        for name in names where takeWord(name) { return true }
        return false
    }

    private mutating func takeWord(_ word: StaticString) -> Bool {
        let stop = index + word.utf8CodeUnitCount
        guard stop <= end, text.extracting(index..<stop).equals(word), !isLetter(stop) else { return false }
        index = stop
        return true
    }

    /// A decimal number of at most so many digits, with no digit behind it.
    private mutating func number(max: Int) -> Int64? {
        let place = index
        var value: Int64 = 0
        while index < end, (0x30...0x39).contains(text.byte(at: index)) {
            guard index - place < max else { return nil }
            value = value * 10 + Int64(text.byte(at: index) & 15)
            index += 1
        }
        return index > place ? value : nil
    }

    private mutating func spaces() { while peek(UInt8(ascii: " ")) { index += 1 } }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek(byte) else { return false }
        index += 1
        return true
    }

    private func peek(_ byte: UInt8) -> Bool { index < end && text.byte(at: index) == byte }

    private func isLetter(_ place: Int) -> Bool {
        place < end && (0x41...0x5A).contains(text.byte(at: place) & 0xDF)
    }
}
