// Every format we can read, from the folders that hold format files.

import FoundationEssentials
import YAMLFiles

/// The formats found in one or more folders.
public struct FormatCatalog: Sendable {
    /// The formats, by name.
    public private(set) var formats: [FormatFile] = []
    /// Files that hold no usable format.
    public private(set) var errors: [FormatError] = []

    /// Reads all `*.yml` files directly inside `folders`; a later folder's format replaces one of the same name.
    public init(folders: [String]) {
        for folder in folders { read(folder) }
        formats.sort { $0.name < $1.name }
    }

    /// The format called `name`.
    public subscript(name: String) -> FormatFile? { formats.first { $0.name == name } }

    private mutating func read(_ folder: String) {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            errors.append(
                FormatError(
                    file: folder,
                    line: 1,
                    column: 1,
                    message: "cannot read the folder of format files",
                    hint: "name the folder with --rules (its subfolder 'formats') or --formats"
                )
            )
            return
        }
        for name in names.sorted() where name.hasSuffix(".yml") {
            let file = folder + "/" + name
            do throws(FormatError) {
                let format = try FormatFile(parsing: try Self.text(file), file: file) { part in
                    try? Self.text(folder + "/include/" + part + ".yml")
                }
                formats.removeAll { $0.name == format.name }
                formats.append(format)
            } catch {
                errors.append(error)
            }
        }
    }

    /// Largest file that is read, in bytes.
    static let bytesMax = 1 << 20

    static func text(_ file: String) throws(FormatError) -> String {
        do {
            return try YAMLFile.text(file, bytesMax: bytesMax)
        } catch {
            throw FormatError(error, file: file)
        }
    }
}
