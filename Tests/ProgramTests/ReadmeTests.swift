// What the README shows is what the program prints.

import Foundation
import Testing

@Suite struct ReadmeTests {
    @Test func demoIsReal() throws {
        let readme = try String(contentsOf: Program.root.appending(path: "README.md"), encoding: .utf8)
        let block = try #require(
            readme.split(separator: "<!-- demo -->\n```text\n").last?.split(separator: "```").first
        )
        let golden = try String(
            contentsOf: Program.root.appending(path: "Tests/ProgramTests/Golden/audit_keycloak_sample.txt"),
            encoding: .utf8
        )
        var rest = golden.split(separator: "\n")[...]
        for line in block.split(separator: "\n").dropFirst() where line != "…" {
            let place = rest.firstIndex(of: line)
            #expect(place != nil, "the program does not print: \(line)")
            if let place { rest = rest[(place + 1)...] }
        }
    }

    @Test func everyCommandShownExists() throws {
        let readme = try String(contentsOf: Program.root.appending(path: "README.md"), encoding: .utf8)
        let commands = readme.matches(of: /(?m)^grantaudit (\w+) .*#/).map { String($0.1) }
        #expect(commands.count >= 5)
        let help = try Program.run(["--help"]).output
        for command in Set(commands) { #expect(help.contains("  \(command) "), "\(command)") }
    }
}
