// Which column of a row holds which field.

/// The names of a row's columns, fixed before the first line is read.
public struct FieldLayout: Sendable {
    /// The column names in order.
    public private(set) var names: [String]
    private var columns: [String: Int]

    /// A layout with the given columns; a name given twice keeps its first column.
    public init(_ names: [String]) {
        self.names = []
        columns = [:]
        for name in names { _ = add(name) }
    }

    /// The name of the column for a log's own field `path` where that name already is a field of another meaning.
    public static func ownName(_ path: String) -> String { ownPrefix + path }

    /// The path in the log of the field that a column is named after, see ``ownName(_:)``.
    public static func path(of name: String) -> String {
        name.hasPrefix(ownPrefix) ? String(name.dropFirst(ownPrefix.count)) : name
    }

    /// Whether `name` was made by ``ownName(_:)``.
    public static func isOwnName(_ name: String) -> Bool { name.hasPrefix(ownPrefix) }

    private static let ownPrefix = "log:"

    /// Number of columns.
    public var count: Int { names.count }

    /// The column of `name`, or `nil` when no room asked for that field.
    public func column(of name: String) -> Int? { columns[name] }

    /// The column of `name`, added at the end if it is new.
    public mutating func add(_ name: String) -> Int {
        if let column = columns[name] { return column }
        let column = names.count
        names.append(name)
        columns[name] = column
        return column
    }
}
