// Everything that lies below a directory, without following links to directories.

import Glibc

/// Collects the entries below a directory.
struct DirectoryListing {
    /// One path below the directory.
    struct Entry {
        var path: String
        var outcome: Outcome
    }

    /// What was found at a path.
    enum Outcome {
        /// Something that may be a file.
        case status(stat)
        /// Something that is not read.
        case skip(SkippedInput.Cause, String)
        /// The error that kept us from looking.
        case failure(Int32)
    }

    private var entries: [Entry] = []

    /// All entries, ordered by the bytes of their paths.
    func sorted() -> [Entry] {
        entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// Adds what lies in `directory` and below.
    mutating func collect(_ directory: String) {
        var pending = [directory]
        while let next = pending.popLast() {
            guard let stream = opendir(next) else {
                entries.append(Entry(path: next, outcome: .failure(errno)))
                continue
            }
            defer { closedir(stream) }
            let prefix = next.utf8.last == UInt8(ascii: "/") ? next : next + "/"
            while true {
                errno = 0
                guard let entry = readdir(stream) else {
                    if errno != 0 { entries.append(Entry(path: next, outcome: .failure(errno))) }
                    break
                }
                look(at: entry, prefix, &pending)
            }
        }
    }

    private mutating func look(at entry: UnsafeMutablePointer<dirent>, _ prefix: String, _ pending: inout [String]) {
        let name = EntryName(entry)
        guard !name.isNavigation else { return }
        let path = prefix + name.text
        guard name.isText else {
            // A path is text here; bytes that are not UTF-8 would not find the file again.
            return entries.append(Entry(path: path, outcome: .skip(.unreadable, EntryName.reason)))
        }
        var status = stat()
        guard lstat(path, &status) == 0 else { return entries.append(Entry(path: path, outcome: .failure(errno))) }
        if status.isDirectory { return pending.append(path) }
        if status.isSymbolicLink {
            guard stat(path, &status) == 0 else { return entries.append(Entry(path: path, outcome: .failure(errno))) }
            if status.isDirectory {
                let outcome = Outcome.skip(.linkToDirectory, "symbolic link to a directory")
                return entries.append(Entry(path: path, outcome: outcome))
            }
        }
        entries.append(Entry(path: path, outcome: .status(status)))
    }
}
