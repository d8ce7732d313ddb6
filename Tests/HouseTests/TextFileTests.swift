// Checks that texts stay true elsewhere: links resolve, paths are ours, samples are invented.

import Foundation
import Testing

@Suite struct TextFileTests {
    static let pages = House.texts.filter { $0.path.hasSuffix(".md") }

    @Test(arguments: pages) func relativeLinksResolve(_ page: TextFile) {
        let folder = page.path.split(separator: "/").dropLast().joined(separator: "/")
        for match in page.text.matches(of: /\]\(([^)\s#]+)(?:#[^)\s]*)?\)/) {
            let target = String(match.1)
            if target.contains(":") { continue }
            let path = folder.isEmpty ? target : folder + "/" + target
            #expect(House.exists(path), "\(page.path): the link to \(target) leads nowhere")
        }
    }

    @Test func noTextNamesAPathOfSomeMachine() {
        // Written in two parts, or this file would find itself.
        let foreign = ["/wo" + "rk/", "sha" + "red/", "/ro" + "ot/"]
        let allowed = [".ci/run": "sha" + "red/"]
        for file in House.texts {
            for path in foreign where allowed[file.path] != path && file.text.contains(path) {
                for (index, line) in file.lines.enumerated() where names(line, path: path) {
                    Issue.record("\(file.path):\(index + 1): names a path outside the repository, \(path)")
                }
            }
        }
    }

    @Test func readmeIsShort() throws {
        let readme = try #require(House.read("README.md"), "README.md is missing")
        let count = readme.split(separator: "\n", omittingEmptySubsequences: false).count
        #expect(count <= 121, "README.md has \(count) lines; move what is not needed on the first day elsewhere")
    }

    @Test func rulesAndSamplesHoldNoRealTokens() {
        for file in House.texts where file.path.hasPrefix("Rules/") || file.path.hasPrefix("Samples/") {
            let token = file.text.firstMatch(of: /eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}\./)
            #expect(token == nil, "\(file.path): holds what looks like a JSON Web Token")
        }
    }

    /// Whether `path` stands in `line` as a path of its own, not inside a longer one.
    private func names(_ line: Substring, path: String) -> Bool {
        line.ranges(of: path).contains { range in
            guard range.lowerBound > line.startIndex, let first = path.first, first != "/" else { return true }
            let before = line[line.index(before: range.lowerBound)]
            return !before.isLetter && !before.isNumber && before != "_" && before != "-"
        }
    }
}
