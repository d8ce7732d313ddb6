// What the argument parser knows of the commands, as it tells it to programs.

import ArgumentParser
import Foundation

/// A command with its options and subcommands, as far as the manual page tells of them.
///
/// The members are those of `--experimental-dump-help`, serialization version 0.
struct CommandDescription: Decodable {
    /// An argument, option or flag.
    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String

            /// The name as it is typed.
            var text: String { (kind == "long" ? "--" : "-") + name }
        }

        let kind: String
        let shouldDisplay: Bool
        let isOptional: Bool
        let isRepeating: Bool
        let names: [Name]?
        let valueName: String?
        let defaultValue: String?
        let allValues: [String]?
        let abstract: String?
    }

    let commandName: String
    let shouldDisplay: Bool
    let superCommands: [String]?
    let abstract: String?
    let discussion: String?
    let arguments: [Argument]?
    let subcommands: [CommandDescription]?

    /// The command with those it is under, as it is typed.
    var path: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

    private struct Tool: Decodable {
        let command: CommandDescription
    }

    /// All commands of this program.
    static func all() throws -> CommandDescription {
        try JSONDecoder().decode(Tool.self, from: Data(Grantaudit._dumpHelp().utf8)).command
    }
}
