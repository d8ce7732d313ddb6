// Times in milliseconds since 1970-01-01T00:00:00Z, and the ways logs write them.

/// A calendar date and time of day in UTC.
struct UTCTime {
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int
    let second: Int
    let millisecond: Int

    static let millisecondsPerDay: Int64 = 86_400_000

    /// The date and time at `milliseconds`; proleptic Gregorian calendar, counted in years that begin in March.
    init(milliseconds: Int64) {
        let days = Int(milliseconds / Self.millisecondsPerDay)
        let rest = Int(milliseconds % Self.millisecondsPerDay)
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        hour = rest / 3_600_000
        minute = rest / 60_000 % 60
        second = rest / 1_000 % 60
        millisecond = rest % 1_000
    }

    /// Milliseconds at `text` of the form `2026-03-02T03:00:00Z`; nil if it is something else.
    static func parse(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count == 20, bytes[10] == UInt8(ascii: "T"), bytes[19] == UInt8(ascii: "Z") else { return nil }
        let numbers = text.dropLast().split { !$0.isNumber }.compactMap { Int($0) }
        guard numbers.count == 6, (1970...9999).contains(numbers[0]), (1...12).contains(numbers[1]),
            (1...31).contains(numbers[2]), numbers[3] < 24, numbers[4] < 60, numbers[5] < 60
        else { return nil }
        let year = numbers[1] <= 2 ? numbers[0] - 1 : numbers[0]
        let yearOfEra = year % 400
        let dayOfYear = (153 * (numbers[1] > 2 ? numbers[1] - 3 : numbers[1] + 9) + 2) / 5 + numbers[2] - 1
        let days = year / 400 * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return Int64(days * 86_400 + numbers[3] * 3_600 + numbers[4] * 60 + numbers[5]) * 1_000
    }
}

extension LineBuffer {
    /// Appends `2026-03-02T03:00:00.000`, with the separators that a log uses.
    mutating func append(time: Int64, dateEnd: StaticString = "T", fraction: StaticString = ".") {
        let utc = UTCTime(milliseconds: time)
        append(digits: utc.year, width: 4)
        append("-")
        append(digits: utc.month, width: 2)
        append("-")
        append(digits: utc.day, width: 2)
        append(dateEnd)
        append(clockOf: utc)
        append(fraction)
        append(digits: utc.millisecond, width: 3)
    }

    /// Appends `02/Mar/2026:03:00:00 +0000`, the time in the Common Log Format.
    mutating func append(commonLogTime time: Int64) {
        let utc = UTCTime(milliseconds: time)
        let months: [StaticString] = [
            "/Jan/", "/Feb/", "/Mar/", "/Apr/", "/May/", "/Jun/", "/Jul/", "/Aug/", "/Sep/", "/Oct/", "/Nov/", "/Dec/",
        ]
        append(digits: utc.day, width: 2)
        append(months[utc.month - 1])
        append(digits: utc.year, width: 4)
        append(":")
        append(clockOf: utc)
        append(" +0000")
    }

    private mutating func append(clockOf utc: UTCTime) {
        append(digits: utc.hour, width: 2)
        append(":")
        append(digits: utc.minute, width: 2)
        append(":")
        append(digits: utc.second, width: 2)
    }
}
