// Makes findings of matches: whom they are about, which of them are one incident, and what is kept of them.

import AuthEvents
import FieldRows
import SigmaRules

/// Matches in, findings out.
struct FindingMaker {
    private let rules: [DetectionRule]
    private let groupReaders: [GroupKeyReader]
    private let identities: [FindingIdentity.Maker]
    private let evidenceReader: EvidenceReader
    private(set) var table: FindingTable
    /// The latest incident of each group, by the identity of the group, and the place of its finding.
    ///
    /// Incidents of one group follow each other, so that earlier ones need not be remembered.
    private(set) var incidents: [FindingIdentity: (number: Int, place: Int)] = [:]

    /// Makes findings of `rules` whose groups are read from rows of `layout`; together they may hold `memoryMax` bytes.
    init(_ rules: [DetectionRule], layout: FieldLayout, evidenceReader: EvidenceReader, memoryMax: Int) {
        self.rules = rules
        self.evidenceReader = evidenceReader
        groupReaders = rules.map { GroupKeyReader($0, layout: layout) }
        identities = rules.map { FindingIdentity.Maker(rule: $0.id, fields: $0.groupBy) }
        table = FindingTable(memoryMax: memoryMax)
    }

    /// Takes in a match of a detection; `fields` are the event's packed fields, once somebody has needed them.
    mutating func add(
        _ rule: Int,
        _ event: AuthEvent,
        _ row: borrowing FieldRow,
        input: Int,
        fields: inout [UInt8]?
    ) {
        let bucket = FindingIdentity.bucket(event.time)
        let identity = identities[rule].identity(groupReaders[rule].bytes(row), bucket: bucket)
        let place: Int
        if let known = table.place(of: identity) {
            place = known
        } else {
            guard table.admits(rule) else { return }
            let values = groupReaders[rule].values(row)
            place = table.add(.init(identity, rule: rule, groupKey: values, bucket: bucket, time: event.time))
        }
        let wanted = table.wantsEvidence(place)
        table.extend(
            place,
            time: event.time,
            evidence: wanted ? evidenceReader.pack(row, event, input: input, rule: rule, fields: &fields) : nil
        )
    }

    /// Takes in a match of a correlation: an incident, new or going on, is told of the matches it did not know of.
    mutating func add(_ match: CorrelationMatch<PackedEvidence>) {
        guard let place = place(match) else { return }
        for news in match.news {
            table.extend(place, time: news.time, evidence: table.wantsEvidence(place) ? news : nil)
        }
    }

    private mutating func place(_ match: CorrelationMatch<PackedEvidence>) -> Int? {
        let group = identities[match.rule].identity(match.groupKey)
        if let latest = incidents[group], latest.number == match.incident { return latest.place }
        let bucket = FindingIdentity.bucket(match.firstTime)
        let identity = identities[match.rule].identity(match.groupKey, bucket: bucket)
        let place: Int
        if let known = table.place(of: identity) {
            place = known
        } else {
            guard table.admits(match.rule, matches: max(match.news.count, 1)) else { return nil }
            let values = named(match)
            place = table.add(
                .init(identity, rule: match.rule, groupKey: values, bucket: bucket, time: match.firstTime)
            )
        }
        incidents[group] = (match.incident, place)
        return place
    }

    /// The values of a group with the names by which the correlation groups.
    func named(_ match: CorrelationMatch<PackedEvidence>) -> [NamedValue] {
        groupReaders[match.rule].values(match.group)
    }

    /// Hands out the findings so far, to be stored; what comes later adds to them under the same ids.
    mutating func takeFindings() -> [Finding] {
        defer {
            table.removeAll()
            incidents = [:]
        }
        return findings
    }

    /// The findings so far, by level, rule, time and id.
    var findings: [Finding] {
        table.records.map(finding).sorted { left, right in
            (right.level, left.ruleID, left.firstSeen, left.id) < (left.level, right.ruleID, right.firstSeen, right.id)
        }
    }

    private func finding(_ record: FindingTable.Record) -> Finding {
        let rule = rules[record.rule]
        var finding = Finding(
            id: record.identity.text,
            ruleID: rule.id,
            title: rule.sigma.title,
            level: rule.level,
            groupKey: record.groupKey,
            bucket: record.bucket,
            firstSeen: record.firstSeen,
            lastSeen: record.lastSeen,
            count: record.count,
            evidence: []
        )
        finding.kept = .packed(record.evidence, evidenceReader)
        return finding
    }

    /// What was left out for want of room, by rule index.
    var restrictions: [(rule: Int, text: String)] {
        table.overflow.map { rule, matches in
            (rule, "more than \(FindingTable.perRuleMax) findings; \(matches) further matches were only counted")
        }
            + table.crowdedOut.map { rule, matches in
                (rule, "findings needed more memory than they may have; \(matches) further matches were only counted")
            }
    }
}
