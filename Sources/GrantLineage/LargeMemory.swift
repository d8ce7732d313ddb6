// Memory for large tables that are read here and there.

import Glibc

enum LargeMemory {
    /// A huge page on x86-64 and, with its usual 4 KiB pages, on AArch64.
    private static let hugePageBytes = 2 << 20

    /// Room for `count` values, to be given back with `deallocate()`.
    ///
    /// Large rooms ask the kernel for huge pages: otherwise every 4 KiB costs a page fault when the table grows, and
    /// nearly every lookup a miss of the address cache.
    static func allocate<Value: BitwiseCopyable>(_: Value.Type, count: Int) -> UnsafeMutablePointer<Value> {
        let byteCount = count * MemoryLayout<Value>.stride
        guard byteCount >= hugePageBytes else { return .allocate(capacity: count) }
        let room = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: hugePageBytes)
        // A kernel that has no huge pages to give says so, and nothing is lost.
        _ = madvise(room, byteCount, MADV_HUGEPAGE)
        return room.bindMemory(to: Value.self, capacity: count)
    }
}
