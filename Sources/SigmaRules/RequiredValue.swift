// Whether a condition cannot hold unless a field has one value.

extension Detection {
    /// Whether no event can match in which `field` is anything but `value`.
    ///
    /// Sure if true: what is not seen at a glance, such as a wildcard or a list of values, is taken to be false.
    public func requires(_ field: String, _ value: String) -> Bool { expression.requires(field, value) }
}

extension MatchExpression {
    fileprivate func requires(_ field: String, _ value: String) -> Bool {
        switch self {
        case .constant(let holds): !holds
        case .test(let test): test.requires(field, value)
        case .and(let parts): parts.contains { $0.requires(field, value) }
        case .or(let parts): parts.allSatisfy { $0.requires(field, value) }
        // Whichever parts hold, one of any `count - least + 1` does.
        case .atLeast(let least, let parts):
            least > 0 && parts.count { $0.requires(field, value) } > parts.count - least
        case .not: false
        }
    }
}

extension FieldTest {
    fileprivate func requires(_ field: String, _ value: String) -> Bool {
        guard self.field == field, ownField == nil, case .text(let pattern) = question,
            case .literal(.whole, let bytes) = pattern.shape
        else { return false }
        return bytes == Array(value.utf8)
    }
}
