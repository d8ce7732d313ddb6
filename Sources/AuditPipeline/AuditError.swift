// What keeps an audit from being done at all; what goes wrong within it is data.

public import AuditStore

/// Why an audit could not be run.
public enum AuditError: Error, CustomStringConvertible, Sendable {
    /// There are no rules, formats or inputs, or an option names something that does not exist.
    case configuration(what: String, hint: String?)
    /// The database cannot be used.
    case store(StoreError)
    /// The audit was interrupted; nothing of it was stored but the fact.
    case interrupted

    /// What is wrong, in a sentence without a full stop.
    public var description: String {
        switch self {
        case .configuration(let what, _): what
        case .store(let error): error.description
        case .interrupted: "interrupted; the next run goes on from what was stored"
        }
    }

    /// What to try.
    public var hint: String? {
        switch self {
        case .configuration(_, let hint): hint
        case .store(let error): error.hint
        case .interrupted: nil
        }
    }
}
