// Finds the characters of a scalar's value in the text of its file, through quotes, escapes and folded lines.

public import Yams

/// The lines of a YAML text; for one thread.
public final class TextLines {
    private let lines: [Substring]
    /// The line looked at last: one line may hold very many values.
    private var known: (number: Int, line: TextLine) = (-1, TextLine([]))

    /// The lines of `text`.
    public init(_ text: String) {
        lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { Substring($0) }
    }

    /// Line and column of the character whose UTF-8 begins at `offset` of the value of `scalar`, both from 1.
    ///
    /// That is the scalar's own place where the character cannot be followed.
    public func place(of scalar: Node.Scalar, at offset: Int) -> (line: Int, column: Int) {
        let start = (line: scalar.mark?.line ?? 1, column: scalar.mark?.column ?? 1)
        let characters = scalar.string.unicodeScalars
        let utf8 = scalar.string.utf8
        let end = utf8.index(utf8.startIndex, offsetBy: offset, limitedBy: utf8.endIndex) ?? utf8.endIndex
        let count = characters[..<end].count
        var walk = ScalarWalk(lines: self, line: start.line - 1, column: start.column - 1)
        let arrived =
            switch scalar.style {
            case .any, .plain: walk.skipProperties() && walk.flow(count, style: .plain)
            case .singleQuoted, .doubleQuoted:
                walk.skipProperties() && walk.step() && walk.flow(count, style: scalar.style)
            case .literal, .folded: walk.skipProperties() && walk.block(count, isFolded: scalar.style == .folded)
            }
        return arrived ? (walk.line + 1, walk.column + 1) : start
    }

    fileprivate var count: Int { lines.count }

    /// The line with the given number, from 0; an empty one behind the last.
    fileprivate subscript(number: Int) -> TextLine {
        if known.number == number { return known.line }
        guard number < lines.count else { return TextLine([]) }
        known = (number, TextLine(Array(lines[number].unicodeScalars)))
        return known.line
    }
}

/// The characters of one line.
private struct TextLine {
    let characters: [Unicode.Scalar]
    /// Where the text begins behind white space; `nil` for a line without any.
    let start: Int?
    /// Where the white space begins that ends the line.
    let end: Int

    init(_ characters: [Unicode.Scalar]) {
        self.characters = characters
        start = characters.firstIndex { !Self.isBlank($0) }
        end = (characters.lastIndex { !Self.isBlank($0) } ?? -1) + 1
    }

    static func isBlank(_ character: Unicode.Scalar) -> Bool {
        character == " " || character == "\t" || character == "\r"
    }

    /// Whether there is text that is not indented further than `indent`.
    func isProse(_ indent: Int) -> Bool { characters.count > indent && !Self.isBlank(characters[indent]) }
}

/// A place in the text that moves on as characters of the value are counted off.
private struct ScalarWalk {
    let lines: TextLines
    /// From 0.
    private(set) var line: Int
    /// From 0.
    private(set) var column: Int
    private var text: TextLine

    init(lines: TextLines, line: Int, column: Int) {
        self.lines = lines
        self.line = line
        self.column = column
        text = lines[line]
    }

    private var characters: [Unicode.Scalar] { text.characters }

    /// Whether nothing but white space follows on the line.
    private var isAtEnd: Bool { column >= text.end }

    private mutating func go(to line: Int, _ column: Int = 0) {
        (self.line, self.column) = (line, column)
        text = lines[line]
    }

    mutating func step() -> Bool {
        column += 1
        return true
    }

    /// Goes behind an anchor and a tag.
    mutating func skipProperties() -> Bool {
        while column < characters.count, characters[column] == "&" || characters[column] == "!" {
            column += characters.dropFirst(column).prefix { !TextLine.isBlank($0) }.count
            column += characters.dropFirst(column).prefix(while: TextLine.isBlank).count
            if column == characters.count, nextText() == nil { return false }
        }
        return column < characters.count
    }

    /// Goes to the first character of the next line that is not empty; returns how many lines that is away.
    private mutating func nextText() -> Int? {
        for next in (line + 1)..<max(lines.count, line + 1) {
            guard let first = lines[next].start else { continue }
            let distance = next - line
            go(to: next, first)
            return distance
        }
        return nil
    }

    /// Counts off characters of a scalar whose line breaks are folded (YAML 1.2.2 §7.3).
    mutating func flow(_ count: Int, style: Node.Scalar.Style) -> Bool {
        var left = count
        while left > 0 {
            if isAtEnd {
                guard let breaks = nextText() else { return false }
                left -= max(breaks - 1, 1)
                continue
            }
            let character = characters[column]
            let next = column + 1 < characters.count ? characters[column + 1] : " "
            if style == .doubleQuoted, character == "\\" {
                column += 1
                // An escaped line break is no character; empty lines behind it are.
                if isAtEnd {
                    guard let breaks = nextText() else { return false }
                    left -= breaks - 1
                    continue
                }
                column += next == "x" ? 3 : next == "u" ? 5 : next == "U" ? 9 : 1
            } else {
                column += style == .singleQuoted && character == "'" && next == "'" ? 2 : 1
            }
            left -= 1
        }
        return true
    }

    /// Counts off characters of a scalar behind `|` or `>` (YAML 1.2.2 §8.1).
    mutating func block(_ count: Int, isFolded: Bool) -> Bool {
        // An indentation that is given as a number is relative to something that is not known here.
        guard !characters.dropFirst(column).prefix(3).contains(where: { ("1"..."9").contains($0) }) else {
            return false
        }
        let header = line
        guard nextText() != nil else { return false }
        let indent = column
        var left = count - (line - header - 1)
        go(to: header + 1, indent)
        if left < 0 {
            go(to: header + 1 + count)
            return true
        }
        go(to: line + (count - left), indent)
        while left > 0 {
            let length = max(characters.count - indent, 0) - (characters.last == "\r" ? 1 : 0)
            if left <= length {
                column = indent + left
                // The end of a line is the place of its line break.
                return true
            }
            left -= length
            let isOpen = isFolded && text.isProse(indent)
            let from = line
            guard line + 1 < lines.count else { return false }
            go(to: line + 1, indent)
            if isOpen {
                // Lines of prose are joined by a space, or by as many line breaks as there are empty lines.
                var next = line
                while next < lines.count, lines[next].start == nil { next += 1 }
                if lines[next].isProse(indent) {
                    left -= max(next - from - 1, 1)
                    go(to: next, indent)
                    if left <= 0 { return true }
                    continue
                }
            }
            left -= 1
        }
        return true
    }
}
