// The report for programs: one JSON object with sorted, stable keys.

public import AuditStore
import Foundation

/// Writes an ``AuditReport`` as JSON.
///
/// The members of the object:
///
/// - `report_version`: 1; it changes when a member changes its meaning or goes away
/// - `verdict`, `notices` (`sentence`, `try`): what was found on what basis, and what makes it doubtful
/// - `run`: the run, or the latest of `run_count` runs; null if there is none
/// - `accounting`: `files`, `lines` and `rules`, each with the parts of its sum and `holds`; `rules` with the `run` they
///   are told of as of, null if that is not recorded any more; `reasons` (`what`, `reason`, `count`) for rejected and
///   ignored lines
/// - `findings_by_level`: a count for each level; `findings_by_rule`; `findings_total`, `findings_in_database`
/// - `findings`: the worst first, with `group_key`, `state`, `history` (`run`, `at`, `change`, `events`, `reason`) and
///   `evidence`, each with `path`, `line`, `time`, `fields`, and `explained` by which late event, null if by none
/// - `withdrawn`: the findings that later data explained, which are not among the others; `withdrawn_total`
/// - `most_seen`: `addresses`, `clients`, `users` (`value`, `findings`)
/// - `inputs`, `not_evaluable`, `rejected_rules`, `rejected_lines`, `source_coverage`, `prunings`
/// - `suppressions`: filters and what they took away; `correlation_gaps`: matches that correlations could not use
///
/// Every member is always there; what is unknown is null. Times are ISO 8601 in UTC, to the microsecond.
/// Characters that a terminal would act on are written as `\u` escapes.
public struct JSONReport: Sendable {
    /// The meaning of the members.
    public static let version = 1

    private let report: AuditReport

    /// A JSON report.
    public init(_ report: AuditReport) { self.report = report }

    /// The object, indented, with a line end.
    public func text() throws(StoreError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        do {
            let data = try encoder.encode(ReportObject(report))
            return TerminalText.escapedJSON(String(decoding: data, as: UTF8.self)) + "\n"
        } catch {
            throw .other(path: report.databasePath, code: 0, text: "the report cannot be written as JSON: \(error)")
        }
    }
}
