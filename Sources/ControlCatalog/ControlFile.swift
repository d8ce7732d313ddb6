// Reads a file of controls; anything in it that is not understood is an error.

import YAMLFiles
import Yams

/// One file of a folder of controls: a framework, or the list of detections.
struct ControlFile {
    /// What is wrong with a file, and where.
    struct Problem: Error {
        let line: Int
        let column: Int
        let message: String
        var hint: String?
    }

    /// Largest file that is read, in bytes.
    static let bytesMax = 1 << 20

    private(set) var framework: ControlFramework?
    /// Titles of detections by name.
    private(set) var detections: [String: String] = [:]
    /// Detections that controls name, with their places.
    private(set) var references: [(detection: String, line: Int, column: Int)] = []

    init(_ text: String) throws(Problem) {
        let node: Node?
        do {
            node = try YAMLText.compose(text)
        } catch {
            throw Problem(line: error.line, column: error.column, message: error.message, hint: error.hint)
        }
        guard let node else { throw Problem(line: 1, column: 1, message: "the file is empty") }
        if node.mapping?["detections"] != nil {
            detections = try Self.detections(node)
        } else {
            framework = try framework(node)
        }
    }

    private static func detections(_ node: Node) throws(Problem) -> [String: String] {
        let keys = try map(node, ["detections"], required: ["detections"], "the file")
        guard let list = keys["detections"], let mapping = list.mapping else {
            throw problem(node, "'detections' has to be a map of names to titles")
        }
        var result: [String: String] = [:]
        for (key, value) in mapping { result[try text(key, "a detection")] = try text(value, "a detection") }
        return result
    }

    private mutating func framework(_ node: Node) throws(Problem) -> ControlFramework {
        let required = ["framework", "title", "version", "source", "checked", "controls"]
        let keys = try Self.map(node, required + ["kind"], required: required, "a framework")
        var texts: [String: String] = [:]
        for key in required + ["kind"] where key != "controls" {
            if let value = keys[key] { texts[key] = try Self.text(value, "'\(key)'") }
        }
        let kind = ControlFramework.Kind(rawValue: texts["kind"] ?? "controls")
        guard let kind else {
            throw Self.problem(keys["kind"] ?? node, "'kind' has to be controls or techniques")
        }
        let id = texts["framework"] ?? ""
        guard !id.isEmpty, id.utf8.allSatisfy({ Self.isWord($0) }) else {
            throw Self.problem(keys["framework"] ?? node, "'framework' has to be lower-case letters, digits and -")
        }
        guard let list = keys["controls"], let members = list.sequence.map(Array.init), !members.isEmpty else {
            throw Self.problem(keys["controls"] ?? node, "'controls' has to be a list of maps")
        }
        var controls: [Control] = []
        var names: Set<String> = []
        for member in members {
            let control = try control(member, of: id)
            guard names.insert(control.name).inserted else {
                throw Self.problem(member, "the control '\(control.id)' is given twice")
            }
            controls.append(control)
        }
        return ControlFramework(
            id: id,
            title: texts["title"] ?? "",
            version: texts["version"] ?? "",
            kind: kind,
            source: texts["source"] ?? "",
            checked: texts["checked"] ?? "",
            controls: controls
        )
    }

    private mutating func control(_ node: Node, of framework: String) throws(Problem) -> Control {
        let required = ["id", "title", "verified"]
        let keys = try Self.map(node, required + ["detections"], required: required, "a control")
        var detections: [String] = []
        if let list = keys["detections"] {
            guard let members = list.sequence else {
                throw Self.problem(list, "'detections' has to be a list of names")
            }
            for member in members {
                let name = try Self.text(member, "a detection")
                detections.append(name)
                references.append((name, member.mark?.line ?? 1, member.mark?.column ?? 1))
            }
        }
        let verified = try Self.text(keys["verified"] ?? node, "'verified'")
        guard ["true", "false"].contains(verified) else {
            throw Self.problem(keys["verified"] ?? node, "'verified' has to be true or false")
        }
        return Control(
            framework: framework,
            id: try Self.text(keys["id"] ?? node, "'id'"),
            title: try Self.text(keys["title"] ?? node, "'title'"),
            isVerified: verified == "true",
            detections: detections
        )
    }

    private static func map(
        _ node: Node,
        _ known: [String],
        required: [String],
        _ what: String
    ) throws(Problem) -> [String: Node] {
        guard let mapping = node.mapping else { throw problem(node, "\(what) has to be a map") }
        var result: [String: Node] = [:]
        for (key, value) in mapping {
            let name = try text(key, "a key")
            guard known.contains(name) else {
                let close = nearMiss(name, among: known).map { "did you mean '\($0)'?" }
                throw problem(key, "unknown key '\(name)' of \(what)", hint: close)
            }
            result[name] = value
        }
        if let missing = required.first(where: { result[$0] == nil }) {
            throw problem(node, "\(what) has no '\(missing)'")
        }
        return result
    }

    private static func text(_ node: Node, _ what: String) throws(Problem) -> String {
        guard let text = node.scalar?.string, !text.isEmpty else { throw problem(node, "\(what) has to be a text") }
        return text
    }

    private static func problem(_ node: Node, _ message: String, hint: String? = nil) -> Problem {
        Problem(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, message: message, hint: hint)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
    }
}
