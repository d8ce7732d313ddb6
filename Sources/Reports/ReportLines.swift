// Lines of a text report: never wider than the page, continued with an indentation.

/// Collects the lines of a text report.
struct ReportLines {
    /// Columns of the page.
    static let width = 100

    private(set) var lines: [String] = []
    private let colour: Bool

    init(colour: Bool) { self.colour = colour }

    /// All lines, each ended.
    var text: String { lines.map { $0 + "\n" }.joined() }

    /// Begins a section.
    mutating func title(_ title: String) {
        lines.append("")
        lines.append(paint(title, .bold))
    }

    /// Adds a line that is known to fit.
    mutating func line(_ text: String) { lines.append(text) }

    /// Adds `text` behind `prefix`, which is shown in `style`; what does not fit goes on under its beginning.
    mutating func wrapped(_ prefix: String, _ text: String, style: TextStyle? = nil) {
        let indent = TerminalText.columns(of: prefix)
        var line = ""
        var columns = indent
        var first = true
        let shownPrefix = style.map { paint(prefix, $0) } ?? prefix
        func finished() -> String { (first ? shownPrefix : String(repeating: " ", count: indent)) + line }
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            for (index, piece) in Self.pieces(of: String(word), columns: Self.width - indent).enumerated() {
                let space = line.isEmpty || index > 0 ? "" : " "
                let width = TerminalText.columns(of: piece)
                if !line.isEmpty, columns + space.count + width > Self.width {
                    lines.append(finished())
                    (first, line, columns) = (false, piece, indent + width)
                } else {
                    line += space + piece
                    columns += space.count + width
                }
            }
        }
        lines.append(finished())
    }

    /// Adds a command that can be copied: broken between words only, where the shell is told so.
    mutating func command(_ prefix: String, _ command: ShellCommand) {
        let words = command.words.map { TerminalText.escaped($0, limit: Self.wordMax) }
        var line = prefix + (words.first ?? "")
        for word in words.dropFirst() {
            // Two columns are kept for the continuation mark.
            if TerminalText.columns(of: line) + 1 + TerminalText.columns(of: word) > Self.width - 2 {
                lines.append(line + " \\")
                line = String(repeating: " ", count: TerminalText.columns(of: prefix) + 2) + word
            } else {
                line += " " + word
            }
        }
        lines.append(line)
    }

    /// Columns of the longest word of a command, such as a path.
    private static let wordMax = width - 10

    /// `text` in `style`, if the report is coloured.
    func paint(_ text: String, _ style: TextStyle) -> String {
        colour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// `word` cut into parts of at most `columns` columns.
    private static func pieces(of word: String, columns limit: Int) -> [String] {
        guard TerminalText.columns(of: word) > limit else { return [word] }
        var result: [String] = []
        var piece = ""
        var columns = 0
        for character in word {
            let width = TerminalText.columns(of: String(character))
            if columns + width > limit {
                result.append(piece)
                (piece, columns) = ("", 0)
            }
            piece.append(character)
            columns += width
        }
        return result + [piece]
    }
}

/// Select Graphic Rendition parameters (ECMA-48 §8.3.117).
enum TextStyle: String {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case yellow = "33"
    case cyan = "36"
    case boldRed = "1;31"
}

extension String {
    /// Filled up with spaces behind.
    func leading(_ count: Int) -> String {
        self + String(repeating: " ", count: max(0, count - TerminalText.columns(of: self)))
    }

    /// Filled up with spaces before.
    func trailing(_ count: Int) -> String {
        String(repeating: " ", count: max(0, count - TerminalText.columns(of: self))) + self
    }
}
