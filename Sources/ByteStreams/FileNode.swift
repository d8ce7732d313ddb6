// What makes a file the same file under another name.

import Glibc

/// The place of a file on its device; another name for it is the same file, another file of its name is not.
public struct FileNode: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}
