// Where rules and format files are: as the command line says, as the site's file says, or where they are installed.

import ArgumentParser
import FoundationEssentials
import SigmaRules
import SiteConfiguration

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

    @OptionGroup var site: SiteOptions

    /// Where rules and formats are.
    func locations() throws(Failure) -> RuleLocations { try locations(site.configuration()) }

    /// The same for a site's file that has been read.
    func locations(_ site: SiteConfiguration) throws(Failure) -> RuleLocations {
        var locations = RuleLocations(site, rules: rules, formats: formats)
        guard let placeholders else { return locations }
        do {
            locations.placeholders = try PlaceholderFile.read(placeholders)
        } catch {
            throw Failure(.usage, error.description)
        }
        return locations
    }
}

/// Where rules and format files are.
struct RuleLocations {
    /// The rules to load.
    let rulePaths: [String]
    /// The folders with format files: the shipped ones first, so that others can replace them.
    let formatFolders: [String]
    /// The folders with controls: the shipped one first, so that others can replace what is in it.
    let controlFolders: [String]
    /// The site's values for placeholders.
    var placeholders: [String: [String]]

    /// The places that `site` names, unless `rules` or `formats` name others; installed ones where nobody names any.
    init(_ site: SiteConfiguration, rules: [String] = [], formats: [String] = []) {
        let named = rules.isEmpty ? site.rules : rules
        rulePaths = (named.isEmpty ? [Self.shipped] : named) + site.suppressions
        formatFolders = Self.folders("formats", beside: named) + (formats.isEmpty ? site.formats : formats)
        controlFolders = Self.folders("controls", beside: named)
        placeholders = site.placeholders
    }

    /// The folders called `name`: the shipped one, and those in the folders with rules that somebody names.
    private static func folders(_ name: String, beside rules: [String]) -> [String] {
        let own = rules.map { $0 + "/" + name }.filter { FileManager.default.fileExists(atPath: $0) }
        let shipped = Self.shipped + "/" + name
        let isOwn = own.contains { $0 == shipped }
        return (isOwn || !FileManager.default.fileExists(atPath: shipped) ? [] : [shipped]) + own
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
