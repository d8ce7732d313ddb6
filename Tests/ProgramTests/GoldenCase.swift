// A session at the keyboard, and what it must look like.

import Foundation
import Testing

/// Commands that are run one after the other in one temporary folder; its transcript is compared with a golden file.
struct GoldenCase: Sendable, CustomTestStringConvertible {
    let name: String
    /// Files in the temporary folder, by name.
    var files: [String: String] = [:]
    /// Samples copied to the temporary folder and cut to so many bytes, by name.
    var cut: [String: (sample: String, bytes: Int)] = [:]
    /// The commands.
    let commands: [[String]]

    var testDescription: String { name }

    /// A key that makes the ids of findings the same in every run.
    private static let key = String(repeating: "5a", count: 32)

    /// What happens, as text: each command, its output and errors, its exit status.
    func transcript() throws -> String {
        let folder = try TemporaryFolder()
        try folder.write(Self.key, to: "key")
        // Paths are relative, so that no name of this machine is in the transcript.
        for name in ["Rules", "Samples"] {
            try FileManager.default.createSymbolicLink(
                at: folder.url.appending(path: name),
                withDestinationURL: Program.root.appending(path: name)
            )
        }
        for (name, text) in files { try folder.write(text, to: name) }
        for (name, part) in cut {
            let data = try Data(contentsOf: Program.root.appending(path: part.sample))
            try data.prefix(part.bytes).write(to: folder.url.appending(path: name))
        }
        var transcript = ""
        for command in commands {
            let result = try Program.run(command, in: folder.url)
            transcript += "$ grantaudit " + command.joined(separator: " ") + "\n"
            transcript += result.output
            if !result.error.isEmpty { transcript += "--- standard error\n" + result.error }
            transcript += "--- exit \(result.status)\n\n"
        }
        return Self.settled(transcript)
    }

    /// The transcript without what differs from run to run: times of runs, memory, tool version.
    private static func settled(_ text: String) -> String {
        var text = text
        text.replace(/(?m)^(run \d+), \S+Z(?: to \S+Z)?,/) { "\($0.1), TIME," }
        text.replace(/"(started_at|finished_at|at)" : "[^"]*"/) { "\"\($0.1)\" : \"TIME\"" }
        text.replace(/"(before|pruned_at)" : "[^"]*"/) { "\"\($0.1)\" : \"TIME\"" }
        text.replace(
            /findings last seen before \S+ were deleted on \S+/,
            with: "findings last seen before TIME were deleted on TIME"
        )
        text.replace(/database: \d+ bytes, \d+ before/, with: "database: N bytes, N before")
        text.replace(/"(peak_memory_bytes|database_bytes|bytes_before|bytes_after)" : \d+/) { "\"\($0.1)\" : 0" }
        text.replace(
            /[ ]{2}bytes[ ]{2}\d+ in the database(?:; -?\d+ more than after the run before)?/,
            with: "  bytes  N in the database"
        )
        text.replace(/(?m)^(grantaudit_(?:run_start|run_end|last_complete_run_end)_timestamp_seconds\S*) .+/) {
            "\($0.1) TIME"
        }
        text.replace(/(?m)^(grantaudit_\w+_(?:bytes|duration_seconds)\{\S*) .+/) { "\($0.1) 0" }
        return text
    }
}
