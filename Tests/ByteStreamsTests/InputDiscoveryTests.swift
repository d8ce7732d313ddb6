// Which files a list of paths stands for.

import ByteStreams
import Glibc
import Testing

@Suite struct InputDiscoveryTests {
    private let directory = TemporaryDirectory()

    /// Paths relative to the test's directory.
    private func relative(_ paths: [String]) -> [String] {
        paths.map { $0.hasPrefix(directory.path + "/") ? String($0.dropFirst(directory.path.utf8.count + 1)) : $0 }
    }

    private func skips(_ discovery: InputDiscovery) -> [String] {
        discovery.skipped.map { skip in
            relative([skip.path])[0] + ": " + skip.reason.split(separator: directory.path + "/").joined()
        }
    }

    @Test func directoriesAreExpandedInByteOrder() {
        for name in ["b", "b/c", ".hidden"] { directory.directory(name) }
        for name in ["b/z.log", "b.log", "b/c/d.log", ".hidden/x", "B.log", "a\u{E9}.log", "az.log", "b/.dot"] {
            directory.file(name, Array(name.utf8))
        }
        for path in [directory.path, directory.path + "/"] {
            let found = InputDiscovery([path])
            let expected = [".hidden/x", "B.log", "az.log", "a\u{E9}.log", "b.log", "b/.dot", "b/c/d.log", "b/z.log"]
            #expect(relative(found.files.map(\.path)) == expected)
            #expect(found.skipped.isEmpty)
        }
    }

    @Test func argumentsKeepTheirOrder() {
        for name in ["a", "b", "c"] { directory.file(name, [1]) }
        let found = InputDiscovery(["c", "a", "b"].map { directory.path + "/" + $0 })
        #expect(relative(found.files.map(\.path)) == ["c", "a", "b"])
    }

    @Test func fileThatIsReplacedOrCutIsNotReadInItsPlace() throws {
        for (name, reason) in [
            ("replaced", "another file has taken its place since it was listed"),
            ("cut", "it was cut since it was listed"),
        ] {
            let path = directory.file(name, [1, 2, 3]).path
            let listed = try #require(InputDiscovery([path]).files.first)
            _ = try LineReader(listed)
            if name == "replaced" {
                rename(path, path + ".1")
                directory.file(name, [1, 2, 3, 4])
            } else {
                truncate(path, 2)
            }
            #expect(throws: InputError("cannot open: " + reason, where: path)) { _ = try LineReader(listed) }
        }
    }

    @Test func fileThatGrowsIsReadAsItIs() throws {
        let path = directory.file("grown", [1]).path
        let listed = try #require(InputDiscovery([path]).files.first)
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        #expect(write(descriptor, [UInt8](2...3), 2) == 2)
        close(descriptor)
        let lines = try Reading(listed).lines
        #expect(lines.map(\.bytes) == [[1, 2, 3]])
    }

    @Test func filesKnowTheirSizeAndTime() throws {
        let file = directory.file("a", [1, 2, 3])
        var times = [timespec(tv_sec: 5, tv_nsec: 0), timespec(tv_sec: 1_700_000_000, tv_nsec: 123_456_789)]
        utimensat(AT_FDCWD, file.path, &times, 0)
        let found = try #require(InputDiscovery([file.path]).files.first)
        #expect(found.kind == .file)
        #expect(found.byteCount == 3)
        #expect(found.modificationTime == 1_700_000_000_123_456)
    }

    @Test func anEmptyFileIsAnInput() throws {
        let found = InputDiscovery([directory.file("empty", []).path])
        let reading = try Reading(try #require(found.files.first))
        #expect(reading.lines.isEmpty && reading.damage == nil)
    }

    @Test func theSameFileIsReadOnce() {
        let file = directory.file("a.log", [1])
        Glibc.link(file.path, directory.path + "/b.log")
        directory.link("c.log", to: "a.log")
        let found = InputDiscovery([directory.path, file.path])
        #expect(relative(found.files.map(\.path)) == ["a.log"])
        #expect(skips(found) == ["b.log", "c.log", "a.log"].map { "\($0): same file as a.log" })
        #expect(found.skipped.allSatisfy { $0.cause == .duplicate })
    }

    @Test func linksToFilesAreFollowedAndLinksToDirectoriesAreNot() {
        directory.directory("logs")
        directory.directory("elsewhere")
        directory.file("elsewhere/a.log", [1])
        directory.link("logs/link.log", to: "../elsewhere/a.log")
        directory.link("logs/loop", to: "..")
        directory.link("logs/broken", to: "nothing")
        directory.link("entry", to: "logs")
        let found = InputDiscovery([directory.path + "/entry"])
        #expect(relative(found.files.map(\.path)) == ["entry/link.log"])
        #expect(skips(found) == ["entry/broken: does not exist", "entry/loop: symbolic link to a directory"])
    }

    @Test func whatCannotBeReadIsSkippedWithAReason() {
        mkfifo(directory.path + "/pipe", 0o600)
        directory.link("circle", to: "circle")
        let file = directory.file("a", [1])
        let paths = ["pipe", "missing", "circle", "a/b"].map { directory.path + "/" + $0 }
        let found = InputDiscovery(paths + [file.path])
        #expect(relative(found.files.map(\.path)) == ["a"])
        let expected = [
            "pipe: not a regular file", "missing: does not exist", "circle: Too many levels of symbolic links",
            "a/b: does not exist",
        ]
        #expect(skips(found) == expected)
        #expect(found.skipped.map(\.cause) == [.notRegularFile, .missing, .unreadable, .missing])
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func unreadableFilesAreSkipped() throws {
        directory.directory("closed")
        let file = directory.file("a", [1])
        chmod(file.path, 0)
        chmod(directory.path + "/closed", 0)
        let found = InputDiscovery([directory.path])
        #expect(skips(found) == ["a: permission denied", "closed: permission denied"])
        #expect(found.skipped.allSatisfy { $0.cause == .unreadable })
        let denied = InputError(
            "cannot open: Permission denied",
            where: file.path,
            hint: "run as a user who may read the file"
        )
        #expect(throws: denied) { _ = try LineReader(file) }
    }

    @Test func aNameThatIsNotTextIsSkipped() {
        let name = Array((directory.path + "/bad").utf8CString.dropLast()) + [CChar(bitPattern: 0xFF), 0]
        close(open(name, O_CREAT | O_WRONLY, 0o600))
        #expect(skips(InputDiscovery([directory.path])) == ["bad\\xFF: file name is not UTF-8"])
    }

    @Test func standardInputIsReadOnce() {
        let found = InputDiscovery(["-", "-"])
        #expect(found.files.map(\.kind) == [.standardInput])
        #expect(found.files.map(\.path) == ["-"])
        #expect(found.skipped == [SkippedInput(path: "-", cause: .duplicate, reason: "same file as -")])
    }
}
