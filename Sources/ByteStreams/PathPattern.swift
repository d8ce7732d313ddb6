// Patterns that stand for paths, as a shell would expand them.

import Glibc

/// A path that may have `*`, `?` and `[…]` in it (`glob(7)`), below a folder whose name is taken as it stands.
public struct PathPattern: Sendable, Hashable {
    /// The folder, with a slash behind it; empty for the current one.
    public let folder: String
    /// The pattern below it, or an absolute one.
    public let pattern: String

    /// The pattern as a path, for people.
    public var text: String { folder + pattern }

    /// The pattern below `folder`, which ends with a slash or is empty.
    public init(_ pattern: String, in folder: String = "") {
        self.folder = folder
        self.pattern = pattern
    }

    /// The paths that the pattern stands for.
    ///
    /// Itself where it is no pattern or nothing fits it, so that whoever reads it can say that nothing is there.
    public func expand() -> PathExpansion {
        guard pattern.utf8.contains(where: { "*?[\\".utf8.contains($0) }) else { return PathExpansion([text]) }
        var walk = PatternWalk(folder + (pattern.hasPrefix("/") ? "/" : ""))
        let components = pattern.split(separator: "/").map(String.init)
        // What ends with a slash is a folder.
        let endsWithSlash = pattern.hasSuffix("/")
        for (index, component) in components.enumerated() {
            walk.enter(component, isLast: index + 1 == components.count && !endsWithSlash)
        }
        let found = walk.finish()
        return found.paths.isEmpty && found.unreadable.isEmpty ? PathExpansion([text]) : found
    }
}

/// What patterns stand for.
public struct PathExpansion: Sendable {
    /// The paths, those of each pattern sorted by their bytes.
    public var paths: [String]
    /// What could not be looked into, so that there may be more.
    public var unreadable: [SkippedInput] = []

    /// These paths.
    public init(_ paths: [String]) { self.paths = paths }

    /// What the patterns stand for together.
    public init(_ patterns: [PathPattern]) {
        self.init([String]())
        for expansion in patterns.map({ $0.expand() }) {
            paths += expansion.paths
            unreadable += expansion.unreadable
        }
    }
}
