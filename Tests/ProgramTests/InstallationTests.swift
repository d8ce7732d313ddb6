// `make install` puts everything in its place, and what it puts there is in order.

import Foundation
import Testing

@Suite struct InstallationTests {
    /// A shell command's exit status and what it printed; nil if the system does not have its program.
    private static func shell(_ program: String, _ arguments: String...) throws -> (status: Int32, text: String)? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        let paths = folders.map { "\($0)/\(program)" }
        guard let path = paths.first(where: FileManager.default.isExecutableFile) else { return nil }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = Program.root
        let folder = try TemporaryFolder()
        try folder.write("", to: "text")
        let file = FileHandle(forWritingAtPath: folder.path("text"))
        (process.standardOutput, process.standardError) = (file, file)
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOfFile: folder.path("text"), encoding: .utf8))
    }

    private static func read(_ path: String) throws -> String {
        try String(contentsOf: Program.root.appending(path: path), encoding: .utf8)
    }

    @Test func everythingIsInItsPlace() throws {
        let folder = try TemporaryFolder()
        let arguments = ["BINARY=\(Program.executable.path)", "DESTDIR=\(folder.url.path)", "PREFIX=/opt/some where"]
        let made = try #require(try Self.shell("make", "install-built", arguments[0], arguments[1], arguments[2]))
        #expect(made.status == 0, "\(made.text)")
        let prefix = folder.path("opt/some where")
        let files = try FileManager.default.subpathsOfDirectory(atPath: prefix).filter { path in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: prefix + "/" + path, isDirectory: &isFolder)
            return !isFolder.boolValue && !path.contains("/Rules/")
        }
        #expect(
            files.sorted() == [
                "bin/grantaudit", "lib/systemd/system/grantaudit.service", "lib/systemd/system/grantaudit.timer",
                "lib/sysusers.d/grantaudit.conf", "share/bash-completion/completions/grantaudit",
                "share/doc/grantaudit/grantaudit.cron", "share/doc/grantaudit/night-after-night.md",
                "share/fish/vendor_completions.d/grantaudit.fish", "share/man/man1/grantaudit.1",
                "share/zsh/site-functions/_grantaudit",
            ]
        )
        // The program finds its rules beside itself.
        let installed = try #require(
            try Self.shell("env", "-C", "/", prefix + "/bin/grantaudit", "rules", "check", "--json")
        )
        #expect(installed.status == 0, "\(installed.text.prefix(300))")
        let mode = try FileManager.default.attributesOfItem(atPath: prefix + "/bin/grantaudit")[.posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o755)
        let bash = prefix + "/share/bash-completion/completions/grantaudit"
        if let check = try Self.shell("bash", "-n", bash) { #expect(check.status == 0, "\(check.text)") }
        if let check = try Self.shell("zsh", "-n", prefix + "/share/zsh/site-functions/_grantaudit") {
            #expect(check.status == 0, "\(check.text)")
        }
        if let check = try Self.shell("fish", "-n", prefix + "/share/fish/vendor_completions.d/grantaudit.fish") {
            #expect(check.status == 0, "\(check.text)")
        }
        // Paths are completed, and what is hidden is not offered.
        let completed = try #require(
            try Self.shell(
                "bash",
                "-c",
                """
                source "$0"; cd "$1"; COMP_WORDS=(grantaudit audit REA); COMP_CWORD=2; COMP_LINE="grantaudit audit REA"
                COMP_POINT=${#COMP_LINE}; _grantaudit grantaudit REA audit; echo "${COMPREPLY[*]}"
                """,
                bash,
                Program.root.path
            )
        )
        #expect(completed.text == "README.md\n")
        #expect(!(try String(contentsOfFile: bash, encoding: .utf8)).contains("manual"))
    }

    @Test func manualTellsOfEveryCommandAndExitStatus() throws {
        let page = try Program.run(["manual"]).output
        #expect(page == (try Program.run(["manual"]).output))
        let help = try Program.run(["--help"]).output
        for match in help.matches(of: /(?m)^  (\d+) +(\S.*)$/) {
            let what = match.2.prefix(1).uppercased() + match.2.dropFirst()
            #expect(page.contains(".TP\n.B \(match.1)\n\(what.replacing("-", with: "\\-"))."), "\(match.1)")
        }
        let audit = try Program.run(["audit", "--help"]).output
        let options = audit.matches(of: /(?m)^  (?:-h, )?(--[a-z-]+)/).map { String($0.1).replacing("-", with: "\\-") }
        #expect(options.count > 15)
        for option in options { #expect(page.contains("\\fB\(option)\\fR"), "\(option)") }
        for command in ["audit", "report", "formats list", "formats explain", "rules check", "rules explain", "schema"]
        {
            #expect(page.contains(".SS \"grantaudit \(command)\"\n"), "\(command)")
        }
        #expect(!page.contains("grantaudit manual"))
        // Every line that begins like a macro is one.
        let macros: Set<Substring> = [".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".RS", ".RE", ".nf", ".fi"]
        for line in page.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
            #expect(macros.contains(line.prefix { $0 != " " }), "\(line)")
        }
        let folder = try TemporaryFolder()
        try folder.write(page, to: "grantaudit.1")
        if let check = try Self.shell("groff", "-man", "-ww", "-z", "-Tutf8", folder.path("grantaudit.1")) {
            #expect(check.status == 0)
            #expect(check.text == "")
        }
    }

    @Test func unitsAreInOrder() throws {
        let service = try Self.read("Packaging/grantaudit.service")
        let folder = try TemporaryFolder()
        // The program is not installed here; all else is as it is.
        try folder.write(
            service.replacing("ExecStart=grantaudit", with: "ExecStart=" + Program.executable.path),
            to: "grantaudit.service"
        )
        try folder.write(try Self.read("Packaging/grantaudit.timer"), to: "grantaudit.timer")
        let units = [folder.path("grantaudit.service"), folder.path("grantaudit.timer")]
        let verify = try Self.shell(
            "systemd-analyze",
            "verify",
            "--man=no",
            "--recursive-errors=no",
            units[0],
            units[1]
        )
        if let verify {
            #expect(verify.status == 0)
            #expect(verify.text == "")
        }
        for line in [
            "Type=oneshot", "NoNewPrivileges=yes", "PrivateNetwork=yes", "ProtectSystem=strict", "User=grantaudit",
            "StateDirectory=grantaudit",
        ] { #expect(service.contains("\n\(line)\n"), "\(line)") }
        #expect(try Self.read("Packaging/grantaudit.sysusers").contains("\nu grantaudit "))
    }

    /// `--config` and what else the commands of the night name is there.
    @Test func commandsOfTheNightAreAlike() throws {
        let command = /grantaudit audit (--config \S+ --quiet --metrics-file \S+grantaudit\/grantaudit\.prom)\n/
        let service = try Self.read("Packaging/grantaudit.service").matches(of: command).map { String($0.1) }
        let cron = try Self.read("Packaging/grantaudit.cron").matches(of: command).map { String($0.1) }
        #expect(service.count == 1)
        // %S is the folder of states.
        #expect(service.map { $0.replacing("%S", with: "/var/lib") } == cron)
    }

    /// A line of cron.d has five times, a user and a command; `%` would end the command.
    @Test func lineOfCronIsOne() throws {
        let lines = try Self.read("Packaging/grantaudit.cron").split(separator: "\n").filter { !$0.hasPrefix("#") }
        let jobs = lines.filter { $0.firstMatch(of: /^[A-Z]+=/) == nil }
        #expect(jobs.count == 1)
        #expect(jobs[0].prefixMatch(of: /30 2 \* \* \* grantaudit nice -n 10 grantaudit audit\ /) != nil)
        #expect(!jobs[0].contains("%"))
    }
}
