// Messages on standard error, answers on standard output.

import Glibc
import Reports

/// The two streams of the terminal.
enum Console {
    /// Whether standard error is a terminal.
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

    /// Whether answers may have colour (https://no-color.org).
    static var mayColour: Bool {
        isatty(STDOUT_FILENO) == 1 && environment("NO_COLOR") == nil && environment("TERM") != "dumb"
    }

    /// A variable of the environment; an empty one says nothing, as one that is not there.
    static func environment(_ name: String) -> String? {
        guard let text = getenv(name).map({ String(cString: $0) }), !text.isEmpty else { return nil }
        return text
    }

    /// Writes an answer to standard output; throws when it cannot be written, as on a full disk.
    static func answer(_ text: String) throws(Failure) {
        let error = write(text.hasSuffix("\n") ? text : text + "\n", to: STDOUT_FILENO)
        // A closed pipe is nobody's error.
        guard error != 0, error != EPIPE else { return }
        throw Failure(.ioError, "standard output: " + String(cString: strerror(error)))
    }

    /// Writes an error and its hint to standard error.
    static func error(_ failure: Failure) {
        note("grantaudit: error: " + failure.message)
        if let hint = failure.hint { note("  hint: " + hint) }
    }

    /// Writes a message to standard error, safe for a terminal.
    static func note(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        write(
            lines.map { TerminalText.escaped(String($0), limit: 2_000) }.joined(separator: "\n") + "\n",
            to: STDERR_FILENO
        )
    }

    /// Shows `text` in place of the current line of the terminal; empty to clear it.
    static func status(_ text: String) { write("\r\u{1B}[K" + text, to: STDERR_FILENO) }

    /// Returns the error number, 0 for none.
    @discardableResult
    private static func write(_ text: String, to descriptor: Int32) -> Int32 {
        WholeFile.write(Array(text.utf8), to: descriptor)
    }
}
