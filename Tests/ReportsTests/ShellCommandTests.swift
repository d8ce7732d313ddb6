// Commands can be copied into a shell.

import Testing

@testable import Reports

@Suite struct ShellCommandTests {
    @Test(arguments: [
        ("/a-b_c.d/e:1", "/a-b_c.d/e:1"), ("", "''"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("$(x)", "'$(x)'"),
        ("~", "'~'"), ("é", "'é'"),
    ])
    func quotes(word: String, expected: String) { #expect(ShellCommand.quoted(word) == expected) }

    @Test func aLongCommandIsContinued() {
        let path = "/" + String(repeating: "d", count: 60)
        var lines = ReportLines(colour: false)
        lines.command("  ", ShellCommand("explain", String(repeating: "0", count: 32), "--database", path))
        #expect(
            lines.lines == [
                "  grantaudit explain 00000000000000000000000000000000 --database \\", "    \(path)",
            ]
        )
    }
}
