// Finds the characters of a scalar's value in the text of its file, through quotes, escapes and folded lines.

public import Yams

/// The lines of a YAML text.
public struct TextLines: Sendable {
    fileprivate let lines: [Substring]

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
        var walk = ScalarWalk(lines: lines, line: start.line - 1, column: start.column - 1)
        let arrived =
            switch scalar.style {
            case .any, .plain: walk.skipProperties() && walk.flow(count, style: .plain)
            case .singleQuoted, .doubleQuoted:
                walk.skipProperties() && walk.step() && walk.flow(count, style: scalar.style)
            case .literal, .folded: walk.skipProperties() && walk.block(count, isFolded: scalar.style == .folded)
            }
        return arrived ? (walk.line + 1, walk.column + 1) : start
    }
}

/// A place in the text that moves on as characters of the value are counted off.
private struct ScalarWalk {
    let lines: [Substring]
    /// From 0.
    private(set) var line: Int
    /// From 0.
    private(set) var column: Int
    private var characters: [Unicode.Scalar] = []

    init(lines: [Substring], line: Int, column: Int) {
        self.lines = lines
        self.line = line
        self.column = column
        characters = Self.characters(lines, line)
    }

    private static func characters(_ lines: [Substring], _ line: Int) -> [Unicode.Scalar] {
        line < lines.count ? Array(lines[line].unicodeScalars) : []
    }

    private static func isBlank(_ character: Unicode.Scalar) -> Bool {
        character == " " || character == "\t" || character == "\r"
    }

    /// Whether nothing but white space follows on the line.
    private var isAtEnd: Bool { characters.dropFirst(column).allSatisfy(Self.isBlank) }

    private mutating func go(to line: Int, _ column: Int = 0) {
        (self.line, self.column) = (line, column)
        characters = Self.characters(lines, line)
    }

    mutating func step() -> Bool {
        column += 1
        return true
    }

    /// Goes behind an anchor and a tag.
    mutating func skipProperties() -> Bool {
        while column < characters.count, characters[column] == "&" || characters[column] == "!" {
            column += characters.dropFirst(column).prefix { !Self.isBlank($0) }.count
            column += characters.dropFirst(column).prefix(while: Self.isBlank).count
            if column == characters.count, nextText() == nil { return false }
        }
        return column < characters.count
    }

    /// Goes to the first character of the next line that is not empty; returns how many lines that is away.
    private mutating func nextText() -> Int? {
        for next in (line + 1)..<max(lines.count, line + 1) {
            guard let first = lines[next].unicodeScalars.firstIndex(where: { !Self.isBlank($0) }) else { continue }
            let distance = next - line
            go(to: next, lines[next].unicodeScalars.distance(from: lines[next].startIndex, to: first))
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
        if left <= 0 {
            go(to: header + 1 + count)
            return true
        }
        go(to: line + (count - left), indent)
        while left > 0 {
            let text = max(characters.count - indent, 0) - (characters.last == "\r" ? 1 : 0)
            if left <= text {
                column = indent + left
                // The end of a line is the place of its line break.
                return true
            }
            left -= text
            let isOpen = isFolded && isProse(line, indent)
            let from = line
            guard line + 1 < lines.count else { return false }
            go(to: line + 1, indent)
            if isOpen {
                // Lines of prose are joined by a space, or by as many line breaks as there are empty lines.
                var next = line
                while next < lines.count, lines[next].unicodeScalars.allSatisfy(Self.isBlank) { next += 1 }
                if isProse(next, indent) {
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

    /// Whether the line has text that is not indented further.
    private func isProse(_ line: Int, _ indent: Int) -> Bool {
        let characters = Self.characters(lines, line)
        return characters.count > indent && !Self.isBlank(characters[indent])
    }
}
