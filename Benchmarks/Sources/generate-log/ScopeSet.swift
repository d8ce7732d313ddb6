// Sets of scope values, as bits.

/// A set of scope values from a fixed catalogue.
struct ScopeSet: OptionSet {
    let rawValue: UInt64

    /// What every user-facing client asks for.
    static let identity = ScopeSet(rawValue: 0b111)
    /// OpenID Connect Core §11.
    static let offlineAccess = ScopeSet(rawValue: 1 << 3)
    /// Never granted in normal traffic.
    static let admin = ScopeSet(rawValue: 1 << 34)

    /// Index of the first scope that belongs to an API, and of the first after them.
    static let apiScopes = 4..<34

    /// The scope at `index` of the catalogue.
    init(index: Int) { rawValue = 1 << UInt64(index) }

    /// The scopes whose bits are set.
    init(rawValue: UInt64) { self.rawValue = rawValue }

    private static let names: [StaticString] = [
        "openid", "profile", "email", "offline_access", "orders:read", "orders:write", "invoices:read",
        "invoices:write", "catalog:read", "catalog:write", "calendar:read", "calendar:write", "contacts:read",
        "contacts:write", "files:read", "files:write", "payments:read", "payments:initiate", "accounts:read",
        "transactions:read", "mail:read", "mail:send", "reports:read", "reports:export", "inventory:read",
        "inventory:write", "shipping:read", "shipping:write", "tickets:read", "tickets:write", "groups:read",
        "telemetry:write", "devices:read", "devices:write", "admin:users",
    ]

    /// Appends the names in catalogue order, `separator` between them; a colon becomes `%3A` in a query.
    func append(to buffer: inout LineBuffer, separator: StaticString = " ", inQuery: Bool = false) {
        var rest = rawValue
        var isFirst = true
        while rest != 0 {
            if !isFirst { buffer.append(separator) }
            isFirst = false
            let index = rest.trailingZeroBitCount
            buffer.append(inQuery ? Self.queryNames[index] : Self.plainNames[index])
            rest &= rest - 1
        }
    }

    private static let plainNames = names.map { Array("\($0)".utf8) }
    private static let queryNames = names.map { name in
        Array("\(name)".split(separator: ":").joined(separator: "%3A").utf8)
    }
}
