// Which rules of a family can run on a format, and what keeps the others from it.

import AuthEvents
import Detections
import LogFormats
import SigmaRules

/// The rules of one folder, as far as they speak for themselves.
public struct RuleFamily: Sendable, Equatable {
    /// Name of the folder.
    public let name: String
    /// Titles of the rules that can find something.
    public let able: [String]
    /// What the others lack.
    public let obstacles: [Obstacle]

    /// How many rules it has.
    public var ruleCount: Int { obstacles.reduce(able.count) { $0 + $1.rules.count } }

    /// A reason and the rules that it keeps from finding anything.
    public struct Obstacle: Sendable, Equatable {
        /// What is missing.
        public let reason: String
        /// Titles of the rules.
        public let rules: [String]
    }

    /// All families of `rules`, by name, as they are on the logs of `format`.
    static func all(
        of rules: LoadedRules,
        on format: FormatFile,
        _ capabilities: SourceCapabilities
    ) throws(FormatError) -> [RuleFamily] {
        // A rule is evaluable on the best log that the format can describe, or on none.
        let obstacles = try BestLog(format, capabilities).obstacles(to: rules)
        let own = Set(rules.uncounted)
        let places = Dictionary(grouping: rules.rules.indices.filter(own.contains)) { folder(of: rules.rules[$0].file) }
        return places.sorted { $0.key < $1.key }.map { name, places in
            let hindered = Dictionary(grouping: places.filter { obstacles[$0] != nil }) { obstacles[$0] ?? "" }
            return RuleFamily(
                name: name,
                able: places.filter { obstacles[$0] == nil }.map { rules.rules[$0].title },
                obstacles: hindered.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
                    .map { Obstacle(reason: $0.key, rules: $0.value.map { rules.rules[$0].title }) }
            )
        }
    }

    private static func folder(of file: String) -> String {
        file.split(separator: "/").dropLast().last.map(String.init) ?? file
    }
}
