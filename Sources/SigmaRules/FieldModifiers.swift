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
    var timePart: TimePart?
    /// In the order written, which is the order in which they are applied.
    var encodings: [ValueEncoding] = []

    /// The modifiers of Sigma 2.1 (modifiers appendix), with the long forms of those of `re`.
    static let supported = [
        "contains", "startswith", "endswith", "all", "re", "i", "ignorecase", "m", "multiline", "s", "dotall", "cidr",
        "exists", "cased", "neq", "lt", "lte", "gt", "gte", "fieldref", "expand", "windash", "wide", "utf16le",
        "utf16be", "utf16", "base64", "base64offset", "minute", "hour", "day", "week", "month", "year",
    ]

    /// What a modifier does; of some groups only one can be given.
    private enum Role {
        case placement, regex, regexFlag, network, exists, cased, negation, comparison, fieldReference, expansion
        case encoding, timePart, all
    }

    /// Which roles make no sense beside each other, in either order.
    private static let clashes: [Role: Set<Role>] = [
        .placement: [.placement, .network, .exists, .comparison, .timePart],
        .regex: [.regex, .network, .exists, .cased, .comparison, .fieldReference, .encoding, .timePart],
        .network: [.network, .exists, .cased, .comparison, .fieldReference, .encoding, .timePart],
        .exists: [.exists, .cased, .negation, .comparison, .fieldReference, .expansion, .encoding, .timePart, .all],
        .comparison: [.comparison, .cased, .negation, .fieldReference, .encoding],
        .fieldReference: [.fieldReference, .encoding, .timePart],
        .timePart: [.timePart, .cased, .encoding],
    ]

    /// Modifiers that make another text of one with `*` around it.
    ///
    /// The other encodings take each character by itself, so that their order has no meaning.
    private static let beforePlacement: Set<String> = ["base64", "base64offset", "utf16", "re"]

    /// Which roles work without a field name.
    private static let forKeywords: Set<Role> = [.all, .placement, .regex, .regexFlag, .cased, .expansion, .encoding]

    /// Reads the words; `nil` after a problem has been reported.
    init?(_ words: [(name: String, place: Place)], forKeywords: Bool, _ problems: inout DiagnosticList) {
        var sound = true
        for (index, word) in words.enumerated() {
            let earlier = words[..<index].map(\.name)
            guard Self.role(word.name) != nil else {
                let known = "known modifiers: \(Self.supported.joined(separator: ", "))"
                let hint = problems.didYouMean(word.name, among: Self.supported, otherwise: known)
                problems.error(word.place, "unknown modifier '\(word.name)'", hint: hint)
                sound = false
                continue
            }
            if let problem = Self.problem(with: word.name, after: earlier, forKeywords: forKeywords) {
                problems.error(word.place, problem.message, hint: problem.hint)
                sound = false
            } else {
                apply(word.name)
            }
        }
        if !sound { return nil }
        if encodings.contains(.base64offset), placement == nil, let place = words.last?.place {
            problems.warning(
                place,
                "'base64offset' gives parts of an encoded text, which no value is as a whole",
                hint: "write |base64offset|contains"
            )
        }
    }

    private static func role(_ name: String) -> Role? {
        switch name {
        case "contains", "startswith", "endswith": .placement
        case "re": .regex
        case "i", "ignorecase", "m", "multiline", "s", "dotall": .regexFlag
        case "cidr": .network
        case "exists": .exists
        case "cased": .cased
        case "neq": .negation
        case "lt", "lte", "gt", "gte": .comparison
        case "fieldref": .fieldReference
        case "expand": .expansion
        case "all": .all
        case "minute", "hour", "day", "week", "month", "year": .timePart
        default: ValueEncoding(rawValue: name == "wide" ? "utf16le" : name).map { _ in .encoding }
        }
    }

    private static func problem(
        with name: String,
        after earlier: [String],
        forKeywords: Bool
    ) -> (message: String, hint: String?)? {
        guard let role = role(name) else { return nil }
        if earlier.contains(name) { return ("modifier '\(name)' is given twice", nil) }
        if forKeywords, !Self.forKeywords.contains(role) {
            return ("modifier '\(name)' needs a field name", "keywords are searched in the whole line")
        }
        if role == .regexFlag, !earlier.contains("re") {
            return ("modifier '\(name)' belongs behind 're'", "write |re|\(name)")
        }
        for other in earlier {
            guard let otherRole = Self.role(other) else { continue }
            if let problem = conflict(name, role, other, otherRole) { return problem }
        }
        return nil
    }

    private static func conflict(
        _ name: String,
        _ role: Role,
        _ other: String,
        _ otherRole: Role
    ) -> (message: String, hint: String?)? {
        if clashes[role]?.contains(otherRole) == true || clashes[otherRole]?.contains(role) == true {
            let redundant = role == .cased && otherRole == .regex || role == .regex && otherRole == .cased
            return (
                "modifiers '\(other)' and '\(name)' cannot be combined",
                redundant ? "'re' is case-sensitive unless |i is given" : nil
            )
        }
        if otherRole == .placement, beforePlacement.contains(name) {
            return ("modifier '\(name)' has to stand before '\(other)'", "write |\(name)|\(other)")
        }
        if role == .expansion, otherRole == .encoding {
            return ("modifier '\(name)' has to stand before '\(other)'", "write |\(name)|\(other)")
        }
        if role == .encoding, otherRole == .encoding, ["base64", "base64offset"].contains(other) {
            return ("modifier '\(name)' cannot follow '\(other)'", "Base64 comes last: |\(name)|\(other)")
        }
        return nil
    }

    private mutating func apply(_ name: String) {
        switch name {
        case "contains": placement = .contains
        case "startswith": placement = .prefix
        case "endswith": placement = .suffix
        case "all": matchesAll = true
        case "re": isRegex = true
        case "i", "ignorecase": regexIgnoresCase = true
        case "m", "multiline": regexMultiline = true
        case "s", "dotall": regexDotAll = true
        case "cidr": isNetwork = true
        case "exists": isExists = true
        case "cased": isCased = true
        case "neq": isNegated = true
        case "fieldref": isFieldReference = true
        case "expand": isExpanded = true
        case "wide": encodings.append(.utf16le)
        default:
            if let encoding = ValueEncoding(rawValue: name) { encodings.append(encoding) }
            if let part = TimePart(rawValue: name) { timePart = part }
            if let comparison = NumberComparison(rawValue: name) { self.comparison = comparison }
        }
    }
}
