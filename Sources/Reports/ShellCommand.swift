// A command for the reader to type.

/// A command line of this program, in words that are quoted where a shell needs it.
public struct ShellCommand: Equatable, Sendable {
    /// The words, the program's name first.
    public let words: [String]

    /// The command on one line.
    public var text: String { words.joined(separator: " ") }

    init(_ arguments: String...) { self.init(arguments) }

    init(_ arguments: [String]) { words = ["grantaudit"] + arguments }

    /// `word`, in quotes if a shell would see more than a word.
    static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "-_./:=@%+,".utf8.contains(byte)
        }
        guard !isPlain || word.isEmpty else { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
