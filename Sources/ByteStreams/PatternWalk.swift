// Follows a pattern from folder to folder; glob(3) says nothing of those that it could not read.

import Glibc

/// The paths that fit the components of a pattern so far.
struct PatternWalk {
    /// Paths with a slash behind them, unless they are whole; an empty one is the current folder.
    private var paths: [String]
    private var unreadable: [SkippedInput] = []

    /// A walk that begins at `start`.
    init(_ start: String) { paths = [start] }

    /// Goes on to what is called as `component` says.
    mutating func enter(_ component: String, isLast: Bool) {
        let end = isLast ? "" : "/"
        let plain = Self.plain(component)
        paths = paths.flatMap { path -> [String] in
            // A folder called `[prod]` is meant by whoever writes that. A `*` is never read so: what somebody calls `*`
            // must not hide all others, which it fits, too.
            if plain != nil || !component.utf8.contains(where: { "*?".utf8.contains($0) }),
                Self.error(at: path + component) == 0
            {
                return [path + component + end]
            }
            if let plain { return [path + plain + end] }
            return names(in: path, component, isLast: isLast).map { path + $0 + end }
        }
    }

    /// What is there.
    func finish() -> PathExpansion {
        var expansion = PathExpansion([String]())
        expansion.unreadable = unreadable
        for path in paths {
            switch Self.error(at: path) {
            case 0: expansion.paths.append(path)
            case let code where Self.isAbsence(code): break
            case let code: expansion.unreadable.append(SkippedInput(path: path, errno: code))
            }
        }
        return expansion
    }

    /// The names in `folder` that fit `component`, sorted by their bytes.
    private mutating func names(in folder: String, _ component: String, isLast: Bool) -> [String] {
        guard let stream = opendir(folder.isEmpty ? "." : folder) else {
            note(folder, errno)
            return []
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { note(folder, errno) }
                break
            }
            let name = EntryName(entry)
            // As for a shell, a hidden entry has to be named as one.
            guard !name.isNavigation, fnmatch(component, name.bytes, FNM_PERIOD) == 0 else { continue }
            if name.isText {
                names.append(name.text)
            } else if isLast || Self.isFolder(name, in: stream) {
                let path = folder + name.text
                unreadable.append(SkippedInput(path: path, cause: .unreadable, reason: EntryName.reason))
            }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private mutating func note(_ folder: String, _ code: Int32) {
        guard !Self.isAbsence(code) else { return }
        let path = folder.utf8.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        unreadable.append(SkippedInput(path: path.isEmpty ? "." : path, errno: code))
    }

    /// Whether the error means that no folder is there, so that nothing in it can fit.
    ///
    /// A symbolic link that leads nowhere is nothing; one that leads in circles is a fault that somebody should see.
    private static func isAbsence(_ code: Int32) -> Bool { code == ENOENT || code == ENOTDIR }

    /// 0 if something is at `path`.
    private static func error(at path: String) -> Int32 {
        var status = stat()
        return lstat(path, &status) == 0 ? 0 : errno
    }

    private static func isFolder(_ name: EntryName, in stream: OpaquePointer) -> Bool {
        var status = stat()
        return fstatat(dirfd(stream), name.bytes, &status, 0) == 0 && status.isDirectory
    }

    /// What `component` says when it is no pattern: itself, without the backslashes before other characters.
    private static func plain(_ component: String) -> String? {
        var plain = ""
        var isEscaped = false
        for character in component.unicodeScalars {
            if !isEscaped, character == "\\" {
                isEscaped = true
                continue
            }
            if !isEscaped, "*?[".unicodeScalars.contains(character) { return nil }
            plain.unicodeScalars.append(character)
            isEscaped = false
        }
        return isEscaped ? plain + "\\" : plain
    }
}
