// What somebody demands of an authorization server, and what shows that it is done.

/// A requirement of a framework, or a technique of attackers, towards which rules give evidence.
public struct Control: Equatable, Sendable {
    /// The framework's `framework`.
    public let framework: String
    /// The number that the framework gives it.
    public let id: String
    /// What it is about, in our words.
    public let title: String
    /// Whether number and title were compared with the framework's text.
    public let isVerified: Bool
    /// The detections that give evidence for it.
    public let detections: [String]

    /// The name by which it is asked for, and the tag that rules name it by, such as `asvs5.10.4.2`.
    public var name: String { "\(framework).\(id)".lowercased() }

    /// The tags of rules that give evidence for it: its own name, and its detections.
    public var tags: Set<String> { Set([name] + detections.map(Self.tag(of:))) }

    /// The tag of a detection.
    public static func tag(of detection: String) -> String { "grantaudit." + detection.lowercased() }

    /// The detection that the tag names, if it names one.
    static func detection(of tag: String) -> String? {
        tag.hasPrefix("grantaudit.") ? tag.dropFirst("grantaudit.".count).uppercased() : nil
    }
}

/// A standard, law or catalogue with the controls of it that rules may give evidence for.
public struct ControlFramework: Equatable, Sendable {
    /// What its entries are.
    public enum Kind: String, CaseIterable, Sendable {
        /// What has to be so.
        case controls
        /// What attackers do.
        case techniques
    }

    /// The beginning of its controls' names.
    public let id: String
    /// Its title.
    public let title: String
    /// Its version.
    public let version: String
    /// What its entries are.
    public let kind: Kind
    /// Where to find it.
    public let source: String
    /// With what numbers and titles were compared.
    public let checked: String
    /// Its controls in its own order.
    public let controls: [Control]
}

/// A rule, as far as controls are concerned.
public struct ControlledRule: Equatable, Sendable {
    /// Its name.
    public let name: String
    /// Its title.
    public let title: String
    /// Its level.
    public let level: String
    /// Its file.
    public let file: String
    /// Its tags.
    public let tags: [String]

    /// A rule from its parts.
    public init(name: String, title: String, level: String, file: String, tags: [String]) {
        self.name = name
        self.title = title
        self.level = level
        self.file = file
        self.tags = tags
    }
}
