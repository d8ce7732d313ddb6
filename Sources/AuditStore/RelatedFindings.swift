// Reads which other findings name the same client, user, address, session or token.

public import Detections
import GRDB

/// Another finding that has values in common with the one in question.
public struct RelatedFinding: Equatable, Sendable {
    /// Its identity.
    public let id: String
    /// The shortest beginning of its identity that no other finding has.
    public let shortID: String
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

extension AuditReader {
    /// A refresh token that one event was issued is what a later one presents.
    private static let joined = """
        CASE j.key WHEN 'refresh_token_issued' THEN 'refresh_token' ELSE j.key END
        """

    /// What the evidence of other findings says of `values`, once for each finding, field and value.
    private static func matches(of values: [NamedValue]) -> String {
        let rows = values.indices.map { "(\($0), :name\($0), :value\($0))" }.joined(separator: ", ")
        return """
            WITH wanted (place, name, value) AS (VALUES \(rows)), matches AS (
                SELECT DISTINCT e.finding_id, w.place, w.name
                FROM evidence e, json_each(e.fields) j
                JOIN wanted w ON w.name = \(joined) AND w.value = j.value
                WHERE e.finding_id <> :id
            )
            """
    }

    /// Findings besides `id` whose evidence has one of `values`: those first that have most fields in common.
    ///
    /// `refresh_token` stands for `refresh_token_issued`, too.
    public func related(to id: String, by values: [NamedValue], limit: Int) throws -> [RelatedFinding] {
        guard !values.isEmpty else { return [] }
        var arguments = Self.arguments(id, values)
        arguments["limit"] = limit
        return try Row.fetchAll(
            database,
            sql: Self.matches(of: values) + """
                SELECT f.id, f.title, f.level_rank, f.first_seen, f.last_seen, f.count, group_concat(DISTINCT m.name)
                FROM matches m JOIN findings f ON f.id = m.finding_id
                GROUP BY f.id ORDER BY count(DISTINCT m.name) DESC, f.level_rank DESC, f.first_seen, f.id LIMIT :limit
                """,
            arguments: StatementArguments(arguments)
        )
        .map { row in
            RelatedFinding(
                id: row[0],
                shortID: try shortID(row[0]),
                title: row[1],
                level: FindingLevel(rawValue: row[2]) ?? .informational,
                firstSeen: row[3],
                lastSeen: row[4],
                count: row[5],
                shared: (row[6] as String).split(separator: ",").map(String.init).sorted()
            )
        }
    }

    /// How many findings besides `id` have one of `values`, and how many have each of them.
    public func relatedCounts(
        to id: String,
        by values: [NamedValue]
    ) throws -> (total: Int64, each: [SharedValueCount]) {
        guard !values.isEmpty else { return (0, []) }
        let arguments = StatementArguments(Self.arguments(id, values))
        let matches = Self.matches(of: values)
        let total = try Int64.fetchOne(
            database,
            sql: matches + "SELECT count(DISTINCT finding_id) FROM matches",
            arguments: arguments
        )
        let each = try Row.fetchAll(
            database,
            sql: matches + "SELECT place, count(*) FROM matches GROUP BY place ORDER BY place",
            arguments: arguments
        )
        return (total ?? 0, each.map { SharedValueCount(value: values[$0[0]], findings: $0[1]) })
    }

    private static func arguments(
        _ id: String,
        _ values: [NamedValue]
    ) -> [String: (any DatabaseValueConvertible)?] {
        var arguments: [String: (any DatabaseValueConvertible)?] = ["id": id]
        for (place, value) in values.enumerated() {
            arguments["name\(place)"] = value.name
            arguments["value\(place)"] = value.value
        }
        return arguments
    }
}
