// What is known of clients and networks, by which events are judged.

import ArgumentParser
import ClientRegistry
import NetworkPlaces
import Reports
import SigmaRules
import SiteConfiguration

/// The options that name a client registry and files about networks.
struct RegistryOptions: ParsableArguments {
    @Option(
        help: "YAML or JSON file with the clients of the server and what each may do; see 'grantaudit clients'.",
        completion: .file()
    )
    var clientRegistry: String?

    @Option(
        help: "MaxMind file with countries, places or autonomous systems of networks; may be repeated.",
        completion: .file(extensions: ["mmdb"])
    )
    var places: [String] = []

    /// What the files about networks say that the command line or the site's file names, if one of them does.
    func places(_ site: SiteConfiguration) throws(Failure) -> NetworkPlaces? {
        let paths = places.isEmpty ? site.places : places
        if paths.isEmpty { return nil }
        do {
            return try NetworkPlaces(paths: paths)
        } catch {
            throw Failure(.usage, error.description)
        }
    }

    /// The registry that the command line or the site's file names, if one of them does.
    func registry(_ site: SiteConfiguration) throws(Failure) -> ClientRegistry? {
        guard let path = clientRegistry ?? site.clientRegistry else { return nil }
        return ClientRegistry(try RegistryFile.usable(path))
    }
}

extension RegistryFile {
    /// The file at `path`; what keeps it from being used is shown.
    static func usable(_ path: String) throws(Failure) -> RegistryFile {
        let file = RegistryFile(path: path)
        guard file.isUsable else {
            let errors = file.remarks.filter { $0.severity == .error }
            for remark in errors { Console.note(remark.description) }
            throw Failure(.usage, "\(counted(errors.count, "error")) in \(path)")
        }
        return file
    }
}

extension RuleDiagnostic {
    /// The same remark, as all files have them.
    init(_ remark: RegistryRemark) {
        self.init(
            remark.severity == .error ? .error : .warning,
            file: remark.file,
            line: remark.line,
            column: remark.column,
            message: remark.message,
            hint: remark.hint
        )
    }
}
