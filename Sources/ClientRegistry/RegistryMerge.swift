// Brings an export of today into the registry of the days before.

/// What a merge did, in numbers of clients.
public struct RegistryMerge: Sendable {
    /// The registry afterwards.
    public private(set) var clients: RegisteredClients
    /// Clients that were not registered before.
    public private(set) var added = 0
    /// Clients whose registration has changed.
    public private(set) var changed = 0
    /// Clients that are gone.
    public private(set) var closed = 0
    /// Clients of which the export says nothing new.
    public private(set) var unchanged = 0

    /// Why an export cannot be merged.
    public struct Problem: Error, Equatable, Sendable {
        /// The client that has a version from a later time.
        public let clientID: String
    }

    /// Takes over what `export`, which has one version of each client, says from `time` on, in microseconds since 1970.
    ///
    /// Clients that are in no export any more are closed, if the export is of their issuer and tenant. What an export
    /// cannot say, such as a client's networks, stays as somebody has written it.
    public init(_ export: RegisteredClients, into history: RegisteredClients, at time: Int64) throws(Problem) {
        clients = history
        clients.versions = []
        let owners = Set(export.versions.map(Self.owner))
        var known = Dictionary(grouping: history.versions, by: \.identity)
        for client in export.versions {
            let versions = known.removeValue(forKey: client.identity) ?? []
            clients.versions += try versions.isEmpty ? add(client, [], time) : take(client, versions, time)
        }
        for versions in known.values {
            guard let first = versions.first, owners.contains(Self.owner(first)), let open = Self.open(versions, time)
            else {
                clients.versions += versions
                continue
            }
            closed += 1
            clients.versions += Self.closing(open, of: versions, time)
        }
    }

    private static func owner(_ client: RegisteredClient) -> [String?] { [client.issuer, client.tenant] }

    /// The versions of a client that `client` is about, with it among them if it is new.
    private mutating func take(
        _ client: RegisteredClient,
        _ versions: [RegisteredClient],
        _ time: Int64
    ) throws(Problem) -> [RegisteredClient] {
        if versions.contains(where: { $0.validFrom ?? .min > time }) { throw Problem(clientID: client.clientID) }
        guard let open = Self.open(versions, time) else { return add(client, versions, time) }
        var client = client
        client.fillGaps(from: versions[open])
        if client.saysTheSame(as: versions[open]) {
            unchanged += 1
            return versions
        }
        changed += 1
        return Self.closing(open, of: versions, time) + [client.beginning(time)]
    }

    private mutating func add(
        _ client: RegisteredClient,
        _ versions: [RegisteredClient],
        _ time: Int64
    ) -> [RegisteredClient] {
        added += 1
        return versions + [client.beginning(time)]
    }

    /// The last of a client's versions, if it is valid at `time`.
    private static func open(_ versions: [RegisteredClient], _ time: Int64) -> Int? {
        let last = versions.indices.max { versions[$0].validFrom ?? .min < versions[$1].validFrom ?? .min }
        guard let last, versions[last].validFrom ?? .min <= time, versions[last].validUntil ?? .max > time else {
            return nil
        }
        return last
    }

    /// A version that would end as it begins was never valid.
    private static func closing(_ open: Int, of versions: [RegisteredClient], _ time: Int64) -> [RegisteredClient] {
        var versions = versions
        if versions[open].validFrom == time {
            versions.remove(at: open)
        } else {
            versions[open].validUntil = time
        }
        return versions
    }
}

extension RegisteredClient {
    /// The same from `time` on.
    fileprivate func beginning(_ time: Int64) -> RegisteredClient {
        var client = self
        (client.validFrom, client.validUntil) = (time, nil)
        return client
    }

    /// Takes over from `other` what this one does not say.
    fileprivate mutating func fillGaps(from other: RegisteredClient) {
        clientName = clientName ?? other.clientName
        clientType = clientType ?? other.clientType
        applicationType = applicationType ?? other.applicationType
        authMethods = authMethods ?? other.authMethods
        if redirectURIs == nil, redirectURIPatterns == nil {
            (redirectURIs, redirectURIPatterns) = (other.redirectURIs, other.redirectURIPatterns)
        }
        grantTypes = grantTypes ?? other.grantTypes
        scope = scope ?? other.scope
        networks = networks ?? other.networks
        accessTokenLifetime = accessTokenLifetime ?? other.accessTokenLifetime
        refreshTokenLifetime = refreshTokenLifetime ?? other.refreshTokenLifetime
    }
}
