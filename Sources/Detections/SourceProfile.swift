// What one kind of source can show and has shown: the ground on which a rule is called evaluable.

public import AuthEvents

/// A source of events, as the detections see it.
public struct SourceProfile: Sendable {
    /// What its events can say.
    public let capabilities: SourceCapabilities
    /// Sigma log source attributes it answers to, besides `category: oauth`.
    public let logsource: [String: String]
    /// Whether it answers to every log source, as the events of a test do.
    public var answersToAll = false

    /// Name of its format.
    public var name: String { capabilities.source }

    /// A profile from its parts.
    public init(_ capabilities: SourceCapabilities, logsource: [String: String]) {
        self.capabilities = capabilities
        self.logsource = logsource
    }
}

/// How many events of each kind and outcome a source has delivered.
public struct SourceCoverage: Sendable, Equatable {
    private var counts = [Int64](repeating: 0, count: EventKind.allCases.count * EventOutcome.allCases.count)

    /// Nothing delivered yet.
    public init() {}

    /// Counts `events`.
    mutating func count(_ events: ArraySlice<AuthEvent>) {
        for event in events { counts[Self.place(event.kind, event.outcome)] += 1 }
    }

    /// Events of `kind` that ended with `outcome`.
    public subscript(kind: EventKind, outcome: EventOutcome) -> Int64 {
        get { counts[Self.place(kind, outcome)] }
        set { counts[Self.place(kind, outcome)] = newValue }
    }

    /// Events of `kind`.
    public subscript(kind: EventKind) -> Int64 {
        EventOutcome.allCases.reduce(0) { $0 + self[kind, $1] }
    }

    @inline(__always)
    private static func place(_ kind: EventKind, _ outcome: EventOutcome) -> Int {
        Int(kind.rawValue) * EventOutcome.allCases.count + Int(outcome.rawValue)
    }
}
