// A block of bytes with one owner and readable padding behind its end.

/// Raw memory that is filled once, then only read.
///
/// Behind the filled bytes stand at least ``padding`` line feeds, so that a scanner may load whole
/// words and find an end of line without checking for the end of the block.
public final class ByteBlock: @unchecked Sendable {
    // Sendable by hand-over: a block is filled by one task and then read by others, never both at once.

    /// Readable bytes behind the content, all of them line feeds.
    public static let padding = 64

    /// Address, content and room; apart from the object, because the compiler checks every access to a variable of a
    /// class for overlaps at run time, and this one is accessed per byte.
    @usableFromInline struct Storage {
        @usableFromInline var base: UnsafeMutableRawPointer
        @usableFromInline var count: Int
        @usableFromInline var capacity: Int
    }

    @usableFromInline let storage: UnsafeMutablePointer<Storage>

    /// An empty block with room for `capacity` bytes.
    public init(capacity: Int) {
        storage = .allocate(capacity: 1)
        let base = UnsafeMutableRawPointer.allocate(byteCount: capacity + Self.padding, alignment: 64)
        storage.initialize(to: Storage(base: base, count: 0, capacity: capacity))
        pad()
    }

    deinit {
        storage.pointee.base.deallocate()
        storage.deallocate()
    }

    /// Room for content, in bytes.
    @inlinable
    public var capacity: Int { storage.pointee.capacity }

    /// Number of content bytes.
    @inlinable
    public var count: Int { storage.pointee.count }

    /// The content followed by its padding.
    @inlinable
    public var padded: RawSpan {
        @_lifetime(borrow self)
        get {
            let span = RawSpan(
                _unsafeStart: storage.pointee.base,
                byteCount: storage.pointee.count + Self.padding
            )
            return _overrideLifetime(span, borrowing: self)
        }
    }

    /// The content.
    @inlinable
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            let span = RawSpan(_unsafeStart: storage.pointee.base, byteCount: storage.pointee.count)
            return _overrideLifetime(span, borrowing: self)
        }
    }

    /// Lets `fill` write behind the content; it returns how many bytes it wrote.
    ///
    /// The buffer it gets covers the unused capacity.
    public func append(_ fill: (UnsafeMutableRawBufferPointer) throws -> Int) rethrows {
        let free = UnsafeMutableRawBufferPointer(start: storage.pointee.base + count, count: capacity - count)
        let written = try fill(free)
        precondition(written >= 0 && written <= free.count, "a block was filled beyond its end")
        storage.pointee.count += written
        pad()
    }

    /// Copies `span` behind the content and returns where it begins; grows when needed.
    @discardableResult
    public func append(_ span: RawSpan) -> Int {
        let start = append(withoutPadding: span)
        pad()
        return start
    }

    /// Like ``append(_:)-(RawSpan)`` but leaves the padding to a later ``pad()``; for many short pieces in a row.
    @inlinable
    @discardableResult
    public func append(withoutPadding span: RawSpan) -> Int {
        let start = count
        reserve(start + span.byteCount)
        span.withUnsafeBytes { source in
            guard let first = source.baseAddress else { return }
            (storage.pointee.base + start).copyMemory(from: first, byteCount: source.count)
        }
        storage.pointee.count += span.byteCount
        return start
    }

    /// Adds one byte behind the content, leaving the padding to a later ``pad()``.
    @inlinable @inline(__always)
    public func append(byteWithoutPadding byte: UInt8) {
        if _slowPath(storage.pointee.count == storage.pointee.capacity) { grow(to: count + 1) }
        storage.pointee.base.storeBytes(of: byte, toByteOffset: storage.pointee.count, as: UInt8.self)
        storage.pointee.count &+= 1
    }

    /// Makes room for `capacity` bytes, keeping the content.
    @inlinable
    public func reserve(_ capacity: Int) {
        if capacity > storage.pointee.capacity { grow(to: capacity) }
    }

    @usableFromInline
    func grow(to capacity: Int) {
        let larger = max(capacity, self.capacity * 2)
        let fresh = UnsafeMutableRawPointer.allocate(byteCount: larger + Self.padding, alignment: 64)
        fresh.copyMemory(from: storage.pointee.base, byteCount: count)
        storage.pointee.base.deallocate()
        storage.pointee.base = fresh
        storage.pointee.capacity = larger
        pad()
    }

    /// Forgets the content behind the first `count` bytes.
    public func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count, "a block cannot be truncated to more than it holds")
        storage.pointee.count = count
        pad()
    }

    /// Writes the padding behind the content.
    public func pad() {
        (storage.pointee.base + count).initializeMemory(as: UInt8.self, repeating: 0x0A, count: Self.padding)
    }
}
