// Memory for tables, small or large, that begins as zeros.

import Glibc

enum TableMemory {
    /// A huge page on x86-64 and, with its usual 4 KiB pages, on AArch64.
    private static let hugePageBytes = 2 << 20

    /// Room for `count` values, all bits zero, to be given back with ``free(_:count:)``.
    ///
    /// A large room comes from the kernel, which zeroes it anyway, and in huge pages if it has any: otherwise every
    /// 4 KiB costs a page fault when a table grows, and nearly every lookup a miss of the address cache.
    static func zeroed<Value: BitwiseCopyable>(_: Value.Type, count: Int) -> UnsafeMutablePointer<Value> {
        let byteCount = count * MemoryLayout<Value>.stride
        let room: UnsafeMutableRawPointer?
        if byteCount < hugePageBytes {
            room = calloc(1, byteCount)
        } else {
            room = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            madvise(room, byteCount, MADV_HUGEPAGE)
        }
        guard let room, room != MAP_FAILED else { fatalError("out of memory: no \(byteCount) bytes for a table") }
        return room.bindMemory(to: Value.self, capacity: count)
    }

    /// Gives back what ``zeroed(_:count:)`` gave for as many values.
    static func free<Value: BitwiseCopyable>(_ values: UnsafeMutablePointer<Value>, count: Int) {
        let byteCount = count * MemoryLayout<Value>.stride
        if byteCount < hugePageBytes { Glibc.free(values) } else { munmap(values, byteCount) }
    }
}
