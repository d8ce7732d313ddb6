// Every envelope we can take off, from the folders that hold format files.

import AuthEvents
import FieldRows
import FoundationEssentials

/// An envelope ready to be taken off; shared by all inputs.
public struct CompiledEnvelope: Sendable {
    /// The envelope as written.
    public let envelope: EnvelopeFile
    let plan: CompiledFormat

    /// Compiles `envelope`.
    public init(_ envelope: EnvelopeFile) throws(FormatError) {
        self.envelope = envelope
        plan = try CompiledFormat(envelope.format, layout: FieldLayout(CanonicalField.names), isDerived: { _ in true })
    }
}

/// The envelopes found in the subfolders `envelopes` of one or more folders.
public struct EnvelopeCatalog: Sendable {
    /// The envelopes around lines, by name.
    public private(set) var envelopes: [CompiledEnvelope] = []
    /// Paths of lists inside JSON documents whose elements are records.
    public private(set) var members: [String] = []
    /// Files that hold no usable envelope.
    public private(set) var errors: [FormatError] = []

    /// Reads all `*.yml` files in `envelopes/` of each of `folders`; a later one replaces one of the same name.
    public init(folders: [String]) {
        var files: [EnvelopeFile] = []
        for folder in folders.map({ $0 + "/envelopes" }) {
            // A folder of one's own need not have envelopes.
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            for name in names.sorted() where name.hasSuffix(".yml") {
                let path = folder + "/" + name
                do throws(FormatError) {
                    let file = try EnvelopeFile(parsing: try FormatCatalog.text(path), file: path)
                    files.removeAll { $0.name == file.name }
                    files.append(file)
                } catch {
                    errors.append(error)
                }
            }
        }
        add(files.sorted { $0.name < $1.name })
    }

    /// The given envelopes.
    public init(_ files: [EnvelopeFile]) { add(files) }

    private mutating func add(_ files: [EnvelopeFile]) {
        for file in files {
            members += file.members
            guard !file.format.shapes.isEmpty else { continue }
            do throws(FormatError) {
                envelopes.append(try CompiledEnvelope(file))
            } catch {
                errors.append(error)
            }
        }
    }
}
