// The command line: names the commands, decides the exit code.

import ArgumentParser
import Glibc

@main struct Grantaudit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grantaudit",
        abstract: "Audits the logs of OAuth 2.0 and OpenID Connect authorization servers.",
        discussion: ExitStatus.help,
        version: ToolVersion.text,
        subcommands: [
            AuditCommand.self, ReportCommand.self, ExplainCommand.self, FormatsCommand.self, RulesCommand.self,
            ClientsCommand.self, ConfigCommand.self, PruneCommand.self, SchemaCommand.self, ManualCommand.self,
        ]
    )

    /// Runs the command given and leaves with its exit status.
    ///
    /// ArgumentParser would leave with 1 for every error it does not know, which here means "findings".
    static func main() async {
        // A file that may not grow any more (ulimit -f) is an error of the write, not a reason to die at once.
        signal(SIGXFSZ, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            Console.error(failure)
            ExitStatus.exit(failure.status)
        } catch let status as ExitStatus {
            ExitStatus.exit(status)
        } catch {
            // Help, version and wrong usage.
            let code = exitCode(for: error)
            if code == .success { exit(withError: error) }
            if code == .validationFailure { exit(withError: error) }
            Console.error(Failure(.internalError, "\(error)"))
            ExitStatus.exit(.internalError)
        }
    }
}
