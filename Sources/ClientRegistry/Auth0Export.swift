// Clients and client grants of an Auth0 tenant.
//
// Shape: https://auth0.com/docs/api/management/v2/clients/get-clients and …/client-grants/get-client-grants

/// A list of clients or of client grants, with or without totals.
struct Auth0Export: Decodable {
    /// A client; what is not listed here is not read.
    struct Client: Decodable {
        let clientID: String
        let name: String?
        let appType: String?
        let isGlobal: Bool?
        let callbacks: [String]?
        let grantTypes: [String]?
        let authMethod: String?
        let authMethods: AuthMethods?
        let refreshToken: RefreshToken?

        enum CodingKeys: String, CodingKey {
            case clientID = "client_id"
            case name, callbacks
            case appType = "app_type"
            case isGlobal = "global"
            case grantTypes = "grant_types"
            case authMethod = "token_endpoint_auth_method"
            case authMethods = "client_authentication_methods"
            case refreshToken = "refresh_token"
        }
    }

    /// Which methods there are; the credentials behind them are not read.
    struct AuthMethods: Decodable {
        let names: Set<String>

        private enum CodingKeys: String, CodingKey, CaseIterable {
            case privateKey = "private_key_jwt"
            case tls = "tls_client_auth"
            case selfSigned = "self_signed_tls_client_auth"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            names = Set(container.allKeys.map(\.rawValue))
        }
    }

    /// How long refresh tokens live.
    struct RefreshToken: Decodable {
        let lifetime: Int?
        let isEndless: Bool?
        let expires: String?

        enum CodingKeys: String, CodingKey {
            case lifetime = "token_lifetime"
            case isEndless = "infinite_token_lifetime"
            case expires = "expiration_type"
        }
    }

    /// What a client may ask of an API for itself.
    struct Grant: Decodable {
        let clientID: String
        let scope: [String]
        let audience: String

        enum CodingKeys: String, CodingKey {
            case clientID = "client_id"
            case scope, audience
        }
    }

    let clients: [Client]
    let grants: [Grant]
    let failures: Int

    private enum CodingKeys: String, CodingKey {
        case clients
        case grants = "client_grants"
    }

    private struct Element: Decodable {
        let grant: Grant?
        let client: Client?

        init(from decoder: any Decoder) throws {
            grant = try? Grant(from: decoder)
            client = grant == nil ? try Client(from: decoder) : nil
        }
    }

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: CodingKeys.self) {
            let key: CodingKeys = container.contains(.grants) ? .grants : .clients
            self.init(try container.decode(Attempts<Element>.self, forKey: key))
        } else {
            self.init(try Attempts<Element>(from: decoder))
        }
    }

    private init(_ elements: Attempts<Element>) {
        clients = elements.values.compactMap(\.client)
        grants = elements.values.compactMap(\.grant)
        failures = elements.failures
    }
}

extension ClientExport {
    mutating func add(_ export: Auth0Export, _ grants: [String: [Auth0Export.Grant]], _ file: String) {
        count(unreadable: export.failures, file)
        for client in export.clients {
            if client.isGlobal == true {
                note(client.clientID, "left out, because it stands for the tenant")
                continue
            }
            var registered = RegisteredClient(clientID: client.clientID)
            registered.clientName = client.name.flatMap { $0.isEmpty ? nil : $0 }
            registered.clientType = client.clientType
            registered.applicationType = client.appType.flatMap(Self.applicationType)
            let methods = client.authMethods?.names ?? []
            registered.authMethods = methods.isEmpty ? client.authMethod.map { [$0] } : methods
            registered.grantTypes = client.allowedGrantTypes
            if let token = client.refreshToken, token.isEndless == false, token.expires == "expiring" {
                registered.refreshTokenLifetime = token.lifetime
            }
            // Of users, any client may ask for any scope of an API.
            if registered.grantTypes == ["client_credentials"], !grants.isEmpty {
                registered.scope = Set((grants[client.clientID] ?? []).flatMap(\.scope))
            }
            if let callbacks = client.callbacks {
                if let (whole, patterns) = Self.sorted(callbacks.map(Self.withoutPlaceholder)) {
                    registered.redirectURIs = whole
                    if !patterns.isEmpty { registered.redirectURIPatterns = patterns }
                } else {
                    note(client.clientID, "redirect URIs left out, because one has several wildcards")
                }
            }
            clients.versions.append(registered)
        }
    }

    private static func applicationType(_ type: String) -> RegisteredClient.ApplicationType? {
        switch type {
        case "native": .native
        case "spa", "regular_web", "non_interactive": .web
        default: nil
        }
    }

    /// The name of an organization stands for any.
    private static func withoutPlaceholder(_ uri: String) -> String {
        uri.replacing("{organization_name}", with: "*")
    }
}

extension Auth0Export.Client {
    fileprivate var clientType: RegisteredClient.ClientType? {
        if let names = authMethods?.names, !names.isEmpty { return .confidential }
        if let authMethod { return authMethod == "none" ? .public : .confidential }
        return appType == "native" || appType == "spa" ? .public : nil
    }

    /// Events say `password` whichever way the password came.
    fileprivate var allowedGrantTypes: Set<String>? {
        guard let grantTypes else { return nil }
        let hasPassword = grantTypes.contains("http://auth0.com/oauth/grant-type/password-realm")
        return Set(grantTypes + (hasPassword ? ["password"] : []))
    }
}
