// Clients of a Keycloak realm: its export, or the list of the admin API.
//
// Shape: https://www.keycloak.org/docs-api/latest/rest-api/index.html#ClientRepresentation

/// One realm, several of them, or the clients of one that is not named.
struct KeycloakExport: Decodable {
    /// A realm with what is common to its clients.
    struct Realm: Decodable {
        let realm: String?
        let accessTokenLifespan: Int?
        let accessTokenLifespanForImplicitFlow: Int?
        let clients: Attempts<Client>
    }

    /// A client; what is not listed here is not read.
    struct Client: Decodable {
        let clientId: String
        let name: String?
        let enabled: Bool?
        let `protocol`: String?
        let publicClient: Bool?
        let bearerOnly: Bool?
        let clientAuthenticatorType: String?
        let rootUrl: String?
        let redirectUris: [String]?
        let standardFlowEnabled: Bool?
        let implicitFlowEnabled: Bool?
        let directAccessGrantsEnabled: Bool?
        let serviceAccountsEnabled: Bool?
        let authorizationServicesEnabled: Bool?
        let defaultClientScopes: [String]?
        let optionalClientScopes: [String]?
        let attributes: Attributes?
    }

    /// Attributes are texts.
    struct Attributes: Decodable {
        let accessTokenLifespan: String?
        let device: String?
        let ciba: String?
        let refresh: String?
        let refreshOfService: String?
        let exchange: String?

        enum CodingKeys: String, CodingKey {
            case accessTokenLifespan = "access.token.lifespan"
            case device = "oauth2.device.authorization.grant.enabled"
            case ciba = "oidc.ciba.grant.enabled"
            case refresh = "use.refresh.tokens"
            case refreshOfService = "client_credentials.use_refresh_token"
            case exchange = "standard.token.exchange.enabled"
        }
    }

    let realms: [Realm]
    /// Elements that are neither realms nor clients.
    let failures: Int

    init(from decoder: any Decoder) throws {
        if let realm = try? Realm(from: decoder) {
            (realms, failures) = ([realm], 0)
            return
        }
        let list = try Attempts<Element>(from: decoder)
        let clients = list.values.compactMap(\.client)
        let unnamed = clients.isEmpty ? [] : [Realm(clients: clients)]
        (realms, failures) = (list.values.compactMap(\.realm) + unnamed, list.failures)
    }

    private struct Element: Decodable {
        let realm: Realm?
        let client: Client?

        init(from decoder: any Decoder) throws {
            realm = try? Realm(from: decoder)
            client = realm == nil ? try Client(from: decoder) : nil
        }
    }
}

extension KeycloakExport.Realm {
    fileprivate init(clients: [KeycloakExport.Client]) {
        (realm, accessTokenLifespan, accessTokenLifespanForImplicitFlow) = (nil, nil, nil)
        self.clients = Attempts(values: clients)
    }
}

extension Attempts {
    fileprivate init(values: [Value]) { (self.values, failures) = (values, 0) }
}

extension ClientExport {
    mutating func add(_ export: KeycloakExport, _ file: String) {
        count(unreadable: export.failures, file)
        for realm in export.realms {
            count(unreadable: realm.clients.failures, file)
            let hasResourceServer = realm.clients.values.contains { $0.authorizationServicesEnabled == true }
            for client in realm.clients.values { add(client, realm, hasResourceServer) }
        }
    }

    private mutating func add(_ client: KeycloakExport.Client, _ realm: KeycloakExport.Realm, _ hasResourceServer: Bool)
    {
        if let name = client.protocol, name != "openid-connect" {
            return note(client.clientId, "left out, a client of another protocol")
        }
        if client.enabled == false { return note(client.clientId, "left out, because it is disabled") }
        var registered = RegisteredClient(clientID: client.clientId)
        registered.tenant = realm.realm
        registered.clientName = client.name.flatMap { $0.isEmpty || $0.hasPrefix("${") ? nil : $0 }
        registered.clientType = client.publicClient.map { $0 ? .public : .confidential }
        // Events of public clients name the method of confidential ones.
        if client.publicClient == false { registered.authMethods = client.authMethods }
        registered.grantTypes = client.grantTypes(hasResourceServer)
        if let scopes = client.defaultClientScopes {
            registered.scope = Set(scopes + (client.optionalClientScopes ?? []) + ["openid"])
        }
        registered.accessTokenLifetime = client.accessTokenLifetime(realm)
        if let uris = client.redirectUris {
            if let (whole, patterns) = client.resolved(uris) {
                registered.redirectURIs = whole
                if !patterns.isEmpty { registered.redirectURIPatterns = patterns }
            } else {
                note(client.clientId, "redirect URIs left out, because they depend on where the server is")
            }
        }
        clients.versions.append(registered)
    }
}

extension KeycloakExport.Client {
    fileprivate var authMethods: Set<String>? {
        switch clientAuthenticatorType {
        // The server takes the secret either way.
        case "client-secret": ["client_secret_basic", "client_secret_post"]
        case "client-jwt": ["private_key_jwt"]
        case "client-secret-jwt": ["client_secret_jwt"]
        case "client-x509": ["tls_client_auth"]
        default: nil
        }
    }

    /// The grant types that its switches allow; `nil` if the export has none of them.
    fileprivate func grantTypes(_ hasResourceServer: Bool) -> Set<String>? {
        let switches = [standardFlowEnabled, implicitFlowEnabled, directAccessGrantsEnabled, serviceAccountsEnabled]
        guard switches.contains(where: { $0 != nil }) else { return nil }
        if bearerOnly == true { return [] }
        var types: Set<String> = []
        func add(_ type: String, if isOn: Bool) { if isOn { types.insert(type) } }
        let name = "urn:ietf:params:oauth:grant-type:"
        add("authorization_code", if: standardFlowEnabled ?? true)
        add("password", if: directAccessGrantsEnabled ?? false)
        add(name + "device_code", if: attributes?.device == "true")
        add("urn:openid:params:grant-type:ciba", if: attributes?.ciba == "true")
        let hasUsers = !types.isEmpty
        add("implicit", if: implicitFlowEnabled ?? false)
        add("client_credentials", if: serviceAccountsEnabled ?? false)
        add(name + "token-exchange", if: attributes?.exchange == "true")
        // Whoever has a token may ask a resource server of the realm for permissions.
        add(name + "uma-ticket", if: hasResourceServer)
        let refreshes = hasUsers && attributes?.refresh != "false"
        add("refresh_token", if: refreshes || attributes?.refreshOfService == "true")
        return types
    }

    /// The client's own setting, else the realm's; for clients with the implicit flow the longer of two.
    fileprivate func accessTokenLifetime(_ realm: KeycloakExport.Realm) -> Int? {
        let own = attributes?.accessTokenLifespan.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        guard let usual = own ?? realm.accessTokenLifespan, usual > 0 else { return nil }
        guard implicitFlowEnabled == true else { return usual }
        return realm.accessTokenLifespanForImplicitFlow.map { max($0, usual) }
    }

    /// The URIs as the server compares them; `nil` if one of them is not known.
    ///
    /// A `*` at the end is a pattern, which includes the URI without its last slash; what begins with a slash stands
    /// behind the root URL.
    fileprivate func resolved(_ uris: [String]) -> (whole: Set<String>, patterns: Set<String>)? {
        var (whole, patterns) = (Set<String>(), Set<String>())
        for uri in uris {
            var uri = uri
            if uri.hasPrefix("/") {
                guard let root = rootUrl, root.contains("://") else { return nil }
                uri = (root.hasSuffix("/") ? String(root.dropLast()) : root) + uri
            }
            if uri.contains("${") || uri.isEmpty { return nil }
            guard uri.hasSuffix("*"), !uri.contains("?") else {
                whole.insert(uri)
                continue
            }
            if uri.dropLast().contains("*") { return nil }
            patterns.insert(uri)
            if uri.hasSuffix("/*"), uri.count > 2 { whole.insert(String(uri.dropLast(2))) }
        }
        return (whole, patterns)
    }
}
