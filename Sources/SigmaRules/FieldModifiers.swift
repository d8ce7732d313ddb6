// What the words behind a field name mean: `field|contains|all`.

/// The modifiers of one field, checked against each other.
struct FieldModifiers {
    var placement: TextPlacement?
    var matchesAll = false
    var isRegex = false
    var regexIgnoresCase = false
    var regexMultiline = false
    var regexDotAll = false
    var isNetwork = false
    var isExists = false
    var isCased = false
    var isNegated = false
    var comparison: NumberComparison?
    var isFieldReference = false
    var isExpanded = false

    static let supported = [
        "contains", "startswith", "endswith", "all", "re", "i", "m", "s", "cidr", "exists", "cased", "neq", "lt",
        "lte", "gt", "gte", "fieldref", "expand",
    ]

    /// Modifiers that the specification defines and this room does not know.
    static let unsupported = [
        "base64", "base64offset", "utf16", "utf16le", "utf16be", "wide", "windash", "minute", "hour", "day", "week",
        "month", "year",
    ]

    /// Modifiers that each decide how the value is compared, so that only one can be given.
    private static let operations: Set<String> = [
        "contains", "startswith", "endswith", "re", "cidr", "exists", "lt", "lte", "gt", "gte", "fieldref",
    ]
    private static let placements: Set<String> = ["contains", "startswith", "endswith"]

    /// Which modifiers make no sense beside an operation.
    private static let clashes: [String: Set<String>] = [
        "re": ["cased"], "cidr": ["cased"], "exists": ["cased", "neq", "all", "expand"],
        "lt": ["cased", "neq"], "lte": ["cased", "neq"], "gt": ["cased", "neq"], "gte": ["cased", "neq"],
    ]

    /// Which modifiers work without a field name.
    private static let forKeywords: Set<String> = ["all", "contains", "re", "i", "m", "s", "cased", "expand"]

    /// Reads the words; `nil` after a problem has been reported.
    init?(_ words: [(name: String, place: Place)], forKeywords: Bool, _ problems: inout DiagnosticList) {
        var sound = true
        for (index, word) in words.enumerated() {
            let earlier = words[..<index].map(\.name)
            if let problem = Self.problem(with: word.name, after: earlier, forKeywords: forKeywords) {
                problems.error(word.place, problem.message, hint: problem.hint)
                sound = false
            } else {
                apply(word.name)
            }
        }
        if !sound { return nil }
    }

    private static func problem(
        with name: String,
        after earlier: [String],
        forKeywords: Bool
    ) -> (message: String, hint: String?)? {
        if unsupported.contains(name) {
            return ("modifier '\(name)' is not supported yet", "known modifiers: \(supported.joined(separator: ", "))")
        }
        guard supported.contains(name) else {
            let known = "known modifiers: \(supported.joined(separator: ", "))"
            return ("unknown modifier '\(name)'", didYouMean(name, among: supported + unsupported, otherwise: known))
        }
        if earlier.contains(name) { return ("modifier '\(name)' is given twice", nil) }
        if forKeywords, !Self.forKeywords.contains(name) {
            return ("modifier '\(name)' needs a field name", "keywords are searched in the whole line")
        }
        if ["i", "m", "s"].contains(name), !earlier.contains("re") {
            return ("modifier '\(name)' belongs behind 're'", "write |re|\(name)")
        }
        guard let other = earlier.first(where: { clash(name, $0) }) else { return nil }
        let redundant = name == "cased" && other == "re" || name == "re" && other == "cased"
        return (
            "modifiers '\(other)' and '\(name)' cannot be combined",
            redundant ? "'re' is case-sensitive unless |i is given" : nil
        )
    }

    private static func clash(_ one: String, _ other: String) -> Bool {
        if clashes[one]?.contains(other) == true || clashes[other]?.contains(one) == true { return true }
        guard operations.contains(one), operations.contains(other) else { return false }
        // A reference may be to a part of the value.
        if one == "fieldref" { return !placements.contains(other) }
        return other != "fieldref" || !placements.contains(one)
    }

    private mutating func apply(_ name: String) {
        switch name {
        case "contains": placement = .contains
        case "startswith": placement = .prefix
        case "endswith": placement = .suffix
        case "all": matchesAll = true
        case "re": isRegex = true
        case "i": regexIgnoresCase = true
        case "m": regexMultiline = true
        case "s": regexDotAll = true
        case "cidr": isNetwork = true
        case "exists": isExists = true
        case "cased": isCased = true
        case "neq": isNegated = true
        case "fieldref": isFieldReference = true
        case "expand": isExpanded = true
        default: comparison = NumberComparison(rawValue: name)
        }
    }
}
