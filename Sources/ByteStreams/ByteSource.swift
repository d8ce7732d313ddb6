// Where bytes come from: an open file or standard input, through one buffer.

import FieldRows
import Glibc

/// The compressed bytes of one input, read in order.
final class ByteSource {
    private static let bufferBytes = 256 << 10
    /// Readable bytes behind the buffer, for a decompressor that loads whole words.
    private static let slackBytes = 64

    /// The failed read that ended the input early, in the system's words.
    private(set) var failure: String?
    /// Whether nothing more can be read from the file; the buffer may still hold bytes.
    private(set) var isExhausted = false

    private let descriptor: Int32
    private let closesDescriptor: Bool
    private let allocation: UnsafeMutableRawBufferPointer
    private let buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    private var bytesRead: Int64 = 0

    /// Opens the input.
    init(_ file: InputFile) throws(InputError) {
        switch file.kind {
        case .standardInput:
            descriptor = STDIN_FILENO
            closesDescriptor = false
        case .file:
            // Non-blocking, so that a pipe put in the file's place cannot hold us up; no effect on regular files.
            descriptor = open(file.path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
            guard descriptor >= 0 else { throw InputError("cannot open", errno: errno, where: file.path) }
            if let reason = Self.objection(to: descriptor, as: file) {
                close(descriptor)
                throw InputError("cannot open: " + reason, where: file.path)
            }
            closesDescriptor = true
            _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        }
        allocation = .allocate(byteCount: Self.bufferBytes + Self.slackBytes, alignment: 64)
        allocation.initializeMemory(as: UInt8.self, repeating: 0)
        buffer = UnsafeMutableRawBufferPointer(rebasing: allocation.prefix(Self.bufferBytes))
    }

    /// Why an open file is not the one that `file` was when it was listed.
    ///
    /// A rotation between two looks at a log would have the second one take a new file for what the first one saw.
    private static func objection(to descriptor: Int32, as file: InputFile) -> String? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.isRegularFile else { return "not a regular file" }
        if let node = file.node, node != FileNode(status) {
            return "another file has taken its place since it was listed"
        }
        if let byteCount = file.byteCount, status.st_size < byteCount { return "it was cut since it was listed" }
        return nil
    }

    deinit {
        allocation.deallocate()
        if closesDescriptor { close(descriptor) }
    }

    /// Number of bytes of the input that were consumed.
    var offset: Int64 { bytesRead - Int64(end - start) }

    /// The bytes that were read and not yet consumed.
    var available: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[start..<end]) }

    /// Takes the first `count` available bytes away.
    func consume(_ count: Int) {
        precondition(count >= 0 && count <= end - start, "more input was consumed than there was")
        start += count
    }

    /// Takes one byte away and returns it; `nil` at the end.
    func next() -> UInt8? {
        guard fill(1) else { return nil }
        defer { start += 1 }
        return buffer[start]
    }

    /// Reads until at least `count` bytes are available; false if the input ends before.
    func fill(_ count: Int) -> Bool {
        precondition(count <= buffer.count, "more input was asked for than fits the buffer")
        while end - start < count, !isExhausted {
            if start == end {
                (start, end) = (0, 0)
            } else if start + count > buffer.count {
                buffer.copyMemory(from: available)
                (start, end) = (0, end - start)
            }
            end += readFile(UnsafeMutableRawBufferPointer(rebasing: buffer[end...]))
        }
        return end - start >= count
    }

    /// Moves bytes to `output`, past the buffer where possible; zero at the end.
    func read(into output: UnsafeMutableRawBufferPointer) -> Int {
        guard start == end else {
            let count = min(output.count, end - start)
            output.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<start + count]))
            start += count
            return count
        }
        return isExhausted ? 0 : readFile(output)
    }

    private func readFile(_ target: UnsafeMutableRawBufferPointer) -> Int {
        while true {
            let count = Glibc.read(descriptor, target.baseAddress, target.count)
            if count > 0 {
                bytesRead += Int64(count)
                return count
            }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN, waitForInput() { continue }
                failure = "cannot read: " + InputError.text(errno: errno)
            }
            isExhausted = true
            return 0
        }
    }

    /// Waits until standard input, left non-blocking by whoever made it, has something to say.
    private func waitForInput() -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, -1) >= 0 || errno == EINTR
    }
}
