// Which logs a rule is about.

/// The `logsource` of a detection.
public struct Logsource: Sendable, Equatable {
    /// A group of products that log the same things.
    public var category: String?
    /// The product that writes the log.
    public var product: String?
    /// A part of the product's logs.
    public var service: String?
    /// What has to be configured so that the logs contain what the rule needs.
    public var definition: String?

    /// A log source; parts that are `nil` are not restricted.
    public init(
        category: String? = nil,
        product: String? = nil,
        service: String? = nil,
        definition: String? = nil
    ) {
        self.category = category
        self.product = product
        self.service = service
        self.definition = definition
    }
}
