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

    /// Takes over what `export` says from `time` on, in microseconds since 1970.
    ///
    /// Clients that are in no export any more are closed, if the export is of their issuer and tenant. What an export
    /// cannot say, such as a client's networks, stays as somebody has written it.
    public init(_ export: RegisteredClients, into history: RegisteredClients, at time: Int64) throws(Problem) {
        clients = history
        let owners = Set(export.versions.map(Self.owner))
        var isInExport: Set<[[UInt8]?]> = []
        for client in export.versions {
            isInExport.insert(client.identity)
            try take(client, time)
        }
        for index in clients.versions.indices.reversed() {
            let client = clients.versions[index]
            guard owners.contains(Self.owner(client)), !isInExport.contains(client.identity) else { continue }
            guard isOpen(index, time) else { continue }
            closed += 1
            close(index, time)
        }
    }

    private static func owner(_ client: RegisteredClient) -> [String?] { [client.issuer, client.tenant] }

    private mutating func take(_ client: RegisteredClient, _ time: Int64) throws(Problem) {
        let known = clients.versions.indices.filter { clients.versions[$0].identity == client.identity }
        if known.contains(where: { clients.versions[$0].validFrom ?? .min > time }) {
            throw Problem(clientID: client.clientID)
        }
        var client = client
        (client.validFrom, client.validUntil) = (time, nil)
        // An earlier version without an end may be over, because another one follows.
        let last = known.max { clients.versions[$0].validFrom ?? .min < clients.versions[$1].validFrom ?? .min }
        if let last, isOpen(last, time) {
            client.fillGaps(from: clients.versions[last])
            if client.saysTheSame(as: clients.versions[last]) {
                unchanged += 1
                return
            }
            changed += 1
            close(last, time)
        } else {
            added += 1
        }
        clients.versions.append(client)
    }

    /// Whether the version is valid at `time`, and no version of that client follows.
    private func isOpen(_ index: Int, _ time: Int64) -> Bool {
        let client = clients.versions[index]
        guard client.validFrom ?? .min <= time, client.validUntil ?? .max > time else { return false }
        return !clients.versions.contains {
            $0.identity == client.identity && $0.validFrom ?? .min > client.validFrom ?? .min
        }
    }

    private mutating func close(_ index: Int, _ time: Int64) {
        if clients.versions[index].validFrom == time {
            clients.versions.remove(at: index)
        } else {
            clients.versions[index].validUntil = time
        }
    }
}

extension RegisteredClient {
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
