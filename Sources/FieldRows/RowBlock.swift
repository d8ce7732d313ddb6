// Rows of small values with one owner.

/// The values of many rows, one row behind the other; filled by one task, then read and amended by another.
public final class RowBlock<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    // Sendable by hand-over, like ByteBlock; and like there, the storage is apart from the object.

    @usableFromInline struct Storage {
        @usableFromInline var base: UnsafeMutablePointer<Element>
        @usableFromInline var count: Int
        @usableFromInline var capacity: Int

        @inlinable
        init(capacity: Int) {
            base = .allocate(capacity: capacity)
            count = 0
            self.capacity = capacity
        }
    }

    @usableFromInline let storage: UnsafeMutablePointer<Storage>

    /// An empty block.
    @inlinable
    public init() {
        storage = .allocate(capacity: 1)
        storage.initialize(to: Storage(capacity: 1 << 10))
    }

    deinit {
        storage.pointee.base.deallocate()
        storage.deallocate()
    }

    /// Number of values.
    @inlinable
    public var count: Int { storage.pointee.count }

    /// All values.
    @inlinable
    public var span: Span<Element> {
        @_lifetime(borrow self)
        get {
            let span = Span(_unsafeStart: storage.pointee.base, count: storage.pointee.count)
            return _overrideLifetime(span, borrowing: self)
        }
    }

    /// The value at `index`.
    @inlinable @inline(__always)
    public subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < storage.pointee.count, "there is no such value")
            return storage.pointee.base[index]
        }
        set {
            precondition(index >= 0 && index < storage.pointee.count, "there is no such value")
            storage.pointee.base[index] = newValue
        }
    }

    /// Adds a row like `template` and returns where it begins.
    @inlinable
    public func append(_ template: [Element]) -> Int {
        let start = storage.pointee.count
        if start + template.count > storage.pointee.capacity { grow(to: start + template.count) }
        template.withUnsafeBufferPointer { source in
            guard let first = source.baseAddress else { return }
            (storage.pointee.base + start).update(from: first, count: source.count)
        }
        storage.pointee.count = start + template.count
        return start
    }

    /// Forgets all values, keeping the memory.
    @inlinable
    public func removeAll() { storage.pointee.count = 0 }

    @inlinable
    func grow(to capacity: Int) {
        let larger = max(capacity, storage.pointee.capacity * 2)
        let fresh = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        fresh.update(from: storage.pointee.base, count: storage.pointee.count)
        storage.pointee.base.deallocate()
        storage.pointee.base = fresh
        storage.pointee.capacity = larger
    }
}
