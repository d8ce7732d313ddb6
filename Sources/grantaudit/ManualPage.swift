// The manual page, made of what the commands say of themselves, so that it cannot be out of date.

/// Writes all commands as one page in the man macros (man(7)), the same for the same version of the program.
struct ManualPage {
    private var page = ""

    /// The page for `program`.
    static func text(_ program: CommandDescription) -> String {
        var page = ManualPage()
        page.writeHead(program)
        page.macro("SH COMMANDS")
        for command in program.subcommands ?? [] { page.write(command) }
        page.macro("SH EXIT STATUS")
        for status in ExitStatus.allCases { page.item("\(status.rawValue)", status.meaning) }
        page.macro("SH ENVIRONMENT")
        page.item("GRANTAUDIT_CONFIG", "the configuration file, where --config does not name one")
        page.item("GRANTAUDIT_RULES", "the folder with rules and formats, where --rules does not name another")
        page.item("NO_COLOR", "no colours, whatever its value, unless that is empty")
        page.macro("SH SEE ALSO")
        page.line("sqlite3(1), zstd(1), crontab(5), systemd.timer(5)")
        return page.page
    }

    private mutating func writeHead(_ program: CommandDescription) {
        let name = program.commandName
        // No date: it would be that of the build.
        page += ".TH \"\(name.uppercased())\" \"1\" \"\" \"\(name) \(ToolVersion.text)\" \"User Commands\"\n"
        macro("SH NAME")
        let abstract = program.abstract ?? ""
        let what = abstract.prefix(1).lowercased() + abstract.dropFirst()
        line("\(name) - " + (what.hasSuffix(".") ? String(what.dropLast()) : what))
        macro("SH SYNOPSIS")
        macro("B " + Self.escaped(name))
        page += "\\fIcommand\\fR [\\fIoption\\fR ...]\n"
        macro("SH DESCRIPTION")
        line(
            """
            grantaudit reads the logs of an authorization server, follows each grant from the authorization request to \
            its last token, and applies Sigma rules to what it sees. Findings go to a database, with the lines they \
            rest on and an account of every file, line and rule.
            """
        )
        for argument in program.arguments ?? [] where argument.shouldDisplay { write(argument) }
    }

    private mutating func write(_ command: CommandDescription) {
        guard command.shouldDisplay else { return }
        if let subcommands = command.subcommands, !subcommands.isEmpty {
            for subcommand in subcommands { write(subcommand) }
            return
        }
        let arguments = (command.arguments ?? []).filter { $0.shouldDisplay && !Self.isEverywhere($0) }
        page += ".SS \"\(Self.escaped(command.path))\"\n"
        let required = arguments.filter { !$0.isOptional && $0.kind != "positional" }.map(Self.heading)
        let options = arguments.contains { $0.isOptional && $0.kind != "positional" } ? ["[\\fIoption\\fR ...]"] : []
        let positional = arguments.filter { $0.kind == "positional" }.map { argument in
            let word = Self.heading(argument) + (argument.isRepeating ? " ..." : "")
            return argument.isOptional ? "[\(word)]" : word
        }
        let words = ["\\fB\(Self.escaped(command.path))\\fR"] + required + options + positional
        page += words.joined(separator: " ") + "\n"
        if let abstract = command.abstract {
            macro("PP")
            line(abstract)
        }
        write(discussion: command.discussion ?? "")
        for argument in arguments { write(argument) }
    }

    /// Paragraphs flow; what is indented stands as written.
    private mutating func write(discussion: String) {
        var isIndented = false
        for text in discussion.split(separator: "\n", omittingEmptySubsequences: false) {
            if text.hasPrefix(" ") != isIndented, !text.isEmpty {
                isIndented.toggle()
                page += isIndented ? ".RS 4\n.nf\n" : ".fi\n.RE\n"
            }
            if !isIndented { macro("PP") }
            line(isIndented ? String(text.drop { $0 == " " }) : String(text))
        }
        if isIndented { page += ".fi\n.RE\n" }
    }

    private mutating func write(_ argument: CommandDescription.Argument) {
        macro("TP")
        page += Self.heading(argument) + "\n"
        var text = argument.abstract ?? ""
        if let values = argument.allValues, !values.allSatisfy(text.contains) {
            text += " One of \(values.joined(separator: ", "))."
        }
        if let value = argument.defaultValue { text += " The default is \(value)." }
        line(text)
    }

    /// Names in bold, the value in italics.
    private static func heading(_ argument: CommandDescription.Argument) -> String {
        let value = argument.valueName.map { "\\fI\(escaped($0))\\fR" } ?? ""
        if argument.kind == "positional" { return value }
        let names = (argument.names ?? []).map { "\\fB\(escaped($0.text))\\fR" }.joined(separator: ", ")
        return argument.kind == "flag" ? names : names + " " + value
    }

    /// Options that every command has are told of once.
    private static func isEverywhere(_ argument: CommandDescription.Argument) -> Bool {
        (argument.names ?? []).contains { ["help", "version"].contains($0.name) }
    }

    private mutating func item(_ name: String, _ text: String) {
        macro("TP")
        macro("B " + Self.escaped(name))
        line(text.prefix(1).uppercased() + text.dropFirst() + ".")
    }

    private mutating func macro(_ text: String) { page += "." + text + "\n" }

    /// A line of text; what would be taken for a macro at its beginning is not.
    private mutating func line(_ text: String) {
        let isMacro = text.hasPrefix(".") || text.hasPrefix("'")
        page += (isMacro ? "\\&" : "") + Self.escaped(text) + "\n"
    }

    /// Text in which no character means something to roff (groff_char(7)).
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "\"": result += "\\(dq"
            case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
            }
        }
        return result
    }
}
