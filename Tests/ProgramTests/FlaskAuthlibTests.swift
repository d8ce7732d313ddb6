// The guide for Flask + Authlib, tried with a real server.

import Foundation
import Testing

@Suite struct FlaskAuthlibTests {
    /// Runs `Tests/Checks/flask_authlib_guide.py`, which starts the server and audits its log with the program.
    @Test(.enabled(if: python != nil, "there is no python3"), .timeLimit(.minutes(10)))
    func guideMakesALogThatCanBeAudited() throws {
        let folder = try TemporaryFolder()
        let output = folder.path("output")
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        let process = Process()
        process.executableURL = Self.python
        process.arguments = [
            Program.root.appending(path: "Tests/Checks/flask_authlib_guide.py").path, Program.executable.path,
        ]
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = process.standardOutput
        try process.run()
        process.waitUntilExit()
        let text = try String(contentsOfFile: output, encoding: .utf8)
        if text.hasPrefix("  not checked: ") { try Test.cancel("\(text.dropFirst(15).prefix { $0 != "\n" })") }
        #expect(process.terminationStatus == 0, "\(text)")
        #expect(text.contains("findings and no other in the log of"), "\(text)")
    }

    /// The environment of the repository, if somebody made one, else the first Python on the path.
    private static var python: URL? {
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let places = [Program.root.appending(path: ".venv/bin/python").path] + path.map { $0 + "/python3" }
        return places.first(where: FileManager.default.isExecutableFile).map { URL(filePath: $0) }
    }
}
