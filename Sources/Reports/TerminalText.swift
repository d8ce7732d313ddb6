// Text from logs and rules is hostile on a terminal; this shows what it hides.

/// Makes text fit for a terminal: no character moves the cursor, changes direction or is invisible.
public enum TerminalText {
    /// How many columns a value takes at most, unless told otherwise.
    public static let columnMax = 80

    /// `text` with control, direction and invisible characters written as `\u{…}`, cut to `limit` columns.
    ///
    /// A limit counts escapes as written, and combining marks too, so that no value floods a line.
    public static func escaped(_ text: String, limit: Int = columnMax) -> String {
        var result = ""
        var columns = 0
        // What the text is cut back to when it turns out to be too long: one column is left for the mark.
        var cut = result.endIndex
        for scalar in text.unicodeScalars {
            let shown = isHostile(scalar) ? "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}" : nil
            let width = shown?.utf8.count ?? columnsTaken(by: scalar)
            if columns + width > limit { return result[..<cut] + "…" }
            if let shown { result += shown } else { result.unicodeScalars.append(scalar) }
            columns += width
            if columns < limit { cut = result.endIndex }
        }
        return result
    }

    /// JSON text in which hostile characters are written as `\u` escapes.
    ///
    /// They can only stand in string literals, where an escape means the same.
    public static func escapedJSON(_ json: String) -> String {
        var result = ""
        for scalar in json.unicodeScalars {
            guard scalar != "\n", isHostile(scalar) else {
                result.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return result
    }

    /// The columns that already escaped `text` takes, combining marks counted as one.
    public static func columns(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + columnsTaken(by: $1) }
    }

    /// Whether a terminal would act on the character, or not show it.
    public static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value < 0x20 }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return true
        default: return scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// Two columns for the blocks of East Asian scripts and pictures (Unicode Annex 11, Wide), else one.
    private static func columnsTaken(by scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1FAFF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
