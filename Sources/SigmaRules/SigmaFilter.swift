// A condition that a site adds to rules it did not write.

/// A parsed and checked Sigma filter document (Sigma filters specification 2.1).
///
/// A match of one of its rules counts only if the filter's condition holds as well, so a filter that takes matches
/// away says `condition: not selection`. With ``expires`` it is a suppression that ends by itself.
public struct SigmaFilter: Sendable {
    /// Which rules the filter is for.
    public enum Target: Sendable, Equatable {
        /// All whose log source fits.
        case any
        /// These, by name or id as written.
        case rules([String])
    }

    /// The identifier, usually a UUID.
    public var id: String?
    /// The short name.
    public var name: String?
    /// What is filtered, in one line.
    public var title: String
    /// Why, at length.
    public var description: String?
    /// Which rules the filter is for, of those whose log source fits ``logsource``.
    public var target: Target
    /// The log source a rule must have; parts that are `nil` are not restricted.
    public var logsource: Logsource
    /// What has to hold for a match to count.
    public var detection: Detection
    /// The first day (`YYYY-MM-DD`, UTC) on whose events the filter has no effect; attribute `expires`.
    public var expires: String?
    /// Who answers for the filter; attribute `owner`.
    public var owner: String?
    /// Who has approved it; attribute `approved_by`.
    public var approvedBy: String?
    /// Top-level keys that neither the specification nor this project defines.
    public var customAttributes: [String: SigmaAttribute] = [:]
    /// The file as it was given or found.
    public var file: String
    /// Line of the document's first line in the file.
    public var line: Int
    /// The document as written.
    public var text: String
    /// The rules it is for, as positions in the list of loaded rules.
    public var ruleIndices: [Int] = []

    /// By what the filter is known: its `id`, or else its name, or else its title.
    ///
    /// No other filter or rule has the same.
    public var identity: String { id ?? name ?? title }

    /// Whether ``logsource`` leaves room for a rule about a log source with these parts.
    func fits(_ others: [String?]) -> Bool {
        zip(logsource.parts, others).allSatisfy { own, other in own == nil || own == other }
    }
}

extension Logsource {
    /// What filters and rules have to agree in.
    var parts: [String?] { [category, product, service] }
}
