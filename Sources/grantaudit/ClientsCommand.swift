// `grantaudit clients`: makes client registries from exports, checks them, and describes all keys.

public import ArgumentParser
public import ClientRegistry
import Reports
import SigmaRules

struct ClientsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clients",
        abstract: "Make a client registry from a server's export, check one, and describe all keys.",
        subcommands: [Import.self, Check.self, Reference.self]
    )
}

extension ClientsCommand {
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Turn a server's export of its clients into a registry.",
            discussion: """
                Only what rules compare is read; secrets, keys and certificates are not. With --merge, clients that have
                changed get a new version from --valid-from on, those that are gone are closed, and the others stay.

                EXAMPLE:
                  grantaudit clients import --from keycloak realm-export.json --output clients.yml
                """
        )
        @Option(help: "Whose export it is: \(ClientExport.Server.list).") var from: ClientExport.Server
        @Option(help: "The registry that the export is to be merged into.", completion: .file()) var merge: String?
        @Option(help: "Since when the clients are registered as exported (ISO 8601, to the second).")
        var validFrom: Instant?
        @Option(help: "The issuer of the clients, where events name one.") var issuer: String?
        @Option(help: "The realm, tenant or organisation of the clients; that of a realm export by default.")
        var tenant: String?
        @Option(help: "The file to write; standard output by default.", completion: .file()) var output: String?
        @Argument(help: "The exported files, JSON.", completion: .file()) var files: [String]

        func validate() throws {
            if merge != nil, validFrom == nil { throw ValidationError("--merge needs --valid-from") }
            if let validFrom, validFrom.microseconds % 1_000_000 != 0 {
                throw ValidationError("--valid-from must be a whole second")
            }
        }

        func run() throws {
            let export: ClientExport
            do throws(ClientExport.Problem) {
                export = try ClientExport(from, paths: files)
            } catch {
                throw Failure(.usage, error.description)
            }
            for note in export.notes { Console.note("grantaudit: \(note)") }
            guard !export.clients.versions.isEmpty else {
                throw Failure(.usage, "there are no clients in \(files.joined(separator: ", "))")
            }
            var clients = export.clients
            for index in clients.versions.indices {
                if let issuer { clients.versions[index].issuer = issuer }
                if let tenant { clients.versions[index].tenant = tenant }
            }
            // Two files may have the same client.
            let check = RegistryFile(parsing: RegistryText.yaml(clients), file: "the registry")
            guard check.isUsable else {
                for remark in check.remarks where remark.severity == .error { Console.note(remark.description) }
                throw Failure(.usage, "the exports do not make one registry")
            }
            try write(RegistryText.yaml(try merged(clients, export.unreadable)))
            if export.unreadable > 0 { throw ExitStatus.incomplete }
        }

        private func merged(_ export: RegisteredClients, _ unreadable: Int) throws(Failure) -> RegisteredClients {
            guard let time = validFrom?.microseconds, let merge else {
                var clients = export
                clients.validFrom = validFrom?.microseconds
                return clients
            }
            let history = try RegistryFile.usable(merge).clients
            guard unreadable == 0 else {
                let hint = "what cannot be read could be a client that would be closed; nothing was merged"
                throw Failure(
                    .usage,
                    "\(counted(unreadable, "entry", plural: "entries")) of the export cannot be read",
                    hint: hint
                )
            }
            do throws(RegistryMerge.Problem) {
                let result = try RegistryMerge(export, into: history, at: time)
                let added = counted(result.added, "client") + " added"
                let rest = "\(result.changed) changed, \(result.closed) closed, \(result.unchanged) unchanged"
                Console.note("grantaudit: \(added), \(rest)")
                return result.clients
            } catch {
                throw Failure(
                    .usage,
                    "\(merge) has a later version of '\(error.clientID)'",
                    hint: "merge exports in the order of their days"
                )
            }
        }

        private func write(_ text: String) throws(Failure) {
            guard let output else { return try Console.answer(text) }
            do throws(WholeFile.Problem) {
                try WholeFile.replace(output, with: text)
            } catch {
                throw Failure(.ioError, error.description)
            }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Report everything that is wrong or doubtful in a registry.",
            discussion: """
                EXAMPLE:
                  grantaudit clients check clients.yml
                """
        )
        @Argument(help: "The registry.", completion: .file()) var file: String
        @Flag(help: "Print JSON.") var json = false

        /// All there is to say.
        private struct Answer: Encodable {
            let clients: Int
            let versions: Int
            let sha256: String
            let remarks: [RemarkAnswer]
        }

        func run() throws {
            let registry = RegistryFile(path: file)
            let remarks = registry.remarks.map { RuleDiagnostic($0) }
            if json {
                try Console.answer(
                    json: Answer(
                        clients: registry.clientCount,
                        versions: registry.clients.versions.count,
                        sha256: registry.sha256,
                        remarks: remarks.map(RemarkAnswer.init)
                    )
                )
            } else {
                for remark in remarks { Console.note(remark.description) }
                try Console.answer(registry.summary)
            }
            if !registry.isUsable { throw ExitStatus.usage }
        }
    }

    struct Reference: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what every key of a registry means.",
            discussion: """
                EXAMPLE:
                  grantaudit clients reference > Documentation/clients.md
                """
        )

        func run() throws { try Console.answer(RegistryPage.markdown()) }
    }
}

extension RegistryFile {
    /// How much it holds, in words.
    var summary: String { "\(counted(clientCount, "client")), \(counted(clients.versions.count, "version"))" }
}

extension ClientExport.Server: ExpressibleByArgument {
    static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
