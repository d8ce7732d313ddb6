// What can be wrong with the environment while reading, and where.

import Glibc

/// An input that cannot be opened, or a machine that cannot go on reading it.
///
/// A file with bad content is not an error: see ``InputDamage``.
public struct InputError: Error, CustomStringConvertible, Hashable, Sendable {
    /// What went wrong.
    public let what: String
    /// The path of the input.
    public let `where`: String
    /// What to try.
    public let hint: String?

    /// An error about the input at the path `where`.
    public init(_ what: String, where: String, hint: String? = nil) {
        self.what = what
        self.where = `where`
        self.hint = hint
    }

    /// `path: what`.
    public var description: String { "\(`where`): \(what)" }

    /// A failed system call about the input at the path `where`.
    init(_ action: String, errno code: Int32, where: String) {
        let hint: String? =
            switch code {
            case EACCES, EPERM: "run as a user who may read the file"
            case EMFILE, ENFILE: "raise the limit of open files (ulimit -n)"
            default: nil
            }
        self.init("\(action): \(Self.text(errno: code))", where: `where`, hint: hint)
    }

    /// The system's words for an error number.
    static func text(errno code: Int32) -> String {
        guard let text = strerror(code) else { return "error \(code)" }
        return String(cString: text)
    }
}
