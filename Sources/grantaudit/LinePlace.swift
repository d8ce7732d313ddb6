// A line of a file, as given on the command line.

import Foundation

/// `FILE` or `FILE:LINE`.
struct LinePlace {
    let path: String
    /// Number of the line, from 1.
    let line: Int64

    init(_ text: String) throws(Failure) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let file = parts.dropLast().joined(separator: ":")
        guard let number = parts.last.flatMap({ Int64($0) }), !file.isEmpty,
            !FileManager.default.fileExists(atPath: text)
        else {
            path = text
            line = 1
            return
        }
        guard number > 0 else { throw Failure(.usage, "\(text): lines count from 1") }
        path = file
        line = number
    }
}
