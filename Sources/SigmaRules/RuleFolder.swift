// Finds rule files and reads them.

import Foundation
import YAMLFiles

/// Loads rules from files, folders and text.
public struct RuleFolder {
    /// Deepest nesting of folders that is followed.
    static let depthMax = 16

    private let placeholders: Placeholders
    private var documents: [RuleDocument] = []
    private var unreadable: [RejectedRule] = []
    private var warnings: [RuleDiagnostic] = []

    private init(_ placeholders: [String: [String]]) {
        self.placeholders = Placeholders(values: placeholders)
    }

    /// Loads all `*.yml` and `*.yaml` files in `paths` and the folders below them.
    ///
    /// Files ending in `.test.yml` and folders named `formats` or `controls` are skipped, as are hidden ones. One bad rule never
    /// affects another; all problems are in the result.
    public static func load(paths: [String], placeholders: [String: [String]] = [:]) -> LoadedRules {
        var folder = RuleFolder(placeholders)
        var seen: Set<String> = []
        for path in paths { folder.visit(path, isGiven: true, depth: 0, &seen) }
        return folder.finish()
    }

    /// Loads the documents in `text` as if they stood in `file`.
    public static func parse(
        _ text: String,
        file: String,
        placeholders: [String: [String]] = [:]
    ) -> LoadedRules {
        parse([(file: file, text: text)], placeholders: placeholders)
    }

    /// Loads the documents of several files given as text.
    public static func parse(
        _ files: [(file: String, text: String)],
        placeholders: [String: [String]] = [:]
    ) -> LoadedRules {
        var folder = RuleFolder(placeholders)
        for (file, text) in files { folder.read(text, file: file) }
        return folder.finish()
    }

    private func finish() -> LoadedRules {
        let parser = RuleParser(placeholders: placeholders)
        var set = RuleSet(documents.map(parser.parse))
        return set.load(unreadable: unreadable, warnings: warnings)
    }

    private mutating func visit(_ path: String, isGiven: Bool, depth: Int, _ seen: inout Set<String>) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            return reject(path, "there is no such file or folder", hint: "check the path to the rules")
        }
        // Links may lead to the same file twice, or in a circle.
        guard seen.insert(URL(fileURLWithPath: path).resolvingSymlinksInPath().path).inserted else { return }
        guard isDirectory.boolValue else { return readFile(path) }
        guard depth < Self.depthMax else { return reject(path, "folders are nested too deeply") }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            return reject(path, "the folder cannot be read", hint: "check its permissions")
        }
        let before = documents.count + unreadable.count
        for name in names.sorted() where !name.hasPrefix(".") && !Self.otherFolders.contains(name) {
            let inner = path.hasSuffix("/") ? path + name : path + "/" + name
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: inner, isDirectory: &isFolder)
            if exists && isFolder.boolValue || Self.isRuleFile(name) {
                visit(inner, isGiven: false, depth: depth + 1, &seen)
            }
        }
        if isGiven, documents.count + unreadable.count == before {
            warnings.append(Self.remark(.warning, path, "there are no rules in this folder", hint: "rules end in .yml"))
        }
    }

    /// Folders beside rules that hold something else.
    private static let otherFolders: Set<String> = ["formats", "controls"]

    private static func isRuleFile(_ name: String) -> Bool {
        guard name.hasSuffix(".yml") || name.hasSuffix(".yaml") else { return false }
        return !name.hasSuffix(".test.yml") && !name.hasSuffix(".test.yaml")
    }

    private mutating func readFile(_ path: String) {
        do {
            read(try YAMLFile.text(path, bytesMax: RuleDocument.bytesMax), file: path)
        } catch {
            reject(path, error.message, hint: error.hint)
        }
    }

    private mutating func read(_ text: String, file: String) {
        guard text.utf8.count <= RuleDocument.bytesMax else {
            let problem = YAMLFile.tooLarge(RuleDocument.bytesMax)
            return reject(file, problem.message, hint: problem.hint)
        }
        let found = RuleDocument.split(text, file: file)
        if found.isEmpty { warnings.append(Self.remark(.warning, file, "there is no rule in this file")) }
        documents += found
    }

    private mutating func reject(_ file: String, _ message: String, hint: String? = nil) {
        let remark = Self.remark(.error, file, message, hint: hint)
        unreadable.append(RejectedRule(file: file, title: nil, diagnostics: [remark]))
    }

    private static func remark(
        _ severity: RuleDiagnostic.Severity,
        _ file: String,
        _ message: String,
        hint: String? = nil
    ) -> RuleDiagnostic {
        RuleDiagnostic(severity, file: file, line: 1, column: 1, message: message, hint: hint)
    }
}
