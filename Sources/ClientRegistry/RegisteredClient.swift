// What an authorization server had registered of a client, and for how long.

/// One version of a client's registration (RFC 7591 §2).
///
/// What is `nil` the registry does not say; an empty set says that there is none.
public struct RegisteredClient: Sendable, Equatable {
    /// Whether a client can keep a secret (RFC 6749 §2.1).
    public enum ClientType: String, CaseIterable, Sendable {
        /// It can.
        case confidential
        /// It cannot: an application in a browser or on the user's own machine.
        case `public`
    }

    /// Where a client runs (OpenID Connect Dynamic Client Registration §2).
    public enum ApplicationType: String, CaseIterable, Sendable {
        /// On a server or in a browser.
        case web
        /// On the user's own machine.
        case native
    }

    /// The client's identifier (RFC 6749 §2.2).
    public var clientID: String
    /// The issuer that the registration belongs to; `nil` for all.
    public var issuer: String?
    /// Realm, tenant or organisation that the registration belongs to; `nil` for all.
    public var tenant: String?
    /// The name that people know it by.
    public var clientName: String?
    /// Whether it can keep a secret.
    public var clientType: ClientType?
    /// Where it runs.
    public var applicationType: ApplicationType?
    /// How it may authenticate at the token endpoint.
    public var authMethods: Set<String>?
    /// Its redirection URIs, to be compared as whole texts.
    public var redirectURIs: Set<String>?
    /// Patterns of redirection URIs with one `*` each, as some servers have them.
    public var redirectURIPatterns: Set<String>?
    /// The grant types it may use.
    public var grantTypes: Set<String>?
    /// The scope values it may ask for.
    public var scope: Set<String>?
    /// The networks its own requests come from, in CIDR notation.
    public var networks: Set<String>?
    /// Longest lifetime of its access tokens, in seconds.
    public var accessTokenLifetime: Int?
    /// Longest lifetime of its refresh tokens, in seconds.
    public var refreshTokenLifetime: Int?
    /// When the version begins, in microseconds since 1970; `nil` for as early as the registry goes.
    public var validFrom: Int64?
    /// When it is over; `nil` for when the next version begins, or never.
    public var validUntil: Int64?

    /// A registration that says nothing but whose it is.
    public init(clientID: String) { self.clientID = clientID }

    /// Whether both are versions of the registration of one client.
    public func isSameClient(as other: RegisteredClient) -> Bool { identity == other.identity }

    /// Whether both say the same, whenever they are valid.
    public func saysTheSame(as other: RegisteredClient) -> Bool {
        var (left, right) = (self, other)
        (left.validFrom, left.validUntil) = (nil, nil)
        (right.validFrom, right.validUntil) = (nil, nil)
        return left == right
    }

    /// Client, issuer and tenant as bytes: texts that look alike are not the same.
    var identity: [[UInt8]?] {
        [Array(clientID.utf8), issuer.map { Array($0.utf8) }, tenant.map { Array($0.utf8) }]
    }
}

/// All versions of all clients, and the time for which they are complete.
public struct RegisteredClients: Sendable, Equatable {
    /// The versions, in no particular order.
    public var versions: [RegisteredClient] = []
    /// The registry says nothing about events before this time, in microseconds since 1970.
    public var validFrom: Int64?
    /// The registry says nothing about events from this time on.
    public var validUntil: Int64?

    /// A registry without clients.
    public init() {}

    /// The versions by client, issuer and tenant, and the earlier before the later.
    public var sorted: [RegisteredClient] {
        versions.map { ($0, Self.key($0)) }.sorted { left, right in
            if left.1 != right.1 { return left.1.lexicographicallyPrecedes(right.1) }
            return left.0.validFrom ?? .min < right.0.validFrom ?? .min
        }.map(\.0)
    }

    /// Nothing comes before something.
    private static func key(_ client: RegisteredClient) -> [UInt16] {
        client.identity.flatMap { part in (part ?? []).map { UInt16($0) + 2 } + [part == nil ? 0 : 1] }
    }
}
