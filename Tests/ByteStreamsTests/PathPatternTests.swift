// Which paths a pattern stands for, and what of it could not be looked into.

import ByteStreams
import Glibc
import Testing

@Suite struct PathPatternTests {
    private let directory = TemporaryDirectory()

    private func expand(_ pattern: String, in folder: String = "") -> (paths: [String], unreadable: [String]) {
        let found = PathPattern(pattern, in: directory.path + "/" + folder).expand()
        return (found.paths.map(relative), found.unreadable.map { relative($0.path) + ": " + $0.reason })
    }

    /// The path relative to the test's directory.
    private func relative(_ path: String) -> String {
        path.hasPrefix(directory.path + "/") ? String(path.dropFirst(directory.path.utf8.count + 1)) : path
    }

    @Test(arguments: [
        ("a.log", ["a.log"]), ("*.log", ["a.log", "b.log"]), ("?.log", ["a.log", "b.log"]), ("[b-z].log", ["b.log"]),
        ("[!b].log", ["a.log"]), ("*/*.log", ["x/1.log", "y/2.log"]), ("*/1.log", ["x/1.log"]), ("x//*", ["x/1.log"]),
        ("*/", ["x/", "y/"]), (".*", [".hidden"]), ("*z", ["*z"]), ("none/*.log", ["none/*.log"]),
        ("a.log/*", ["a.log/*"]), ("l*", ["link"]), ("\\[a\\].txt", ["[a].txt"]), ("\\*z", ["\\*z"]),
        // What is called like a pattern is meant by it, but never hides what an asterisk stands for.
        ("[a].txt", ["[a].txt"]), ("[b].txt", ["b.txt"]), ("[ab].txt", ["a.txt", "b.txt"]),
        ("*.t?t", ["*.t?t"] + texts),
    ])
    func standsFor(_ pattern: String, _ paths: [String]) {
        for name in ["x", "y"] { directory.directory(name) }
        for name in ["a.log", "b.log", ".hidden", "x/1.log", "y/2.log", "*.t?t"] + Self.texts {
            directory.file(name, [])
        }
        directory.link("link", to: "nothing")
        let found = expand(pattern)
        #expect(found.paths == paths)
        #expect(found.unreadable.isEmpty)
    }

    private static let texts = ["[a].txt", "a.txt", "b.txt"]

    @Test func theFolderIsTakenAsItStands() {
        for name in ["[ab]", "a", "b", "[c]", "c", "*\\"] {
            directory.directory(name)
            directory.file(name + "/1.log", [])
        }
        for folder in ["[ab]", "[c]", "*\\"] {
            #expect(expand("1.log", in: folder + "/").paths == [folder + "/1.log"])
            #expect(expand("*.log", in: folder + "/").paths == [folder + "/1.log"])
        }
        // In a pattern a folder of that name comes first, and the pattern counts where there is none.
        #expect(expand("[ab]/*.log").paths == ["[ab]/1.log"])
        #expect(expand("[bc]/*.log").paths == ["b/1.log", "c/1.log"])
    }

    @Test func absolutePatternsAndThoseInTheCurrentFolder() {
        directory.file("a.log", [])
        #expect(PathPattern(directory.path + "/*.log").expand().paths == [directory.path + "/a.log"])
        #expect(PathPattern("-").expand().paths == ["-"])
        #expect(PathPattern("Packag?.swift-").expand().paths == ["Packag?.swift-"])
    }

    @Test func whatCannotBeLookedIntoIsToldOf() {
        directory.directory("x")
        directory.file("x/1.log", [])
        let long = String(repeating: "n", count: 300)
        #expect(expand("*/{\(long)}/*.log").unreadable == ["x/{\(long)}: File name too long"])
        #expect(expand("*/\(long)").paths.isEmpty)
        #expect(expand("*/\(long)").unreadable == ["x/\(long): File name too long"])
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func foldersThatMayNotBeRead() {
        for name in ["closed", "listed", "open"] {
            directory.directory(name)
            directory.file(name + "/1.log", [])
        }
        chmod(directory.path + "/closed", 0)
        chmod(directory.path + "/listed", 0o400)
        defer { for name in ["closed", "listed"] { chmod(directory.path + "/" + name, 0o700) } }
        for pattern in ["*/*.log", "*/1.log"] {
            let found = expand(pattern)
            #expect(found.paths == ["open/1.log"])
            let closed = pattern == "*/1.log" ? "closed/1.log" : "closed"
            #expect(found.unreadable.sorted() == ["\(closed): permission denied", "listed/1.log: permission denied"])
        }
        #expect(expand("closed/*").paths.isEmpty)
    }

    /// They cannot be named, but do not take others with them.
    @Test func namesThatAreNotText() {
        for name in [Array("bad".utf8) + [0xFF], [0xC3, 0xA9, 0xC3], Array("\u{FFFD}.log".utf8), Array("a.log".utf8)] {
            let path = (Array((directory.path + "/").utf8) + name + [0]).map(CChar.init(bitPattern:))
            close(open(path, O_CREAT | O_WRONLY, 0o600))
        }
        let said = ["bad\\xFF: file name is not UTF-8", "\u{E9}\\xC3: file name is not UTF-8"]
        let found = expand("*")
        #expect(found.paths == ["a.log", "\u{FFFD}.log"])
        #expect(found.unreadable.sorted() == said)
        // A folder that is walked says the same.
        let walked = InputDiscovery([directory.path])
        #expect(walked.files.map { relative($0.path) } == ["a.log", "\u{FFFD}.log"])
        #expect(walked.skipped.map { relative($0.path) + ": " + $0.reason } == said)
        // Only what may be a folder matters on the way to others.
        #expect(expand("*/*").unreadable.isEmpty)
    }

    @Test func discoveryCountsWhatIsUnreadableOnce() {
        let closed = SkippedInput(path: "closed", cause: .unreadable, reason: "permission denied")
        #expect(InputDiscovery(groups: [], unreadable: [closed, closed]).skipped == [closed])
    }
}
