// What every format has in common.

/// Writes events as the lines of one format.
protocol LineWriter {
    /// Appends the line for `event` without its end; false if the format does not show such events.
    mutating func append(_ event: LogEvent, _ population: borrowing Population, to buffer: inout LineBuffer) -> Bool
}

extension LogFormat {
    /// The writer for this format; what it makes up itself belongs to `seed`.
    func writer(seed: UInt64) -> any LineWriter {
        let random = RandomSource(seed: seed ^ 0x6C69_6E65)
        return switch self {
        case .flat: FlatWriter(random: random)
        case .canonical: CanonicalWriter(random: random)
        case .keycloakJSON: KeycloakWriter(random: random, isJSON: true)
        case .keycloakText: KeycloakWriter(random: random, isJSON: false)
        case .combined: AccessLogWriter(random: random)
        }
    }
}

extension LogEvent {
    /// Whether the client authenticates at the endpoint.
    var isBackChannel: Bool { kind == .tokenRequest || kind == .introspection || kind == .revocation }

    /// The user's subject identifier.
    var subject: Identifier? { user.map { Identifier.derived(from: UInt64($0)) } }
}

extension LineBuffer {
    /// Appends the name of a user.
    mutating func append(username user: Int) {
        append("user")
        append(digits: user, width: 6)
        append("@example.com")
    }
}
