// Runs the built program as a user would.

import Foundation

/// The program and the repository it was built from.
enum Program {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Beside the test runner, where the package manager puts all products.
    static let executable = URL(filePath: CommandLine.arguments[0])
        .deletingLastPathComponent().appending(path: "grantaudit")

    struct Result: Sendable {
        let status: Int32
        let output: String
        let error: String
    }

    /// Runs the program in `folder`, or in the repository, with `arguments`, with `input` as standard input, and with
    /// `variables` in its environment.
    static func run(
        _ arguments: [String],
        in workingFolder: URL = root,
        input: Data = Data(),
        environment variables: [String: String] = [:]
    ) throws -> Result {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = workingFolder
        var environment = ProcessInfo.processInfo.environment
        environment["NO_COLOR"] = "1"
        environment["COLUMNS"] = "100"
        for name in ["GRANTAUDIT_RULES", "GRANTAUDIT_CONFIG"] { environment[name] = nil }
        environment["SWIFT_BACKTRACE"] = "enable=no"
        process.environment = environment.merging(variables) { $1 }
        let folder = try TemporaryFolder()
        // Files, not pipes: a full pipe would stop the program.
        let (outputFile, errorFile, inputFile) = (folder.path("out"), folder.path("err"), folder.path("in"))
        for file in [outputFile, errorFile] { _ = FileManager.default.createFile(atPath: file, contents: nil) }
        try input.write(to: URL(filePath: inputFile))
        process.standardOutput = FileHandle(forWritingAtPath: outputFile)
        process.standardError = FileHandle(forWritingAtPath: errorFile)
        process.standardInput = FileHandle(forReadingAtPath: inputFile)
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus,
            output: try String(contentsOfFile: outputFile, encoding: .utf8),
            error: try String(contentsOfFile: errorFile, encoding: .utf8)
        )
    }
}

/// A folder that goes with the value.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "grantaudit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }

    func write(_ text: String, to name: String) throws {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }
}
