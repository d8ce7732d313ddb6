// Which configuration file is used.

import ArgumentParser
import Reports
import SigmaRules
import SiteConfiguration

/// The option that names a configuration file.
struct SiteOptions: ParsableArguments {
    @Option(
        help: "Configuration file; what the command line says wins over it. GRANTAUDIT_CONFIG may name it, too.",
        completion: .file()
    )
    var config: String?

    /// What the site's file says; nothing if there is none.
    func configuration() throws(Failure) -> SiteConfiguration {
        guard let path = config ?? Console.environment("GRANTAUDIT_CONFIG") else { return SiteConfiguration() }
        let file = ConfigurationFile(path: path)
        guard file.isUsable else {
            for remark in file.remarks { Console.note(remark.description) }
            throw Failure(.usage, "\(counted(file.remarks.count, "error")) in \(path)")
        }
        return file.configuration
    }
}

/// The option that names the database.
struct DatabaseOptions: ParsableArguments {
    @Option(help: "The database that keeps findings and what was checked.", completion: .file())
    var database: String?

    /// The database that the command line or the site's file names.
    func path(_ site: SiteConfiguration) throws(Failure) -> String {
        guard let path = database ?? site.database else {
            throw Failure(.usage, "no database is named", hint: "name one with --database, or in a file with --config")
        }
        return path
    }
}
