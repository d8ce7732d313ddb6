// One thing to read, and one thing that cannot be read.

import Glibc

/// An input of a run: a file or standard input.
public struct InputFile: Sendable, Hashable {
    /// What the path names.
    public enum Kind: Sendable, Hashable {
        /// A regular file.
        case file
        /// The process's standard input.
        case standardInput
    }

    /// The path as given, or joined to the directory it was found in; `-` for standard input.
    public var path: String
    /// What the path names.
    public var kind: Kind
    /// Size on disk in bytes, if known.
    public var byteCount: Int64?
    /// Time of the last modification in microseconds since 1970-01-01T00:00:00Z, if known.
    public var modificationTime: Int64?
    /// Which file the path named, if known; when it names another one, that is not read in its place.
    public var node: FileNode?
    /// Which of the lists of paths that were given it comes from.
    public var group = 0

    /// An input with what is known about it.
    public init(
        path: String,
        kind: Kind = .file,
        byteCount: Int64? = nil,
        modificationTime: Int64? = nil,
        node: FileNode? = nil
    ) {
        self.path = path
        self.kind = kind
        self.byteCount = byteCount
        self.modificationTime = modificationTime
        self.node = node
    }

    /// Standard input.
    public static let standardInput = InputFile(path: "-", kind: .standardInput)
}

/// A path that will not be read, and why.
public struct SkippedInput: Sendable, Hashable {
    /// The kind of reason; tells what is lost from what is merely not read twice.
    public enum Cause: Sendable, Hashable {
        /// Nothing is there.
        case missing
        /// It is there but may not be read.
        case unreadable
        /// A socket, pipe or device.
        case notRegularFile
        /// A link to a directory, met while expanding another directory; its files are not lost if they lie there.
        case linkToDirectory
        /// The same file was reached before.
        case duplicate
        /// It belongs to whoever looks for inputs.
        case own
    }

    /// The path as given, or joined to the directory it was found in.
    public var path: String
    /// The kind of reason.
    public var cause: Cause
    /// The reason in words, such as `does not exist`.
    public var reason: String

    /// A skipped path with its reason.
    public init(path: String, cause: Cause, reason: String) {
        self.path = path
        self.cause = cause
        self.reason = reason
    }

    /// A path that could not be looked at, with the system's error number.
    init(path: String, errno code: Int32) {
        switch code {
        case ENOENT, ENOTDIR: self.init(path: path, cause: .missing, reason: "does not exist")
        case EACCES, EPERM: self.init(path: path, cause: .unreadable, reason: "permission denied")
        default: self.init(path: path, cause: .unreadable, reason: InputError.text(errno: code))
        }
    }
}
