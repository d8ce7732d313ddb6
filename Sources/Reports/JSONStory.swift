// The story of a finding for programs.

import AuditStore
import Detections
import Foundation

/// Writes a ``FindingStory`` as JSON.
///
/// The members of the object:
///
/// - `story_version`: 1; it changes when a member changes its meaning or goes away
/// - `finding`: as in the JSON report; `short_id`, the beginning of its id that is enough
/// - `summary`, `description`, `next`, `references`: in words, those of the rule null where it has none
/// - `events`: in order, with `time`, `path`, `line`, `seconds_since_previous`, `step` (the title of the rule
///   that matched, where it is another one than before), and the sentences `what`, `details`, `lineage`
/// - `parties`: `field`, `word`, `values`, `more` (how many values are not listed)
/// - `reasons`, `harmless`, `unseen`: sentences
/// - `related`: `total`, `values` (`field`, `value`, `findings`), and `findings` with the fields they have in common
/// - `commands`: what to type next
///
/// Every member is always there. Times are ISO 8601 in UTC. Characters that a terminal would act on are written as `\u`
/// escapes.
public struct JSONStory: Sendable {
    /// The meaning of the members.
    public static let version = 1

    private let story: FindingStory

    /// The JSON form of `story`.
    public init(_ story: FindingStory) { self.story = story }

    /// The object, indented, with a line end.
    public func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let data = try encoder.encode(StoryObject(story))
        return TerminalText.escapedJSON(String(decoding: data, as: UTF8.self)) + "\n"
    }
}

/// The story as a whole.
private struct StoryObject: Encodable {
    struct Event: Encodable {
        let time: String
        let path: String
        let line: Int64
        let secondsSincePrevious: OrNull<Double>
        let step: OrNull<String>
        let what: String
        let details: [String]
        let lineage: [String]
    }

    struct Party: Encodable {
        let field: String
        let word: String
        let values: [String]
        let more: Int
    }

    struct Related: Encodable {
        let total: Int64
        let values: [Value]
        let findings: [Finding]
    }

    struct Value: Encodable {
        let field: String
        let value: String
        let findings: Int64
    }

    struct Finding: Encodable {
        let id: String
        let shortId: String
        let title: String
        let level: String
        let firstSeen: String
        let lastSeen: String
        let count: Int64
        let shared: [String]
    }

    let storyVersion = JSONStory.version
    let finding: FindingObject
    let shortId: String
    let summary: String
    let description: OrNull<String>
    let next: OrNull<String>
    let references: [String]
    let events: [Event]
    let parties: [Party]
    let reasons: [String]
    let harmless: [String]
    let unseen: [String]
    let related: Related
    let commands: [String]

    init(_ story: FindingStory) {
        let facts = story.facts
        finding = FindingObject(story.finding)
        shortId = facts.shortID
        summary = story.summary
        description = OrNull(facts.words?.description)
        next = OrNull(facts.words?.nextStep)
        references = facts.words?.references ?? []
        events = story.events.map { event in
            Event(
                time: TimeText.microseconds(event.evidence.time),
                path: event.evidence.path,
                line: event.evidence.line,
                secondsSincePrevious: OrNull(event.sincePrevious.map { Double($0) / 1_000_000 }),
                step: OrNull(event.step),
                what: event.what,
                details: event.details,
                lineage: event.lineage
            )
        }
        parties = story.parties.map { Party(field: $0.field, word: $0.word, values: $0.values, more: $0.rest) }
        reasons = story.reasons
        harmless = story.harmless
        unseen = story.unseen
        related = Related(
            total: facts.related.total,
            values: facts.related.counts.map {
                Value(field: $0.value.name, value: $0.value.value, findings: $0.findings)
            },
            findings: facts.related.closest.map { related in
                Finding(
                    id: related.id,
                    shortId: related.shortID,
                    title: related.title,
                    level: related.level.name,
                    firstSeen: TimeText.microseconds(related.firstSeen),
                    lastSeen: TimeText.microseconds(related.lastSeen),
                    count: related.count,
                    shared: related.shared
                )
            }
        )
        commands = story.commands.map(\.text)
    }
}
