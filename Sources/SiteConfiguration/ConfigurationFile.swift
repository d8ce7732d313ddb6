// Reads a configuration file as a whole: everything that is wrong with it is said at once.

import ByteStreams
import Detections
import LogFormats
public import SigmaRules
import YAMLFiles
import Yams

/// A configuration file with what is wrong with it.
public struct ConfigurationFile: Sendable {
    /// What the file says, as far as it could be understood.
    public private(set) var configuration = SiteConfiguration()
    /// Everything that is wrong with it, in the order of the file.
    public private(set) var remarks: [RuleDiagnostic] = []
    /// Where ``SiteConfiguration/Input/format`` of each input stands.
    private var formatPlaces: [(name: String, mark: Mark?)] = []

    private let file: String
    /// The folder that paths are relative to, with a slash behind it; empty for the current one.
    private let folder: String

    /// Largest file that is read, in bytes.
    static let bytesMax = 1 << 20

    /// Whether the file can be used.
    public var isUsable: Bool { !remarks.contains { $0.severity == .error } }

    /// Reads the file at `path`; paths in it are relative to its folder.
    public init(path: String) {
        let text: String
        do {
            text = try YAMLFile.text(path, bytesMax: Self.bytesMax)
        } catch {
            self.init(parsing: "", file: path)
            remarks = []
            add(error)
            return
        }
        self.init(parsing: text, file: path)
    }

    /// Parses the text of `file`.
    public init(parsing text: String, file: String) {
        self.file = file
        folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        do throws(YAMLProblem) {
            guard let root = try YAMLText.compose(text) else { return }
            read(root)
        } catch {
            add(error)
        }
    }

    /// Notes names of formats that are not among `known`.
    public mutating func check(formats known: [String]) {
        for (name, mark) in formatPlaces where !known.contains(name) {
            error(mark, "there is no format '\(name)'", Self.hint(name, known))
        }
        remarks = remarks.inOrder
    }

    // MARK: - Keys

    private mutating func read(_ root: Node) {
        var base = SiteConfiguration()
        for (key, node) in entries(root, in: "") {
            switch key {
            case "database": base.database = path(node, key)
            case "inputs": base.inputs = inputs(node)
            case "rules": base.rules = paths(node, key)
            case "suppressions": base.suppressions = paths(node, key)
            case "formats": base.formats = paths(node, key)
            case "placeholders": base.placeholders = placeholders(node)
            case "client-registry": base.clientRegistry = path(node, key)
            case "places": base.places = paths(node, key)
            case "time-zone": base.timeZone = zone(node, key)
            case "fail-on": base.failOn = level(node, key)
            case "lifetimes": readLifetimes(node, &base)
            case "retention": readRetention(node, &base)
            case "limits": readLimits(node, &base)
            default: break
            }
        }
        configuration = base
    }

    private mutating func inputs(_ node: Node) -> [SiteConfiguration.Input] {
        guard let members = node.sequence.map(Array.init) else {
            error(node.mark, "'inputs' has to be a list of maps", "for example [{ paths: /var/log/keycloak }]")
            return []
        }
        return members.map { member in
            var input = SiteConfiguration.Input()
            let keys = entries(member, in: "inputs[]")
            for (key, value) in keys {
                switch key {
                case "paths": input.paths = texts(value, key).map(pattern)
                case "format":
                    input.format = text(value, key)
                    if let name = input.format { formatPlaces.append((name, value.mark)) }
                case "time-zone": input.timeZone = zone(value, key)
                default: break
                }
            }
            if member.mapping != nil, !keys.contains(where: { $0.key == "paths" }) {
                error(member.mark, "the group has no 'paths'", "name the files, folders or patterns to read")
            }
            return input
        }
    }

    private mutating func readLifetimes(_ node: Node, _ base: inout SiteConfiguration) {
        for (key, value) in entries(node, in: "lifetimes") {
            switch key {
            case "code": base.codeLifetimeSeconds = seconds(value, key, from: 1).map(Int.init)
            case "access-token": base.accessTokenLifetimeSeconds = seconds(value, key, from: 1).map(Int.init)
            case "learning": base.learningSeconds = seconds(value, key, from: 1).map(Int.init)
            case "grant": base.grantLifetimeSeconds = seconds(value, key, from: 1).map(Int.init)
            default: break
            }
        }
    }

    private mutating func readRetention(_ node: Node, _ base: inout SiteConfiguration) {
        for (key, value) in entries(node, in: "retention") {
            let age = seconds(value, key, from: 1).map(Int.init)
            switch key {
            case "findings": base.retention.findings = age
            case "evidence": base.retention.evidence = age
            case "rejected-lines": base.retention.rejectedLines = age
            case "run-details": base.retention.runDetails = age
            case "state": base.retention.state = age
            default: break
            }
        }
    }

    private mutating func readLimits(_ node: Node, _ base: inout SiteConfiguration) {
        for (key, value) in entries(node, in: "limits") {
            switch key {
            case "jobs": base.jobs = number(value, key, in: 1...256)
            case "line": base.lineBytes = bytes(value, key, in: 1 << 10...(1 << 28) - 1)
            case "lateness": base.latenessMicroseconds = seconds(value, key, from: 0).map { $0 * 1_000_000 }
            case "rejected-share": base.rejectedShare = share(value, key)
            case "window-memory": base.windowMemoryBytes = bytes(value, key, in: 1 << 20...1 << 40)
            case "lineage-memory": base.lineageMemoryBytes = bytes(value, key, in: 1 << 20...1 << 40)
            case "finding-memory": base.findingMemoryBytes = bytes(value, key, in: 1 << 20...1 << 40)
            default: break
            }
        }
    }

    /// The known keys of a map with their values; the others are noted.
    private mutating func entries(_ node: Node, in path: String) -> [(key: String, value: Node)] {
        guard let mapping = node.mapping else {
            let what = path.isEmpty ? "a configuration" : path == "inputs[]" ? "each of 'inputs'" : "'\(path)'"
            let names = ConfigurationKey.names(in: path).joined(separator: ", ")
            error(node.mark, "\(what) has to be a map", "keys: \(names)")
            return []
        }
        let names = ConfigurationKey.names(in: path)
        return mapping.compactMap { key, value in
            let name = key.string ?? ""
            guard names.contains(name) else {
                error(key.mark, "unknown key '\(name)'", Self.hint(name, names))
                return nil
            }
            // A key without a value says nothing, as one that is not there.
            return Self.isNull(value) ? nil : (name, value)
        }
    }

    // MARK: - Values

    private mutating func text(_ node: Node, _ key: String) -> String? {
        guard let text = node.scalar?.string, !text.isEmpty, !Self.isNull(node) else {
            error(node.mark, "'\(key)' has to be a text", example(key))
            return nil
        }
        return text
    }

    private mutating func path(_ node: Node, _ key: String) -> String? { text(node, key).map(absolute) }

    private mutating func paths(_ node: Node, _ key: String) -> [String] { texts(node, key).map(absolute) }

    private mutating func texts(_ node: Node, _ key: String) -> [String] {
        let members = node.sequence.map(Array.init) ?? [node]
        if members.isEmpty { error(node.mark, "'\(key)' names nothing", example(key)) }
        return members.compactMap { text($0, key) }
    }

    private func absolute(_ path: String) -> String { pattern(path).text }

    /// The folder of the file is never read as a pattern, whatever it is called.
    private func pattern(_ path: String) -> PathPattern {
        PathPattern(path, in: path.hasPrefix("/") || path == "-" ? "" : folder)
    }

    private mutating func zone(_ node: Node, _ key: String) -> LocalZone? {
        guard let name = text(node, key) else { return nil }
        if let zone = LocalZone(name) { return zone }
        error(node.mark, "there is no time zone '\(name)'", "an IANA name such as Europe/Berlin, or +01:00")
        return nil
    }

    private mutating func level(_ node: Node, _ key: String) -> FindingLevel? {
        guard let name = text(node, key) else { return nil }
        if let level = FindingLevel(name: name) { return level }
        error(node.mark, "there is no level '\(name)'", Self.hint(name, FindingLevel.allCases.map(\.name)))
        return nil
    }

    private mutating func seconds(_ node: Node, _ key: String, from least: Int64) -> Int64? {
        guard let text = text(node, key) else { return nil }
        if let seconds = DurationText.seconds(text), seconds >= least { return seconds }
        error(node.mark, "'\(text)' is no duration", "digits and s, m, h or d, for example 90d")
        return nil
    }

    private mutating func bytes(_ node: Node, _ key: String, in range: ClosedRange<Int64>) -> Int? {
        guard let text = text(node, key) else { return nil }
        guard let bytes = SizeText.bytes(text) else {
            error(node.mark, "'\(text)' is no size", "bytes, or digits and KiB, MiB or GiB, for example 256MiB")
            return nil
        }
        if range.contains(bytes) { return Int(bytes) }
        error(node.mark, "'\(key)' has to be between \(range.lowerBound) and \(range.upperBound) bytes", nil)
        return nil
    }

    private mutating func number(_ node: Node, _ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(node, key) else { return nil }
        if let number = Int(text), range.contains(number) { return number }
        error(node.mark, "'\(key)' has to be between \(range.lowerBound) and \(range.upperBound)", nil)
        return nil
    }

    private mutating func share(_ node: Node, _ key: String) -> Double? {
        guard let text = text(node, key) else { return nil }
        if let share = Double(text), (0...1).contains(share) { return share }
        error(node.mark, "'\(key)' has to be between 0 and 1", example(key))
        return nil
    }

    /// The values themselves, or those in the file named.
    private mutating func placeholders(_ node: Node) -> [String: [String]] {
        guard let mapping = node.mapping else {
            guard let path = path(node, "placeholders") else { return [:] }
            do {
                return try PlaceholderFile.read(path)
            } catch {
                // The place is one in the other file.
                self.error(node.mark, "the placeholders in \(path) cannot be used: \(error)", nil)
                return [:]
            }
        }
        var values: [String: [String]] = [:]
        for (key, value) in mapping {
            let members = value.sequence.map(Array.init) ?? [value]
            let texts = members.compactMap { Self.isNull($0) ? nil : $0.scalar?.string }.filter { !$0.isEmpty }
            if texts.isEmpty || texts.count < members.count {
                error(
                    value.mark,
                    "'\(key.string ?? "")' has to be a text or a list of texts",
                    "write values, or no key"
                )
            }
            values[key.string ?? ""] = texts
        }
        return values
    }

    private static func isNull(_ node: Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    // MARK: - Remarks

    private func example(_ name: String) -> String? {
        ConfigurationKey.all.first { $0.name == name }.map { "for example \($0.name): \($0.example)" }
    }

    private static func hint(_ word: String, _ candidates: [String]) -> String {
        nearMiss(word, among: candidates).map { "did you mean '\($0)'?" } ?? "known: "
            + candidates.joined(separator: ", ")
    }

    private mutating func error(_ mark: Mark?, _ message: String, _ hint: String?) {
        error(mark?.line ?? 1, mark?.column ?? 1, message, hint)
    }

    private mutating func add(_ problem: YAMLProblem) {
        error(problem.line, problem.column, problem.message, problem.hint)
    }

    private mutating func error(_ line: Int, _ column: Int, _ message: String, _ hint: String?) {
        remarks.append(
            RuleDiagnostic(.error, file: file, line: line, column: column, message: message, hint: hint)
        )
    }
}
