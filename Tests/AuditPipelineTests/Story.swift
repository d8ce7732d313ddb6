// A made-up log: ordinary sessions with some incidents among them, in one of two formats.

import Testing

/// One line with its event time.
struct StoryLine: Sendable {
    /// Milliseconds since 1970.
    let time: Int64
    let text: String
}

/// A log in event-time order, and the rules that must find something in it.
struct Story: Sendable, CustomTestStringConvertible {
    let name: String
    let lines: [StoryLine]
    let rules: Set<String>

    var testDescription: String { name }
    var texts: [String] { lines.map(\.text) }
    var bytes: [UInt8] { TemporaryFolder.bytes(texts) }

    static let json = JSONStory.story(seed: 1)
    static let keycloak = KeycloakStory.story(seed: 2)
    /// The same kinds of things a day later, with other names.
    static let nextDay = JSONStory.story(seed: 3, day: 1, prefix: "d")
    static let both = [json, keycloak]

    /// The lines in `count` parts that follow each other.
    func consecutive(_ count: Int) -> [[String]] {
        (0..<count).map { part in
            Array(texts[texts.count * part / count..<texts.count * (part + 1) / count])
        }
    }

    /// The lines dealt out to `count` hosts.
    func roundRobin(_ count: Int) -> [[String]] {
        (0..<count).map { host in stride(from: host, to: texts.count, by: count).map { texts[$0] } }
    }
}
