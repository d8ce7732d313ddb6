// What a rule has to find and what it has to leave alone, as written beside the rule.

public import ClientRegistry
import FieldRows
import Foundation
public import NetworkPlaces
import YAMLFiles
import Yams

/// A file `NAME.test.yml`: a rule and cases of events.
public struct RuleTestFile: Sendable {
    /// The file as it was given or found.
    public let file: String
    /// The rule's `name`, `id` or `title`.
    public let rule: String
    /// The format of the events: a name of the catalogue, or ``PlainJSON/name``.
    public let format: String
    /// What is known of clients; `nil` if there is no key `client_registry`.
    public let clientRegistry: ClientRegistry?
    /// What is known of where networks are; `nil` if there is no key `places`.
    public let places: NetworkPlaces?
    /// The cases in the order written.
    public let cases: [Case]

    /// Events and what the rule has to say of them.
    public struct Case: Sendable {
        /// What the case is about.
        public let name: String
        /// Whether the rule has to find something.
        public let expectsFinding: Bool
        /// The events, one a line, with offsets still in front of them.
        public let events: String
        /// Line of the file where the case begins.
        public let line: Int
    }

    /// Why a test file cannot be used.
    public struct Problem: Error, CustomStringConvertible {
        /// The file as it was given or found.
        public let file: String
        /// Line of the file, from 1.
        public var line = 1
        /// Column of the line, from 1.
        public var column = 1
        /// What is wrong, as a lower-case phrase.
        public let message: String
        /// What to try.
        public var hint: String?

        /// The place and the problem, `file:line:column: error: message`, and the hint on a line of its own.
        public var description: String {
            let first = "\(file):\(line):\(column): error: \(message)"
            return hint.map { "\(first)\n  hint: \($0)" } ?? first
        }
    }

    /// Largest file that is read, in bytes.
    static let bytesMax = 8 << 20

    /// Reads the file at `path`.
    public init(path: String) throws(Problem) {
        let text: String
        do {
            text = try YAMLFile.text(path, bytesMax: Self.bytesMax)
        } catch {
            throw Problem(error, file: path)
        }
        try self.init(parsing: text, file: path)
    }

    /// Parses the text of `file`.
    public init(parsing text: String, file: String) throws(Problem) {
        let root: Node?
        do {
            root = try YAMLText.compose(text)
        } catch {
            throw Problem(error, file: file)
        }
        self.file = file
        guard let root, let rule = root["rule"]?.string else {
            throw Problem(file: file, message: "missing key 'rule', the name of the rule")
        }
        self.rule = rule
        format = root["format"]?.string ?? "grantaudit-json"
        clientRegistry = try root["client_registry"].map { (node) throws(Problem) in try Self.registry(node, file) }
        places = try root["places"].map { (node) throws(Problem) in try Self.places(node, file) }
        var cases: [Case] = []
        for node in root["cases"]?.sequence.map(Array.init) ?? [] { cases.append(try Self.read(node, file)) }
        guard !cases.isEmpty else { throw Problem(file: file, message: "there are no cases") }
        self.cases = cases
    }

    /// All test files among `paths` and in the folders below them, sorted; hidden folders and `formats` are left out.
    public static func paths(in paths: [String]) -> [String] {
        var found: Set<String> = []
        for path in paths {
            if path.hasSuffix(suffix) { found.insert(path) }
            guard let names = FileManager.default.subpaths(atPath: path) else { continue }
            for name in names where name.hasSuffix(suffix) {
                let folders = name.split(separator: "/").dropLast()
                if folders.contains(where: { $0 == "formats" || $0.hasPrefix(".") }) { continue }
                found.insert(path.hasSuffix("/") ? path + name : path + "/" + name)
            }
        }
        return found.sorted()
    }

    private static let suffix = ".test.yml"

    private static func registry(_ node: Node, _ file: String) throws(Problem) -> ClientRegistry {
        let registry = RegistryFile(node, in: file)
        if let error = registry.remarks.first(where: { $0.severity == .error }) {
            throw Problem(
                file: file,
                line: error.line,
                column: error.column,
                message: error.message,
                hint: error.hint
            )
        }
        return ClientRegistry(registry.clients)
    }

    /// Reads `[{ network: 203.0.113.0/24, country: DE, asn: 64500, latitude: 52.5, longitude: 13.4 }]`.
    private static func places(_ node: Node, _ file: String) throws(Problem) -> NetworkPlaces {
        var list: [(range: AddressRange, place: Place)] = []
        for entry in node.sequence.map(Array.init) ?? [] {
            guard let range = entry["network"]?.string.flatMap({ try? AddressRange($0) }) else {
                throw Problem(
                    file: file,
                    line: entry.mark?.line ?? 1,
                    column: entry.mark?.column ?? 1,
                    message: "each of 'places' needs a 'network', such as 203.0.113.0/24"
                )
            }
            var place = Place()
            place.country = Place.country((entry["country"]?.string ?? "").utf8)
            place.asn = (entry["asn"]?.int).map { UInt32(clamping: $0) } ?? 0
            if let latitude = entry["latitude"]?.float, let longitude = entry["longitude"]?.float {
                (place.hasPoint, place.latitude, place.longitude) = (true, Float(latitude), Float(longitude))
            }
            list.append((range, place))
        }
        return NetworkPlaces(list)
    }

    private static func read(_ node: Node, _ file: String) throws(Problem) -> Case {
        let line = node.mark?.line ?? 1
        func problem(_ message: String) -> Problem {
            Problem(file: file, line: line, column: node.mark?.column ?? 1, message: message)
        }
        guard let expectation = node["expect"]?.string, ["finding", "nothing"].contains(expectation) else {
            throw problem("a case needs 'expect: finding' or 'expect: nothing'")
        }
        guard let events = node["events"]?.string else {
            throw problem("a case needs 'events', one JSON object a line")
        }
        return Case(
            name: node["name"]?.string ?? "",
            expectsFinding: expectation == "finding",
            events: events,
            line: line
        )
    }
}

extension RuleTestFile.Problem {
    /// What is wrong with the YAML of `file`.
    fileprivate init(_ problem: YAMLProblem, file: String) {
        self.init(
            file: file,
            line: problem.line,
            column: problem.column,
            message: problem.message,
            hint: problem.hint
        )
    }
}
