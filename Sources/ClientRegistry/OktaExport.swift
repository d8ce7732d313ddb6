// OpenID Connect applications of an Okta organization.
//
// Shape: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/; clients of the
// registration API have the names of RFC 7591.

/// A list of applications, or of clients.
struct OktaExport: Decodable {
    /// What both lists say of a client; what is not listed here is not read.
    struct Client: Decodable {
        let clientID: String?
        let clientName: String?
        let authMethod: String?
        let applicationType: String?
        let redirectURIs: [String]?
        let grantTypes: [String]?

        enum CodingKeys: String, CodingKey {
            case clientID = "client_id"
            case clientName = "client_name"
            case authMethod = "token_endpoint_auth_method"
            case applicationType = "application_type"
            case redirectURIs = "redirect_uris"
            case grantTypes = "grant_types"
        }
    }

    /// An application, whose client is in two parts.
    struct Application: Decodable {
        struct Part: Decodable {
            let oauthClient: Client?
        }

        let id: String
        let label: String?
        let status: String?
        let signOnMode: String
        let credentials: Part?
        let settings: Part?
    }

    let applications: [Application]
    let clients: [Client]
    let failures: Int

    private struct Element: Decodable {
        let application: Application?
        let client: Client?

        init(from decoder: any Decoder) throws {
            application = try? Application(from: decoder)
            client = application == nil ? try Client(from: decoder) : nil
            if application == nil, client?.clientID == nil {
                throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no client"))
            }
        }
    }

    init(from decoder: any Decoder) throws {
        let elements = try Attempts<Element>(from: decoder)
        applications = elements.values.compactMap(\.application)
        clients = elements.values.compactMap(\.client)
        failures = elements.failures
    }
}

extension ClientExport {
    mutating func add(_ export: OktaExport, _ file: String) {
        count(unreadable: export.failures, file)
        for application in export.applications {
            let name = application.label ?? application.id
            guard application.signOnMode == "OPENID_CONNECT" else {
                note(name, "left out, an application of another protocol")
                continue
            }
            guard application.status ?? "ACTIVE" == "ACTIVE" else {
                note(name, "left out, because it is not active")
                continue
            }
            let (credentials, settings) = (application.credentials?.oauthClient, application.settings?.oauthClient)
            // Without one of its own, a client is known by the application's identifier.
            add(
                credentials?.clientID ?? application.id,
                name: application.label,
                method: credentials?.authMethod,
                settings
            )
        }
        for client in export.clients {
            add(client.clientID ?? "", name: client.clientName, method: client.authMethod, client)
        }
    }

    private mutating func add(_ clientID: String, name: String?, method: String?, _ settings: OktaExport.Client?) {
        var registered = RegisteredClient(clientID: clientID)
        registered.clientName = name.flatMap { $0.isEmpty ? nil : $0 }
        registered.clientType = method.map { $0 == "none" ? .public : .confidential }
        registered.authMethods = method.map { [$0] }
        registered.grantTypes = settings?.grantTypes.map { Set($0) }
        switch settings?.applicationType {
        case "native": registered.applicationType = .native
        case "web", "browser", "service": registered.applicationType = .web
        default: break
        }
        if let uris = settings?.redirectURIs {
            if let (whole, patterns) = Self.sorted(uris) {
                registered.redirectURIs = whole
                if !patterns.isEmpty { registered.redirectURIPatterns = patterns }
            } else {
                note(clientID, "redirect URIs left out, because one has several wildcards")
            }
        }
        clients.versions.append(registered)
    }
}
