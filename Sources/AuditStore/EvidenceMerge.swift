// Which events stand for a finding when several runs saw it.

import Detections

/// A piece of evidence with all that decides its place among others.
struct PlacedEvidence: Equatable {
    let time: Int64
    let path: String
    let byteOffset: Int64
    let line: Int64
    let ruleName: String
    let fields: String
    let inputID: Int64
    /// By what it was explained.
    var explained: String?

    /// The earlier event first; events of one moment in the order of their places, whichever run read them.
    static func precedes(_ left: PlacedEvidence, _ right: PlacedEvidence) -> Bool {
        if left.time != right.time { return left.time < right.time }
        if left.path != right.path { return left.path < right.path }
        if left.byteOffset != right.byteOffset { return left.byteOffset < right.byteOffset }
        if left.ruleName != right.ruleName { return left.ruleName < right.ruleName }
        if left.fields != right.fields { return left.fields < right.fields }
        return left.inputID < right.inputID
    }

    /// Whether both tell of one line, though perhaps two runs read it.
    func isSameEvent(as other: PlacedEvidence) -> Bool {
        time == other.time && path == other.path && byteOffset == other.byteOffset && ruleName == other.ruleName
            && fields == other.fields
    }
}

/// Joins the evidence of several runs.
enum EvidenceMerge {
    /// The first ``Finding/evidenceMax`` events of both, in event-time order.
    ///
    /// The first few of a union are the first few of the parts' first few, so nights one by one and all nights at
    /// once keep the same evidence.
    static func merged(_ stored: [PlacedEvidence], _ added: [PlacedEvidence]) -> [PlacedEvidence] {
        var result: [PlacedEvidence] = []
        for evidence in (stored + added).sorted(by: PlacedEvidence.precedes) where result.count < Finding.evidenceMax {
            if let last = result.indices.last, result[last].isSameEvent(as: evidence) {
                result[last].explained = result[last].explained ?? evidence.explained
                continue
            }
            result.append(evidence)
        }
        return result
    }
}
