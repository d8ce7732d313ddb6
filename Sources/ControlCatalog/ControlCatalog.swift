// All controls that are known, from the folders beside the rules.

import FoundationEssentials
import YAMLFiles

/// Frameworks with their controls, and the detections that give evidence for them.
public struct ControlCatalog: Sendable {
    /// The frameworks by id.
    public private(set) var frameworks: [ControlFramework] = []
    /// Titles of detections by name, such as `COD-01`.
    public private(set) var detections: [String: String] = [:]
    /// Everything that is wrong with the files, each with its place.
    public private(set) var problems: [String] = []

    /// Reads all `*.yml` files in `folders`; a framework in a later folder takes the place of one in an earlier folder.
    public init(folders: [String]) {
        var references: [(file: String, detection: String, line: Int, column: Int)] = []
        for folder in folders {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            for name in names.sorted() where name.hasSuffix(".yml") && !name.hasPrefix(".") {
                let path = folder + "/" + name
                guard let file = read(path) else { continue }
                if let framework = file.framework {
                    frameworks.removeAll { $0.id == framework.id }
                    frameworks.append(framework)
                }
                detections.merge(file.detections) { $1 }
                references += file.references.map { (path, $0.detection, $0.line, $0.column) }
            }
        }
        frameworks.sort { $0.id < $1.id }
        for reference in references where detections[reference.detection] == nil {
            let place = "\(reference.file):\(reference.line):\(reference.column)"
            problems.append(
                Self.remark(
                    "\(place): error: there is no detection '\(reference.detection)'",
                    nearMiss(reference.detection, among: detections.keys.sorted())
                )
            )
        }
    }

    private mutating func read(_ path: String) -> ControlFile? {
        let text: String
        do {
            text = try YAMLFile.text(path, bytesMax: ControlFile.bytesMax)
        } catch {
            problems.append(Self.remark("\(path): error: \(error.message)", nil))
            return nil
        }
        do throws(ControlFile.Problem) {
            return try ControlFile(text)
        } catch {
            let hint = error.hint.map { "\n  hint: " + $0 } ?? ""
            problems.append("\(path):\(error.line):\(error.column): error: \(error.message)" + hint)
            return nil
        }
    }

    static func remark(_ message: String, _ near: String?) -> String {
        message + (near.map { "\n  hint: did you mean '\($0)'?" } ?? "")
    }

    /// What a word that should name controls may mean.
    public enum Choice: Equatable, Sendable {
        /// These controls.
        case controls([Control])
        /// Nothing that is known; the nearest name, if there is one.
        case unknown(near: String?)
        /// Controls of several frameworks, by their names.
        case ambiguous([String])
    }

    /// The controls that `word` means: a framework, a control with its framework, or a number that only one has.
    public func choose(_ word: String) -> Choice {
        let name = word.lowercased()
        if let framework = frameworks.first(where: { $0.id == name }) { return .controls(framework.controls) }
        let all = frameworks.flatMap(\.controls)
        if let control = all.first(where: { $0.name == name }) { return .controls([control]) }
        let byNumber = all.filter { $0.id.lowercased() == name }
        if byNumber.count > 1 { return .ambiguous(byNumber.map(\.name)) }
        if let control = byNumber.first { return .controls([control]) }
        return .unknown(near: nearMiss(name, among: frameworks.map(\.id) + all.map(\.name)))
    }

    /// The framework with this id.
    public func framework(_ id: String) -> ControlFramework? { frameworks.first { $0.id == id } }

    /// The controls that a rule with `tags` gives evidence for.
    public func controls(for tags: [String]) -> [Control] {
        let tags = Set(tags)
        return frameworks.flatMap(\.controls).filter { !$0.tags.isDisjoint(with: tags) }
    }

    /// What is wrong with the tags of a rule: unknown controls and detections, or no control at all.
    public func problems(of rule: ControlledRule) -> [String] {
        var result: [String] = []
        let names = Set(frameworks.flatMap(\.controls).map(\.name))
        for tag in rule.tags {
            if let detection = Control.detection(of: tag) {
                guard detections[detection] == nil else { continue }
                let near = nearMiss(tag, among: detections.keys.sorted().map(Control.tag(of:)))
                result.append(Self.remark("\(rule.file): error: there is no detection '\(tag)'", near))
            } else if let framework = frameworks.first(where: { tag.hasPrefix($0.id + ".") }) {
                // Tactics of ATT&CK, such as `attack.credential-access`, have no number.
                let isNumber = tag.dropFirst(framework.id.count).contains(where: \.isNumber)
                guard isNumber, !names.contains(tag) else { continue }
                let near = nearMiss(tag, among: framework.controls.map(\.name))
                result.append(Self.remark("\(rule.file): error: there is no control '\(tag)'", near))
            }
        }
        let isEvidence = controls(for: rule.tags).contains { framework($0.framework)?.kind == .controls }
        if !isEvidence { result.append("\(rule.file): error: '\(rule.name)' gives evidence for no control") }
        return result
    }
}
