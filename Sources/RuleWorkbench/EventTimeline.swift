// Events of a test, written with their distance from its beginning instead of a time.

import FieldRows

/// Lines of events, some of which begin with an offset such as `+90s` or `+1h30m`.
struct EventTimeline {
    /// Why a line cannot be used.
    struct Problem: Error, Equatable {
        /// Number of the line among the events, from 1.
        let event: Int
        let message: String
    }

    /// Where timelines begin: 2026-01-05T00:00:00Z, a Monday, in milliseconds since 1970.
    static let beginning: Int64 = 1_767_571_200_000
    /// Longest offset, a hundred years of 365 days, in milliseconds.
    private static let offsetMax: Int64 = 100 * 365 * 86_400_000
    private static let unitMilliseconds: [String: Int64] = [
        "ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
    ]

    /// The lines as a log would have them: an offset becomes the member `key` at the front of the JSON object.
    ///
    /// With `alwaysTimed` a line without an offset comes a second after the one before it.
    static func lines(_ text: String, key: String, alwaysTimed: Bool = false) throws(Problem) -> [String] {
        var lines: [String] = []
        var last: Int64 = -1_000
        for line in text.split(separator: "\n") where !line.allSatisfy(\.isWhitespace) {
            let number = lines.count + 1
            guard line.first == "+" || alwaysTimed else {
                lines.append(String(line))
                continue
            }
            let (offset, rest) = line.first == "+" ? try split(line, number) : (last + 1_000, line)
            last = offset
            guard let brace = rest.firstIndex(of: "{") else {
                throw Problem(event: number, message: "an event with an offset has to be a JSON object")
            }
            let members = rest[rest.index(after: brace)...]
            let comma = members.first { !$0.isWhitespace } == "}" ? "" : ","
            lines.append("{\"\(key)\":\"\(time(beginning + offset))\"\(comma)\(members)")
        }
        return lines
    }

    private static func split(_ line: Substring, _ number: Int) throws(Problem) -> (Int64, Substring) {
        let end = line.firstIndex { $0.isWhitespace } ?? line.endIndex
        var offset: Int64 = 0
        var rest = line[line.index(after: line.startIndex)..<end]
        repeat {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let unit = rest.dropFirst(digits.count).prefix { $0.isLetter }
            rest = rest.dropFirst(digits.count + unit.count)
            guard let value = Int64(digits), value < 1_000_000_000, let scale = unitMilliseconds[String(unit)] else {
                throw Problem(
                    event: number,
                    message: "'\(line[..<end])' is no offset, which is a number and one of ms, s, m, h, d"
                )
            }
            offset += value * scale
            guard offset <= offsetMax else {
                throw Problem(event: number, message: "an offset is longer than a hundred years")
            }
        } while !rest.isEmpty
        return (offset, line[end...])
    }

    /// RFC 3339 with milliseconds, in UTC.
    private static func time(_ milliseconds: Int64) -> String {
        let date = CivilDate(daysSince1970: milliseconds / 86_400_000)
        let clock = [milliseconds / 3_600_000 % 24, milliseconds / 60_000 % 60, milliseconds / 1_000 % 60]
        return date.text + "T" + clock.map { CivilDate.digits($0, 2) }.joined(separator: ":") + "."
            + CivilDate.digits(milliseconds % 1_000, 3) + "Z"
    }
}
