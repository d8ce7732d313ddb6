// Folds matches into incidents.

/// The findings of a run so far.
struct FindingTable {
    /// Findings that one rule may have; matches of further groups only count.
    static let perRuleMax = 20_000

    private struct Key: Hashable {
        var group: [UInt8]
        var bucket: Int64
    }

    private(set) var findings: [Finding] = []
    private var places: [Key: Int] = [:]
    private var perRule: [Int: Int] = [:]
    /// Matches that found no room any more, by rule.
    private(set) var overflow: [Int: Int64] = [:]

    /// The place of the finding for a group and bucket, made by `create` if there is none yet.
    ///
    /// `nil` when the rule has as many findings as it may have.
    mutating func place(
        rule: Int,
        group: [UInt8],
        bucket: Int64,
        create: () -> Finding
    ) -> Int? {
        let key = Key(group: group, bucket: bucket)
        if let known = places[key] { return known }
        guard perRule[rule, default: 0] < Self.perRuleMax else {
            overflow[rule, default: 0] += 1
            return nil
        }
        perRule[rule, default: 0] += 1
        findings.append(create())
        places[key] = findings.count - 1
        return findings.count - 1
    }

    /// Whether the finding at `place` still keeps evidence.
    func keepsEvidence(_ place: Int) -> Bool { findings[place].evidence.count < Finding.evidenceMax }

    /// Extends the finding at `place` by a match.
    mutating func extend(_ place: Int, time: Int64, evidence: Evidence?) {
        findings[place].firstSeen = min(findings[place].firstSeen, time)
        findings[place].lastSeen = max(findings[place].lastSeen, time)
        findings[place].count += 1
        if let evidence { findings[place].evidence.append(evidence) }
    }
}
