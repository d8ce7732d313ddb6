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

    /// The attributes that are restricted, by name.
    public var attributes: [String: String] {
        ["category": category, "product": product, "service": service].compactMapValues { $0 }
    }

    /// Whether a log with the attributes `other` is one that the rule is about (Sigma rules specification, "Log source").
    ///
    /// `common` is a category that all logs at hand have besides their own.
    public func isAnswered(by other: [String: String], common: String) -> Bool {
        func fits(_ wanted: String?, _ key: String) -> Bool { wanted == nil || wanted == other[key] }
        return (category == common || fits(category, "category")) && fits(product, "product")
            && fits(service, "service")
    }
}
