// Expands the paths of the command line into the files to read.

import Glibc

/// The files that a list of paths stands for, in a reproducible order.
///
/// Arguments keep their order; what a directory holds is sorted by the bytes of the path. Hidden files count.
/// A symbolic link is followed when it is an argument or leads to a file, so that a directory cannot hold itself.
public struct InputDiscovery: Sendable {
    /// The files to read.
    public private(set) var files: [InputFile] = []
    /// The paths that will not be read.
    public private(set) var skipped: [SkippedInput] = []

    /// The list of paths that is being looked at.
    private var group = 0
    private var seen: [FileNode: String] = [:]
    private var own: Set<FileNode> = []

    /// Looks at every path; `-` is standard input.
    ///
    /// The files `own` belong to the caller and are no inputs.
    public init(_ paths: [String], except own: [String] = []) { self.init(groups: [paths], except: own) }

    /// Looks at every path of every group; what two groups have in common belongs to the first.
    ///
    /// What is known to be `unreadable` is among what will not be read, each path once.
    public init(groups: [[String]], unreadable: [SkippedInput] = [], except own: [String] = []) {
        var known: Set<String> = []
        skipped = unreadable.filter { known.insert($0.path).inserted }
        for path in own {
            var status = stat()
            guard stat(path, &status) == 0 else { continue }
            self.own.insert(FileNode(status))
        }
        for (number, paths) in groups.enumerated() {
            group = number
            for path in paths { if path == "-" { addStandardInput() } else { add(argument: path) } }
        }
    }

    private mutating func addStandardInput() {
        var status = stat()
        guard fstat(STDIN_FILENO, &status) == 0 else { return skip("-", errno: errno) }
        guard isNew(status, "-") else { return }
        var input = InputFile.standardInput
        if status.isRegularFile {
            input.byteCount = Int64(status.st_size)
            input.modificationTime = status.modificationMicroseconds
        }
        append(input)
    }

    private mutating func append(_ input: InputFile) {
        var input = input
        input.group = group
        files.append(input)
    }

    private mutating func add(argument path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return skip(path, errno: errno) }
        guard status.isDirectory else { return add(file: path, status) }
        var listing = DirectoryListing()
        listing.collect(path)
        for entry in listing.sorted() {
            switch entry.outcome {
            case .status(let status): add(file: entry.path, status)
            case .skip(let cause, let reason):
                skipped.append(SkippedInput(path: entry.path, cause: cause, reason: reason))
            case .failure(let code): skip(entry.path, errno: code)
            }
        }
    }

    private mutating func add(file path: String, _ status: stat) {
        guard status.isRegularFile else {
            return skipped.append(SkippedInput(path: path, cause: .notRegularFile, reason: "not a regular file"))
        }
        guard faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0 else { return skip(path, errno: errno) }
        guard isNew(status, path) else { return }
        append(
            InputFile(
                path: path,
                byteCount: Int64(status.st_size),
                modificationTime: status.modificationMicroseconds,
                node: FileNode(status)
            )
        )
    }

    private mutating func isNew(_ status: stat, _ path: String) -> Bool {
        let node = FileNode(status)
        guard !own.contains(node) else {
            skipped.append(SkippedInput(path: path, cause: .own, reason: "part of the database that is written to"))
            return false
        }
        if let first = seen[node] {
            skipped.append(SkippedInput(path: path, cause: .duplicate, reason: "same file as \(first)"))
            return false
        }
        seen[node] = path
        return true
    }

    private mutating func skip(_ path: String, errno code: Int32) {
        skipped.append(SkippedInput(path: path, errno: code))
    }
}

extension stat {
    /// Whether this is a regular file, after links were followed.
    var isRegularFile: Bool { st_mode & S_IFMT == S_IFREG }
    /// Whether this is a directory.
    var isDirectory: Bool { st_mode & S_IFMT == S_IFDIR }
    /// Whether this is a symbolic link; only `lstat` tells.
    var isSymbolicLink: Bool { st_mode & S_IFMT == S_IFLNK }
    /// Microseconds since 1970.
    var modificationMicroseconds: Int64 { Int64(st_mtim.tv_sec) * 1_000_000 + Int64(st_mtim.tv_nsec) / 1_000 }
}
