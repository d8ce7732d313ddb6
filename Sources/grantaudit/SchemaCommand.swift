// `grantaudit schema`: the database as an interface.

import ArgumentParser
import AuditStore

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Describe the tables and views of the database, for those who query it themselves.",
        discussion: """
            EXAMPLE:
              sqlite3 audit.db "SELECT level, title, first_seen FROM findings_view WHERE level = 'critical'"
            """
    )

    func run() throws { try Console.answer(SchemaReference.markdown()) }
}
