// A line of a file, as given on the command line.

/// `FILE` or `FILE:LINE`.
struct LinePlace {
    let path: String
    /// Number of the line, from 1.
    let line: Int64

    init(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count > 1, let number = parts.last.flatMap({ Int64($0) }), number > 0 {
            path = parts.dropLast().joined(separator: ":")
            line = number
        } else {
            path = text
            line = 1
        }
    }
}
