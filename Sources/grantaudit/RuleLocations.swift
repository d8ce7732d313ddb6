// Where rules and format files are when nobody says so.

import ArgumentParser
import FoundationEssentials
import SigmaRules

/// Options that name rules and formats.
struct RuleOptions: ParsableArguments {
    @Option(name: .customLong("rules"), help: "Folder with Sigma rules; may be repeated.", completion: .directory)
    var rules: [String] = []

    @Option(
        name: .customLong("formats"),
        help: "Further folder with format files; may be repeated.",
        completion: .directory
    )
    var formats: [String] = []

    @Option(
        help: "YAML file with the site's values for placeholders in rules: a map of names to lists.",
        completion: .file()
    )
    var placeholders: String?

    /// The site's values for placeholders.
    func placeholderValues() throws(Failure) -> [String: [String]] {
        guard let placeholders else { return [:] }
        do {
            return try PlaceholderFile.read(placeholders)
        } catch {
            throw Failure(.usage, error.description)
        }
    }

    /// The rules to load.
    var rulePaths: [String] { rules.isEmpty ? [Self.shipped] : rules }

    /// The folders with format files: the shipped ones first, so that others can replace them.
    var formatFolders: [String] {
        let own = rules.map { $0 + "/formats" }.filter { FileManager.default.fileExists(atPath: $0) }
        let shipped = Self.shipped + "/formats"
        let isOwn = own.contains { $0 == shipped }
        let base = isOwn || !FileManager.default.fileExists(atPath: shipped) ? [] : [shipped]
        return base + own + formats
    }

    /// `$GRANTAUDIT_RULES`, the folder installed beside the program, or `Rules` here.
    private static var shipped: String {
        if let named = Console.environment("GRANTAUDIT_RULES") { return named }
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let folder = program.split(separator: "/").dropLast(2).joined(separator: "/")
        let installed = "/" + folder + "/share/grantaudit/Rules"
        return FileManager.default.fileExists(atPath: installed) ? installed : "Rules"
    }
}
