// What a stored rule tells people, whether or not it compiles here and now.

/// The parts of a rule that explain its findings, read from its document alone.
///
/// Rules that a correlation names and values of placeholders are not needed for that.
public struct RuleProse: Sendable {
    /// Harmless events that match as well.
    public let falsePositives: [String]
    /// The correlation, if the rule is one.
    public let correlation: Correlation?

    /// Reads the document of a rule; what cannot be read of it is missing.
    public init(_ text: String) {
        let document = RuleDocument(file: "", firstLine: 1, text: text)
        var problems = DiagnosticList(file: "")
        let keys = (try? document.root()).flatMap(RuleKeys.init)
        falsePositives = keys?.strings("falsepositives", &problems) ?? []
        let parser = RuleParser(placeholders: Placeholders(values: [:]))
        correlation = keys?["correlation"] == nil ? nil : parser.parse(document).rule?.correlation
    }
}
