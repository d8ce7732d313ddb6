// The reference page and the database tell the same.

import AuditStore
import Testing

@Suite struct SchemaReferenceTests {
    @Test func tablesViewsAndColumnsAreThoseOfTheDatabase() throws {
        let temporary = try TemporaryDatabase()
        _ = try temporary.open()
        let actual = try temporary.rows(
            """
            SELECT s.type, s.name, c.name FROM sqlite_schema s JOIN pragma_table_info(s.name) c
            WHERE s.type IN ('table', 'view') ORDER BY s.name, c.cid
            """
        )
        let documented = SchemaReference.tables.sorted { $0.name < $1.name }
            .flatMap { table in
                table.columns.map { "\(table.isView ? "view" : "table")|\(table.name)|\($0.name)" }
            }
        #expect(documented == actual)
    }

    @Test func thePageMentionsThemAll() {
        let page = SchemaReference.markdown()
        for table in SchemaReference.tables {
            #expect(page.contains("## `\(table.name)`"))
            for column in table.columns { #expect(page.contains("| `\(column.name)` | \(column.meaning) |")) }
        }
        #expect(page.contains("schema version, now \(AuditDatabase.schemaVersion)"))
    }
}
