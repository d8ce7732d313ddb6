// The package on disk: its rooms, its Swift files and its texts.

import Foundation
import Testing

/// One target of the package and what it declares.
struct Room: CustomTestStringConvertible {
    enum Kind { case library, executable, systemLibrary, tests }

    let name: String
    let kind: Kind
    /// Names of the other targets it uses.
    let rooms: Set<String>
    /// Names of the products of other packages it uses.
    let products: Set<String>

    var testDescription: String { name }
    var folder: String { kind == .tests ? "Tests/\(name)" : "Sources/\(name)" }
}

/// One text file and where it is.
struct TextFile: CustomTestStringConvertible {
    /// The path from the root of the repository.
    let path: String
    let text: String

    var testDescription: String { path }
    var name: String { URL(filePath: path).lastPathComponent }
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
}

/// The repository as it is on disk, read once.
enum House {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let manifest = read("Package.swift") ?? ""

    /// All targets in the order of the manifest.
    static let rooms: [Room] = manifest.matches(of: entry).compactMap { match in
        let kinds: [String: Room.Kind] = [
            "room": .library, ".executableTarget": .executable, ".systemLibrary": .systemLibrary,
            "tests": .tests, ".testTarget": .tests, "material": .tests,
        ]
        guard let kind = kinds[String(match.1)] else { return nil }
        let uses = String(match.3 ?? "")
        let products = uses.matches(of: product).map { String($0.1) }
        let rooms = uses.replacing(product, with: "").matches(of: quoted).map { String($0.1) }
        return Room(name: String(match.2), kind: kind, rooms: Set(rooms), products: Set(products))
    }

    /// The targets under `Sources`, bottom-up.
    static let floors = rooms.filter { $0.kind != .tests }

    static func room(_ name: String) -> Room? { rooms.first { $0.name == name } }

    /// All files that hold text, without what is built, downloaded or measured.
    static let texts: [TextFile] = files(in: root)

    /// All Swift files of the rooms and their tests.
    static let swiftFiles = texts.filter {
        $0.path.hasSuffix(".swift") && ($0.path.hasPrefix("Sources/") || $0.path.hasPrefix("Tests/"))
    }

    /// The Swift files under `Sources`.
    static let sources = swiftFiles.filter { $0.path.hasPrefix("Sources/") }

    /// The room a Swift file lives in.
    static func room(of file: TextFile) -> Room? { rooms.first { file.path.hasPrefix($0.folder + "/") } }

    static func read(_ path: String) -> String? {
        try? String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    /// `room("X", uses: […])`, `.executableTarget(name: "X", dependencies: […])` and their like, on any number of lines.
    private static var entry: Regex<(Substring, Substring, Substring, Substring?)> {
        /(room|tests|material|\.executableTarget|\.systemLibrary|\.testTarget)\(\s*(?:name:\s*)?"(\w+)"(?:,\s*(?:uses|dependencies):\s*\[([^\]]*)\])?/
    }

    private static var product: Regex<(Substring, Substring)> {
        /\.product\(\s*name:\s*"(\w+)"\s*,\s*package:\s*"[^"]*"\s*\)/
    }

    private static var quoted: Regex<(Substring, Substring)> { /"(\w+)"/ }

    private static func files(in folder: URL) -> [TextFile] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().flatMap { name -> [TextFile] in
            let url = folder.appending(path: name)
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else { return [] }
            // In a worktree `.git` is a file.
            if isForeign(name) { return [] }
            if isFolder.boolValue { return files(in: url) }
            guard let text = text(at: url) else { return [] }
            return [TextFile(path: String(url.path.dropFirst(root.path.count + 1)), text: text)]
        }
    }

    /// Files and folders whose content is not ours: version control, builds, environments, measured data.
    private static func isForeign(_ name: String) -> Bool {
        name == ".git" || name == ".venv" || name == "data" || name.hasPrefix(".build")
    }

    /// The file's text; nothing for large and binary files.
    private static func text(at url: URL) -> String? {
        guard let data = try? Data(contentsOf: url), data.count < 1 << 20, !data.contains(0) else { return nil }
        return String(data: data, encoding: .utf8)
    }
}
