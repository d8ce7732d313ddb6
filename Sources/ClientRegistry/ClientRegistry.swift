// Answers what was registered of a client as of a time.

import FieldRows

/// What a registry can say of a client, by the key that says it.
public enum RegistryAttribute: String, CaseIterable, Sendable {
    /// That it is registered at all.
    case client = "client_id"
    /// Whether it can keep a secret.
    case clientType = "client_type"
    /// Where its responses may go.
    case redirectURIs = "redirect_uris"
    /// How it may ask for tokens.
    case grantTypes = "grant_types"
    /// What it may ask for.
    case scope = "scope"
    /// Where its own requests come from.
    case networks = "networks"
    /// How it authenticates.
    case authMethods = "token_endpoint_auth_method"
    /// How long its access tokens live.
    case accessTokenLifetime = "access_token_lifetime"
}

/// What a registry says of a client at a time.
public enum RegistryAnswer: Sendable, Equatable {
    /// Nothing: the time, the issuer or the tenant is none of the registry's, or it has several clients of that name.
    case silent
    /// There was no such client.
    case unregistered
    /// There was; the number stands for the version of its registration.
    case registered(Int)
}

/// All versions of all clients, ready to be asked about events; nothing is allocated by asking.
///
/// The order in which clients, versions and values are given makes no difference.
public final class ClientRegistry: Sendable {
    /// Issuer and tenant that entries belong to, by word; `nil` for any.
    private struct Owner: Sendable, Hashable {
        let issuer: UInt32?
        let tenant: UInt32?
    }

    /// The versions of one client of one owner, the earliest first.
    private struct Registration: Sendable {
        let owner: Owner
        let versions: Range<Int>
    }

    /// SHA-256 of the file, in hexadecimal digits; `nil` for a registry that is no file.
    public let sha256: String?

    private let words: WordTable
    private let owners: [Owner]
    /// The registrations of each client, by the word of its identifier, which are the first words.
    private let registrations: [[Registration]]
    private let versions: [RegistryVersion]
    private let validFrom: Int64
    private let validUntil: Int64
    private let attributes: Set<RegistryAttribute>

    /// The registry in a file without errors.
    public convenience init(_ file: RegistryFile) {
        self.init(file.clients, sha256: file.sha256.isEmpty ? nil : file.sha256)
    }

    /// A registry that can be asked about `clients`.
    public init(_ clients: RegisteredClients, sha256: String? = nil) {
        self.sha256 = sha256
        var words = WordTable()
        let sorted = clients.sorted
        for client in sorted { _ = words.add(client.clientID) }
        var registrations = [[Registration]](repeating: [], count: words.count)
        var versions: [RegistryVersion] = []
        for group in Self.grouped(sorted) {
            let first = versions.count
            for (place, client) in group.enumerated() {
                var version = RegistryVersion(client, &words)
                if place + 1 < group.count, let next = group[place + 1].validFrom {
                    version.validUntil = min(version.validUntil, next)
                }
                versions.append(version)
            }
            let owner = Owner(
                issuer: group[0].issuer.map { words.add($0) },
                tenant: group[0].tenant.map { words.add($0) }
            )
            let registration = Registration(owner: owner, versions: first..<versions.count)
            registrations[Int(words.add(group[0].clientID))].append(registration)
        }
        words.freeze()
        self.words = words
        self.registrations = registrations
        self.versions = versions
        owners = Array(Set(registrations.joined().map(\.owner)))
        (validFrom, validUntil) = (clients.validFrom ?? .min, clients.validUntil ?? .max)
        attributes = versions.reduce(into: []) { $0.formUnion($1.attributes) }
    }

    private static func grouped(_ sorted: [RegisteredClient]) -> [[RegisteredClient]] {
        var groups: [[RegisteredClient]] = []
        for client in sorted {
            if let last = groups.last?.last, last.isSameClient(as: client) {
                groups[groups.count - 1].append(client)
            } else {
                groups.append([client])
            }
        }
        return groups
    }

    /// Whether any version of any client says it.
    public func says(_ attribute: RegistryAttribute) -> Bool { attributes.contains(attribute) }

    // MARK: - Questions

    /// What is said of the client called `clientID` at `time`, in microseconds since 1970.
    ///
    /// An empty issuer or tenant is one that the event does not have. Of several clients of that name, the one counts
    /// that shares more with the event.
    public func client(_ clientID: RawSpan, issuer: RawSpan, tenant: RawSpan, at time: Int64) -> RegistryAnswer {
        guard time >= validFrom, time < validUntil else { return .silent }
        var (best, bestFit, isTie) = (0..<0, -1, false)
        if let word = words.number(of: clientID), word < registrations.count {
            for registration in registrations[Int(word)] {
                guard let fit = fit(registration.owner, issuer, tenant), fit >= bestFit else { continue }
                isTie = fit == bestFit
                (best, bestFit) = (registration.versions, fit)
            }
        }
        guard bestFit >= 0 else { return isOwned(issuer, tenant) ? .unregistered : .silent }
        if isTie { return .silent }
        for index in best.reversed() where versions[index].validFrom <= time {
            return time < versions[index].validUntil ? .registered(index) : .unregistered
        }
        return .unregistered
    }

    private func isOwned(_ issuer: RawSpan, _ tenant: RawSpan) -> Bool {
        for owner in owners where fit(owner, issuer, tenant) != nil { return true }
        return false
    }

    /// How many of the owner's names the event has; `nil` if it has others.
    private func fit(_ owner: Owner, _ issuer: RawSpan, _ tenant: RawSpan) -> Int? {
        var fit = 0
        if let word = owner.issuer, issuer.byteCount > 0 {
            guard words.isWord(word, issuer) else { return nil }
            fit += 1
        }
        if let word = owner.tenant, tenant.byteCount > 0 {
            guard words.isWord(word, tenant) else { return nil }
            fit += 1
        }
        return fit
    }

    /// Whether the client can keep a secret; the questions below, too, are about a version and `nil` if it does not say.
    public func clientType(_ version: Int) -> RegisteredClient.ClientType? { versions[version].clientType }

    /// The longest lifetime of its access tokens in seconds.
    public func accessTokenLifetime(_ version: Int) -> Int? { versions[version].accessTokenLifetime }

    /// Whether it may use the grant type.
    public func hasGrantType(_ grantType: RawSpan, _ version: Int) -> Bool? {
        has(grantType, versions[version].grantTypes)
    }

    /// Whether it may authenticate so.
    public func hasAuthMethod(_ method: RawSpan, _ version: Int) -> Bool? { has(method, versions[version].authMethods) }

    /// Whether responses may go to `uri`.
    public func hasRedirectURI(_ uri: RawSpan, _ version: Int) -> Bool? {
        guard let isWhole = has(uri, versions[version].redirectURIs) else { return nil }
        if isWhole { return true }
        if !versions[version].loopback.isEmpty, let parts = LoopbackURI(uri) {
            for (host, rest) in versions[version].loopback
            where uri.extracting(parts.host).equals(host.span.bytes)
                && uri.extracting(parts.rest).equals(rest.span.bytes)
            {
                return true
            }
        }
        for pattern in versions[version].patterns where pattern.matches(uri) { return true }
        return false
    }

    /// Whether its own requests may come from `address`; `nil` also for what is no address.
    public func hasAddress(_ address: RawSpan, _ version: Int) -> Bool? {
        guard let networks = versions[version].networks, let address = IPAddress(address) else { return nil }
        for network in networks where network.contains(address) { return true }
        return false
    }

    /// Whether the client may ask for one scope value.
    public func hasScopeValue(_ value: RawSpan, _ version: Int) -> Bool? { has(value, versions[version].scope) }

    private func has(_ text: RawSpan, _ list: [UInt32]?) -> Bool? {
        guard let list else { return nil }
        guard let word = words.number(of: text) else { return false }
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if list[middle] < word { low = middle + 1 } else { high = middle }
        }
        return low < list.count && list[low] == word
    }
}

extension ClientRegistry {
    /// A registry that says everything of one client: for asking what could be judged if there were a complete one.
    public static let complete: ClientRegistry = {
        var client = RegisteredClient(clientID: "client")
        client.clientType = .confidential
        (client.redirectURIs, client.grantTypes, client.scope, client.networks, client.authMethods) = (
            [], [], [], [], []
        )
        client.accessTokenLifetime = 0
        var clients = RegisteredClients()
        clients.versions = [client]
        return ClientRegistry(clients)
    }()
}
