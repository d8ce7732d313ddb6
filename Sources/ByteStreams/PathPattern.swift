// Patterns that stand for paths, as a shell would expand them.

import Glibc

/// Paths with `*`, `?` and `[…]`.
public enum PathPattern {
    /// The paths that `pattern` stands for (`glob(7)`), sorted; itself where it is no pattern or nothing fits it, so that
    /// whoever reads it can say that nothing is there.
    public static func expand(_ pattern: String) -> [String] {
        guard pattern.utf8.contains(where: { "*?[".utf8.contains($0) }) else { return [pattern] }
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0 else { return [pattern] }
        let paths = (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
        // A name that is no UTF-8 would not be found again; its folder can be named instead.
        return paths.contains { $0.contains("\u{FFFD}") } ? [pattern] : paths
    }
}
