// Whole sessions compared with golden files.
//
// RECORD_GOLDEN=1 swift test --filter GoldenTests   writes the files anew; read the difference before committing it.

import Foundation
import Testing

@Suite struct GoldenTests {
    private static let folder = Program.root.appending(path: "Tests/ProgramTests/Golden")

    @Test(arguments: GoldenCase.all) func sessionLooksLikeItsFile(_ session: GoldenCase) throws {
        let file = Self.folder.appending(path: session.name + ".txt")
        let actual = try session.transcript()
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
            try Data(actual.utf8).write(to: file)
            return
        }
        guard let expected = try? String(contentsOf: file, encoding: .utf8) else {
            try Data(actual.utf8).write(to: file)
            Issue.record("\(session.name).txt was missing and has been recorded; read it and commit it")
            return
        }
        #expect(actual == expected)
    }

    @Test func everyFileHasItsSession() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(files) == Set(GoldenCase.all.map { $0.name + ".txt" }))
    }
}
