// Writes the reference page of the database: every table, view and column, with its meaning.

/// A table or view of the database.
public struct TableReference: Sendable {
    /// The name used in queries.
    public let name: String
    /// Whether it is a view.
    public let isView: Bool
    /// What one row stands for.
    public let summary: String
    /// Its columns, in order.
    public let columns: [ColumnReference]

    static func table(_ name: String, _ summary: String, _ columns: [ColumnReference]) -> TableReference {
        TableReference(name: name, isView: false, summary: summary, columns: columns)
    }

    static func view(_ name: String, _ summary: String, _ columns: [ColumnReference]) -> TableReference {
        TableReference(name: name, isView: true, summary: summary, columns: columns)
    }
}

/// A column of a table or view.
public struct ColumnReference: Sendable {
    /// The name used in queries.
    public let name: String
    /// What its values mean.
    public let meaning: String

    init(_ name: String, _ meaning: String) {
        self.name = name
        self.meaning = meaning
    }
}

/// The documented shape of the database.
public enum SchemaReference {
    /// The reference page, in Markdown.
    public static func markdown() -> String {
        var lines = [
            "# The database", "",
            "One SQLite file. `PRAGMA application_id` is \(Migration.applicationID), `PRAGMA user_version` is the "
                + "schema version, now \(Migration.current).",
            "Times are integers: microseconds since 1970-01-01T00:00:00Z. Views show them as ISO 8601 text. "
                + "Columns called JSON hold JSON text.", "",
        ]
        for table in tables {
            lines += ["## `\(table.name)`" + (table.isView ? " (view)" : ""), "", table.summary, ""]
            lines += ["| column | meaning |", "|---|---|"]
            lines += table.columns.map { "| `\($0.name)` | \($0.meaning) |" }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }
}
