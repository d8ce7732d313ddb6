// One version of a registration, ready to be compared with events.

import FieldRows

/// What is registered of a client for some time.
struct RegistryVersion: Sendable {
    var validFrom = Int64.min
    var validUntil = Int64.max
    var clientType: RegisteredClient.ClientType?
    var accessTokenLifetime: Int?
    /// Words in ascending order; `nil` where the registry does not say.
    var authMethods: [UInt32]?
    var redirectURIs: [UInt32]?
    var grantTypes: [UInt32]?
    var scope: [UInt32]?
    var networks: [AddressRange]?
    var patterns: [RedirectPattern] = []
    /// Those of ``redirectURIs`` whose port does not matter, as scheme and host, and rest.
    var loopback: [(host: [UInt8], rest: [UInt8])] = []
}

extension RegistryVersion {
    /// The version as `client` has it; its texts become words.
    init(_ client: RegisteredClient, _ words: inout WordTable) {
        (validFrom, validUntil) = (client.validFrom ?? .min, client.validUntil ?? .max)
        clientType = client.clientType
        accessTokenLifetime = client.accessTokenLifetime
        func list(_ texts: Set<String>?) -> [UInt32]? { texts.map { $0.map { words.add($0) }.sorted() } }
        authMethods = list(client.authMethods)
        grantTypes = list(client.grantTypes)
        scope = list(client.scope)
        // Parsed before: what is no network or pattern is an error of the file.
        networks = client.networks.map { $0.compactMap { try? AddressRange($0) } }
        patterns = (client.redirectURIPatterns ?? []).compactMap(RedirectPattern.init)
        let hasURIs = client.redirectURIs != nil || client.redirectURIPatterns != nil
        redirectURIs = hasURIs ? list(client.redirectURIs ?? []) : nil
        let isNative = client.applicationType.map { $0 == .native } ?? (client.clientType != .confidential)
        guard isNative else { return }
        for uri in client.redirectURIs ?? [] {
            let bytes = Array(uri.utf8)
            guard let parts = LoopbackURI(bytes.span.bytes) else { continue }
            loopback.append((Array(bytes[parts.host]), Array(bytes[parts.rest])))
        }
    }

    /// What it says.
    var attributes: Set<RegistryAttribute> {
        var said: Set<RegistryAttribute> = [.client]
        if clientType != nil { said.insert(.clientType) }
        if redirectURIs != nil { said.insert(.redirectURIs) }
        if grantTypes != nil { said.insert(.grantTypes) }
        if scope != nil { said.insert(.scope) }
        if networks != nil { said.insert(.networks) }
        if authMethods != nil { said.insert(.authMethods) }
        if accessTokenLifetime != nil { said.insert(.accessTokenLifetime) }
        return said
    }
}
