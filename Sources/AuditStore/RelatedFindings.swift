// Reads which other findings name the same client, user, address, session or token.

public import Detections
import GRDB

/// Another finding that has values in common with the one in question.
public struct RelatedFinding: Equatable, Sendable {
    /// Its identity.
    public let id: String
    /// The shortest beginning of its identity that no other finding has.
    public internal(set) var shortID: String
    /// Its rule's `title`.
    public let title: String
    /// Its level.
    public let level: FindingLevel
    /// Time of its earliest match, in microseconds since 1970-01-01T00:00:00Z.
    public let firstSeen: Int64
    /// Time of its latest match, in microseconds since 1970-01-01T00:00:00Z.
    public let lastSeen: Int64
    /// Number of its events.
    public let count: Int64
    /// The fields whose values both have, sorted.
    public let shared: [String]

    /// A related finding from its parts.
    public init(
        id: String,
        shortID: String,
        title: String,
        level: FindingLevel,
        firstSeen: Int64,
        lastSeen: Int64,
        count: Int64,
        shared: [String]
    ) {
        self.id = id
        self.shortID = shortID
        self.title = title
        self.level = level
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.count = count
        self.shared = shared
    }
}

/// Findings that name a value, besides the one in question.
public struct SharedValueCount: Equatable, Sendable {
    /// The field and its value.
    public let value: NamedValue
    /// Number of other findings.
    public let findings: Int64

    /// A count from its parts.
    public init(value: NamedValue, findings: Int64) {
        self.value = value
        self.findings = findings
    }
}

/// Findings that have values in common with the one in question.
public struct RelatedFindings: Equatable, Sendable {
    /// Those that are told, the closest first.
    public var closest: [RelatedFinding] = []
    /// How many there are.
    public var total: Int64 = 0
    /// How many name each value, in the order in which the values were asked for; only those that any names.
    public var counts: [SharedValueCount] = []

    /// None.
    public init() {}
}

extension AuditReader {
    /// Open findings besides `id` whose evidence has one of `values`: those first that have most fields in common.
    ///
    /// `refresh_token` stands for `refresh_token_issued`, too: what one event was issued is what a later one presents. All
    /// evidence is looked at once, and no more than `limit` findings are kept meanwhile.
    public func related(to id: String, by values: [NamedValue], limit: Int) throws -> RelatedFindings {
        var result = RelatedFindings()
        guard !values.isEmpty else { return result }
        var arguments: [String: (any DatabaseValueConvertible)?] = ["id": id]
        for (place, value) in values.enumerated() {
            arguments["name\(place)"] = value.name
            arguments["value\(place)"] = value.value
        }
        let rows = values.indices.map { "(\($0), :name\($0), :value\($0))" }.joined(separator: ", ")
        let cursor = try Row.fetchCursor(
            database,
            sql: """
                WITH wanted (place, name, value) AS (VALUES \(rows))
                SELECT f.id, f.title, f.level_rank, f.first_seen, f.last_seen, f.count,
                    (SELECT group_concat(DISTINCT w.place) FROM evidence e, json_each(e.fields) j, wanted w
                        WHERE e.finding_id = f.id AND w.value = j.value AND w.name =
                            CASE j.key WHEN 'refresh_token_issued' THEN 'refresh_token' ELSE j.key END) AS places
                FROM findings f WHERE f.state = 'open' AND f.id <> :id AND places IS NOT NULL
                """,
            arguments: StatementArguments(arguments)
        )
        var counts = [Int64](repeating: 0, count: values.count)
        while let row = try cursor.next() {
            let places = (row[6] as String).split(separator: ",").compactMap { Int($0) }
            for place in places { counts[place] += 1 }
            result.total += 1
            let finding = RelatedFinding(row, shared: Set(places.map { values[$0].name }).sorted())
            let index = result.closest.firstIndex { finding.isCloser(than: $0) } ?? result.closest.count
            guard index < limit else { continue }
            result.closest.insert(finding, at: index)
            if result.closest.count > limit { result.closest.removeLast() }
        }
        for index in result.closest.indices {
            result.closest[index].shortID = try shortID(result.closest[index].id)
        }
        result.counts = counts.indices.filter { counts[$0] > 0 }.map {
            SharedValueCount(value: values[$0], findings: counts[$0])
        }
        return result
    }
}

extension RelatedFinding {
    fileprivate init(_ row: Row, shared: [String]) {
        id = row[0]
        shortID = row[0]
        title = row[1]
        level = FindingLevel(rawValue: row[2]) ?? .informational
        firstSeen = row[3]
        lastSeen = row[4]
        count = row[5]
        self.shared = shared
    }

    /// More in common, then worse, then earlier.
    fileprivate func isCloser(than other: RelatedFinding) -> Bool {
        (-shared.count, -level.rawValue, firstSeen, id)
            < (-other.shared.count, -other.level.rawValue, other.firstSeen, other.id)
    }
}
