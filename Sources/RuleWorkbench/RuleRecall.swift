// How much of what was done to a server its rules have found, and why not more.

public import Detections

/// What became of the attacks on one server, kind by kind.
public struct RuleRecall: Sendable {
    /// A rule that has found something.
    public struct Finder: Sendable, Hashable, Comparable {
        /// The rule's level.
        public let level: FindingLevel
        /// The rule's name.
        public let rule: String

        /// The worst first.
        public static func < (left: Finder, right: Finder) -> Bool {
            (right.level, left.rule) < (left.level, right.rule)
        }
    }

    /// What became of the attacks of one kind.
    public struct Row: Sendable {
        /// What the truth calls it.
        public let attack: String
        /// How often it was done.
        public let count: Int
        /// How many of them a rule about such attacks has found.
        public let found: Int
        /// These rules.
        public let finders: [Finder]
        /// Rules about something else that the same requests have set off.
        public let others: [Finder]
        /// Why no rule about such attacks can find it in these logs; `nil` if one could have.
        public let obstacle: String?
        /// The attacks that a rule could have found and none has, by their names.
        public let missed: [String]
    }

    /// The kinds of attack, by name.
    public let rows: [Row]

    /// The rules of an audit, as far as they matter here.
    public struct Rule: Sendable {
        let name: String
        let tags: Set<String>
        /// Why it could not be evaluated, by source.
        let obstacles: [String: String]

        /// A rule with its tags.
        public init(name: String, tags: [String], obstacles: [String: String]) {
            self.name = name
            self.tags = Set(tags)
            self.obstacles = obstacles
        }
    }

    /// An event of the audit, whether a rule has found something in it or not.
    public struct Event: Sendable {
        let time: Int64
        let source: String
        let fields: [NamedValue]

        /// An event with what it says of address, path and client.
        public init(time: Int64, source: String, fields: [NamedValue]) {
            self.time = time
            self.source = source
            self.fields = fields
        }
    }

    /// Compares `truth` with what `matches`, all of those of an audit, have as evidence.
    public init(
        _ truth: AttackTruth,
        matches: [(rule: String, tags: [String], level: FindingLevel, evidence: [Evidence])],
        events: [Event],
        rules: [Rule]
    ) {
        // The logs that have an event of an attack at all.
        var sources: [Int: Set<String>] = [:]
        for event in events {
            for flow in truth.flows(event.time, event.fields) where flow.isAttackItself {
                sources[flow.flow, default: []].insert(event.source)
            }
        }
        var own: [Int: Set<Finder>] = [:]
        var others: [Int: Set<Finder>] = [:]
        for match in matches {
            let finder = Finder(level: match.level, rule: match.rule)
            for flow in Set(match.evidence.flatMap { truth.flows(of: $0) }.filter(\.isAttackItself).map(\.flow)) {
                let isAbout = !KnownAttacks.detections(truth.flows[flow].name).isDisjoint(with: match.tags)
                if isAbout { own[flow, default: []].insert(finder) } else { others[flow, default: []].insert(finder) }
            }
        }
        let attacks = truth.flows.indices.filter { truth.flows[$0].isAttack }
        rows = Dictionary(grouping: attacks) { truth.flows[$0].name }.sorted { $0.key < $1.key }.map { name, flows in
            let found = flows.filter { own[$0] != nil }
            let obstacle = Self.obstacle(name, rules, in: flows.reduce(into: []) { $0.formUnion(sources[$1] ?? []) })
            return Row(
                attack: name,
                count: flows.count,
                found: found.count,
                finders: Set(flows.flatMap { own[$0] ?? [] }).sorted(),
                others: Set(flows.flatMap { others[$0] ?? [] }).sorted(),
                obstacle: found.isEmpty ? obstacle : nil,
                missed: obstacle != nil && found.isEmpty
                    ? [] : flows.filter { own[$0] == nil }.map { truth.flows[$0].id }
            )
        }
    }

    /// Why none of the rules about the attack could find it in the logs of `sources`, which have events of it.
    private static func obstacle(_ name: String, _ rules: [Rule], in sources: Set<String>) -> String? {
        let detections = KnownAttacks.detections(name)
        let about = rules.filter { !$0.tags.isDisjoint(with: detections) }
        guard !about.isEmpty else {
            let words = detections.sorted().map { $0.split(separator: ".").last.map { $0.uppercased() } ?? "" }
            return "no rule is about it" + (words.isEmpty ? "" : " (\(words.joined(separator: ", ")))")
        }
        if sources.isEmpty { return "no log has an event of its requests" }
        var reasons: [String: Int] = [:]
        for rule in about {
            for source in sources {
                guard let reason = rule.obstacles[source] else { return nil }
                reasons[reason, default: 0] += 1
            }
        }
        let most = reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return most.prefix(2).map(\.key).joined(separator: "; ")
    }
}

extension AttackTruth {
    /// Whose requests the events of `evidence` may be: `attack` if one of them may be an attack itself, else what most of
    /// them are, or `nobody` if no request fits.
    public func category(of evidence: [Evidence]) -> String {
        let found = evidence.flatMap { flows(of: $0) }
        if found.contains(where: \.isAttackItself) { return "attack" }
        let categories = found.map { flows[$0.flow].isAttack ? "way to an attack" : flows[$0.flow].category }
        let counts = categories.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? "nobody"
    }
}
