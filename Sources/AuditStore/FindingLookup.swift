// Finds a finding by what somebody typed: its id, the beginning of one, or the rule it comes from.

import GRDB

/// What a word that should name a finding may mean.
public enum FindingLookup: Equatable, Sendable {
    /// One finding, by its whole id.
    case one(String)
    /// Several findings whose ids begin so: the first few, and how many there are.
    case several([StoredFinding], total: Int64)
    /// Findings of a rule that is called so: the worst few, and how many there are.
    case ofRule([StoredFinding], total: Int64)
    /// None; those whose ids begin most like it, if any begins at all like it.
    case none(near: [StoredFinding])
}

extension AuditReader {
    /// The fewest characters of an id that are shown instead of all of it.
    private static let shortLength = 8

    /// What `word` means; at most `limit` findings where it means no single one.
    public func lookUp(_ word: String, limit: Int = 5) throws -> FindingLookup {
        let beginning = word.lowercased()
        let isHexadecimal = beginning.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        if isHexadecimal, !beginning.isEmpty {
            let ids = try ids(beginning: beginning)
            if ids.count == 1 { return .one(ids[0]) }
            if ids.count > 1 {
                return .several(try findings(beginning: beginning, limit: limit), total: try count(beginning))
            }
        }
        let byRule = "r.name = :word OR f.rule_id = :word OR f.title = :word"
        let ofRule = try findings(where: "(\(byRule))", arguments: ["word": word, "limit": limit])
        if !ofRule.isEmpty {
            let sql = "SELECT count(*) FROM findings f JOIN rules r ON r.id = f.rule_id WHERE \(byRule)"
            let total = try Int64.fetchOne(database, sql: sql, arguments: ["word": word]) ?? 0
            return .ofRule(ofRule, total: total)
        }
        guard isHexadecimal else { return .none(near: []) }
        // A wrong digit somewhere: what was right before it still leads near.
        for length in stride(from: min(beginning.utf8.count - 1, 31), to: 1, by: -1) {
            let near = try findings(beginning: String(beginning.prefix(length)), limit: limit)
            if !near.isEmpty { return .none(near: near) }
        }
        return .none(near: [])
    }

    /// The shortest beginning of a finding's id, of at least eight characters, that no other finding has.
    public func shortID(_ id: String) throws -> String {
        var length = Self.shortLength
        while length < id.count, try ids(beginning: String(id.prefix(length))).count > 1 { length += 1 }
        return String(id.prefix(length))
    }

    /// Up to two ids that begin with hexadecimal digits.
    private func ids(beginning digits: String) throws -> [String] {
        // Behind every id that begins so comes what begins with a letter behind "f".
        let sql = "SELECT id FROM findings WHERE id >= :first AND id < :first || 'g' ORDER BY id LIMIT 2"
        return try String.fetchAll(database.cachedStatement(sql: sql), arguments: ["first": digits])
    }

    private func count(_ digits: String) throws -> Int64 {
        let sql = "SELECT count(*) FROM findings WHERE id >= :first AND id < :first || 'g'"
        return try Int64.fetchOne(database, sql: sql, arguments: ["first": digits]) ?? 0
    }

    private func findings(beginning digits: String, limit: Int) throws -> [StoredFinding] {
        try findings(where: "f.id >= :first AND f.id < :first || 'g'", arguments: ["first": digits, "limit": limit])
    }
}
