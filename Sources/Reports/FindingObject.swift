// The shape of a finding in the JSON report.

import AuditStore
import Detections

/// A finding with its evidence.
struct FindingObject: Encodable {
    let id: String
    let ruleId: String
    let ruleName: String
    let title: String
    let level: String
    let tags: [String]
    let groupKey: [String: String]
    let bucket: String
    let firstSeen: String
    let lastSeen: String
    let count: Int64
    let run: Int64
    let lastRun: Int64
    let state: String
    let history: [ChangeObject]
    let evidence: [EvidenceObject]

    init(_ finding: StoredFinding) {
        id = finding.id
        ruleId = finding.ruleID
        ruleName = finding.ruleName
        title = finding.title
        level = finding.level.name
        tags = finding.tags
        groupKey = Self.object(finding.groupKey)
        bucket = TimeText.microseconds(finding.bucket)
        firstSeen = TimeText.microseconds(finding.firstSeen)
        lastSeen = TimeText.microseconds(finding.lastSeen)
        count = finding.count
        run = finding.run.rawValue
        lastRun = finding.lastRun.rawValue
        state = finding.state.rawValue
        history = finding.history.map(ChangeObject.init)
        evidence = finding.evidence.map(EvidenceObject.init)
    }

    /// A name that occurs twice keeps its first value.
    static func object(_ values: [NamedValue]) -> [String: String] {
        Dictionary(values.map { ($0.name, $0.value) }) { first, _ in first }
    }
}

/// An event that a finding rests on.
struct EvidenceObject: Encodable {
    let path: String
    let line: Int64
    let byteOffset: Int64
    let time: String
    let ruleName: String
    let fields: [String: String]
    let explained: OrNull<String>

    init(_ evidence: StoredEvidence) {
        path = evidence.path
        line = evidence.line
        byteOffset = evidence.byteOffset
        time = TimeText.microseconds(evidence.time)
        ruleName = evidence.ruleName
        fields = FindingObject.object(evidence.fields)
        explained = OrNull(evidence.explained)
    }
}

/// Something that happened to a finding.
struct ChangeObject: Encodable {
    let run: Int64
    let at: String
    let change: String
    let events: Int64
    let reason: OrNull<String>

    init(_ change: FindingChange) {
        run = change.run.rawValue
        at = TimeText.microseconds(change.at)
        self.change = change.kind.rawValue
        events = change.events
        reason = OrNull(change.reason)
    }
}

/// How many findings a rule has.
struct RuleCountObject: Encodable {
    let ruleId: String
    let title: String
    let level: String
    let findings: Int64
    let events: Int64

    init(_ count: RuleFindingCount) {
        ruleId = count.ruleID
        title = count.title
        level = count.level.name
        findings = count.findings
        events = count.events
    }
}

/// How many findings name a value.
struct ValueCountObject: Encodable {
    let value: String
    let findings: Int64

    init(_ count: ValueFindingCount) {
        value = count.value
        findings = count.findings
    }
}
