// A limit on the size of files stands for all that keeps a database from being written: the program says so.

import Foundation
import Glibc
import Testing

@Suite struct FileSizeLimitTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let event = #"{"time":"2026-01-05T10:00:00Z","kind":"token.request","outcome":"success","client_id":"shop"}"#
        try folder.write(event + "\n", to: "a.log")
    }

    /// Runs the program where no file may have more than `blocks` × 1024 bytes.
    private func run(_ arguments: String, blocks: Int) throws -> (status: Int32, error: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.currentDirectoryURL = folder.url
        process.arguments = ["-c", "ulimit -f \(blocks); exec '\(Program.executable.path)' \(arguments)"]
        let error = folder.path("error")
        _ = FileManager.default.createFile(atPath: error, contents: nil)
        process.standardError = FileHandle(forWritingAtPath: error)
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOfFile: error, encoding: .utf8))
    }

    private func audit(blocks: Int) throws -> (status: Int32, error: String) {
        let rules = Program.root.appending(path: "Rules").path
        return try run("audit a.log --quiet --database audit.db --rules '\(rules)'", blocks: blocks)
    }

    @Test func auditSaysWhyItCannotBeStored() throws {
        let refused = try audit(blocks: 64)
        #expect(refused.status == 74)
        #expect(
            refused.error == """
                grantaudit: error: audit.db: the database cannot be read or written: File too large
                  hint: check the disk, quotas and limits (ulimit -a), and run again; nothing of this run was stored

                """
        )
        let next = try audit(blocks: 100_000)
        #expect((next.status, next.error) == (0, ""))
    }

    @Test func auditThatIsStoredSaysSoWhenItsAnswerCannotBeGiven() throws {
        let rules = Program.root.appending(path: "Rules").path
        let refused = try run("audit a.log --database audit.db --rules '\(rules)' > /dev/full", blocks: 100_000)
        #expect(refused.status == 74)
        #expect(
            refused.error == """
                grantaudit: error: standard output: No space left on device
                  hint: the audit is stored; when this is mended, see it with 'grantaudit report --database audit.db'

                """
        )
        let report = try Program.run(["report", "--database", "audit.db"], in: folder.url)
        #expect(report.output.contains("complete (exit status 0)"))
    }

    @Test func pruneSaysWhyItCannotDelete() throws {
        #expect(try audit(blocks: 100_000).status == 0)
        // Only what is older than a second is deleted.
        usleep(1_200_000)
        let refused = try run("prune --database audit.db --state 1s", blocks: 40)
        #expect(refused.status == 74)
        #expect(refused.error.hasPrefix("grantaudit: error: audit.db: the database cannot be read or written: "))
    }
}
