// Exports of servers become registries; what is secret in them stays behind.

import Testing

@testable import ClientRegistry

@Suite struct ClientExportTests {
    private func export(_ server: ClientExport.Server, _ texts: String...) throws -> ClientExport {
        try ClientExport(server, texts: texts.enumerated().map { ("export\($0.offset).json", $0.element) })
    }

    private static let realm = #"""
        {
          "realm": "shop", "accessTokenLifespan": 300, "accessTokenLifespanForImplicitFlow": 900,
          "components": { "keys": [{ "config": { "privateKey": ["SECRET-key"], "secret": ["SECRET-hmac"] } }] },
          "smtpServer": { "password": "SECRET-mail" },
          "users": [{ "username": "alice", "credentials": [{ "secretData": "SECRET-hash" }] }],
          "clients": [
            { "clientId": "account", "name": "${client_account}", "rootUrl": "${authBaseUrl}", "enabled": true,
              "publicClient": true, "standardFlowEnabled": true, "implicitFlowEnabled": false,
              "directAccessGrantsEnabled": false, "serviceAccountsEnabled": false, "protocol": "openid-connect",
              "redirectUris": ["/realms/shop/account/*"], "attributes": {} },
            { "clientId": "web", "name": "Web shop", "secret": "SECRET-client", "enabled": true,
              "rootUrl": "https://shop.example.com/", "publicClient": false, "bearerOnly": false,
              "clientAuthenticatorType": "client-secret", "standardFlowEnabled": true, "implicitFlowEnabled": false,
              "directAccessGrantsEnabled": true, "serviceAccountsEnabled": true, "protocol": "openid-connect",
              "registrationAccessToken": "SECRET-registration",
              "redirectUris": ["https://shop.example.com/cb", "/app/*", "https://old.example.com*"],
              "defaultClientScopes": ["profile", "email"], "optionalClientScopes": ["offline_access"],
              "attributes": { "access.token.lifespan": "60", "client.secret.rotated": "SECRET-rotated",
                "oauth2.device.authorization.grant.enabled": "true", "jwt.credential.certificate": "SECRET-pem" } },
            { "clientId": "service", "secret": "SECRET-service", "publicClient": false, "clientAuthenticatorType": "client-jwt",
              "standardFlowEnabled": false, "implicitFlowEnabled": true, "directAccessGrantsEnabled": false,
              "serviceAccountsEnabled": true, "authorizationServicesEnabled": true, "redirectUris": [],
              "attributes": { "use.refresh.tokens": "true", "standard.token.exchange.enabled": "true" } },
            { "clientId": "api", "bearerOnly": true, "publicClient": false, "standardFlowEnabled": true,
              "implicitFlowEnabled": false, "directAccessGrantsEnabled": false, "serviceAccountsEnabled": false },
            { "clientId": "old", "enabled": false },
            { "clientId": "https://saml.example.com/metadata", "protocol": "saml", "secret": "SECRET-saml" },
            { "name": "SECRET-nameless" }
          ]
        }
        """#

    @Test func readsARealmOfKeycloak() throws {
        let export = try export(.keycloak, Self.realm)
        #expect(
            RegistryText.yaml(export.clients) == """
                clients:
                  - client_id: account
                    tenant: shop
                    client_type: public
                    grant_types: [authorization_code, refresh_token, urn:ietf:params:oauth:grant-type:uma-ticket]
                    access_token_lifetime: 300
                  - client_id: api
                    tenant: shop
                    client_type: confidential
                    grant_types: []
                    access_token_lifetime: 300
                  - client_id: service
                    tenant: shop
                    client_type: confidential
                    token_endpoint_auth_method: private_key_jwt
                    redirect_uris: []
                    grant_types:
                      - client_credentials
                      - implicit
                      - urn:ietf:params:oauth:grant-type:token-exchange
                      - urn:ietf:params:oauth:grant-type:uma-ticket
                    access_token_lifetime: 900
                  - client_id: web
                    tenant: shop
                    client_name: Web shop
                    client_type: confidential
                    token_endpoint_auth_method: [client_secret_basic, client_secret_post]
                    redirect_uris: [https://shop.example.com/app, https://shop.example.com/cb]
                    redirect_uri_patterns: ["https://old.example.com*", "https://shop.example.com/app/*"]
                    grant_types:
                      - authorization_code
                      - client_credentials
                      - password
                      - refresh_token
                      - urn:ietf:params:oauth:grant-type:device_code
                      - urn:ietf:params:oauth:grant-type:uma-ticket
                    scope: email offline_access openid profile
                    access_token_lifetime: 60

                """
        )
        #expect(
            export.notes == [
                "export0.json: 1 entry is not readable as a client",
                "account: redirect URIs left out, because they depend on where the server is",
                "old: left out, because it is disabled",
                "https://saml.example.com/metadata: left out, a client of another protocol",
            ]
        )
        #expect(export.unreadable == 1)
    }

    @Test func readsClientsAndRealmsOfKeycloak() throws {
        let list = try export(.keycloak, #"[{"clientId": "a", "publicClient": true}, {"clientId": "b"}, 7]"#)
        #expect(list.clients.versions.map(\.clientID) == ["a", "b"] && list.unreadable == 1)
        #expect(list.clients.versions.allSatisfy { $0.tenant == nil && $0.grantTypes == nil && $0.redirectURIs == nil })
        let realms =
            #"[{"realm": "r", "clients": [{"clientId": "a"}]}, {"realm": "s", "clients": [{"clientId": "a"}]}]"#
        #expect(try export(.keycloak, realms).clients.versions.map(\.tenant) == ["r", "s"])
    }

    private static let auth0 = #"""
        [
          { "tenant": "acme", "global": true, "client_id": "g", "client_secret": "SECRET-global", "name": "All Applications" },
          { "client_id": "web1", "name": "Shop", "app_type": "regular_web", "client_secret": "SECRET-web",
            "callbacks": ["https://shop.example.com/cb", "https://*.example.org/cb", "https://{organization_name}.example.net/cb"],
            "grant_types": ["authorization_code", "refresh_token", "http://auth0.com/oauth/grant-type/password-realm"],
            "token_endpoint_auth_method": "client_secret_post",
            "signing_keys": [{ "cert": "SECRET-cert", "pkcs7": "SECRET-pkcs7" }], "encryption_key": { "pub": "SECRET-pub" },
            "jwt_configuration": { "lifetime_in_seconds": 36000, "secret_encoded": false },
            "refresh_token": { "expiration_type": "expiring", "token_lifetime": 2592000, "infinite_token_lifetime": false } },
          { "client_id": "spa1", "app_type": "spa", "callbacks": [], "token_endpoint_auth_method": "none",
            "refresh_token": { "expiration_type": "non-expiring", "token_lifetime": 31557600, "infinite_token_lifetime": true } },
          { "client_id": "m2m", "app_type": "non_interactive", "grant_types": ["client_credentials"],
            "client_authentication_methods": { "private_key_jwt": { "credentials": [{ "id": "SECRET-credential" }] } } },
          { "client_id": "many", "callbacks": ["https://*.*.example.org"] },
          { "client_secret": "SECRET-nameless" }
        ]
        """#

    private static let grants = #"""
        { "total": 2, "client_grants": [
          { "id": "1", "client_id": "m2m", "audience": "https://api.example.com", "scope": ["orders.read"] },
          { "id": "2", "client_id": "m2m", "audience": "https://other.example.com", "scope": ["read"] } ] }
        """#

    @Test func readsClientsOfAuth0() throws {
        let export = try export(.auth0, Self.auth0, Self.grants)
        #expect(
            RegistryText.yaml(export.clients) == """
                clients:
                  - client_id: m2m
                    client_type: confidential
                    application_type: web
                    token_endpoint_auth_method: private_key_jwt
                    grant_types: [client_credentials]
                    scope: orders.read read
                  - client_id: many
                  - client_id: spa1
                    client_type: public
                    application_type: web
                    token_endpoint_auth_method: none
                    redirect_uris: []
                  - client_id: web1
                    client_name: Shop
                    client_type: confidential
                    application_type: web
                    token_endpoint_auth_method: client_secret_post
                    redirect_uris: [https://shop.example.com/cb]
                    redirect_uri_patterns: ["https://*.example.net/cb", "https://*.example.org/cb"]
                    grant_types:
                      - authorization_code
                      - http://auth0.com/oauth/grant-type/password-realm
                      - password
                      - refresh_token
                    refresh_token_lifetime: 2592000

                """
        )
        #expect(export.unreadable == 1 && export.notes.count == 3)
        // Without the grants nothing is known of scopes.
        #expect(try self.export(.auth0, Self.auth0).clients.versions.allSatisfy { $0.scope == nil })
        let withTotals = try self.export(.auth0, #"{"total": 1, "clients": [{"client_id": "a"}]}"#)
        #expect(withTotals.clients.versions.map(\.clientID) == ["a"])
    }

    private static let okta = #"""
        [
          { "id": "0oa1", "name": "oidc_client", "label": "Shop", "status": "ACTIVE", "signOnMode": "OPENID_CONNECT",
            "credentials": { "oauthClient": { "client_id": "0oa1client", "client_secret": "SECRET-okta",
              "token_endpoint_auth_method": "client_secret_basic" } },
            "settings": { "oauthClient": { "redirect_uris": ["https://shop.example.com/cb", "https://*.example.org/cb"],
              "grant_types": ["authorization_code", "refresh_token"], "application_type": "web",
              "jwks": { "keys": [{ "d": "SECRET-private" }] } } } },
          { "id": "0oa2", "label": "Phone", "status": "ACTIVE", "signOnMode": "OPENID_CONNECT",
            "credentials": { "oauthClient": { "token_endpoint_auth_method": "none" } },
            "settings": { "oauthClient": { "redirect_uris": ["com.example.app:/cb"], "application_type": "native" } } },
          { "id": "0oa3", "label": "Mail", "status": "ACTIVE", "signOnMode": "SAML_2_0" },
          { "id": "0oa4", "label": "Old", "status": "INACTIVE", "signOnMode": "OPENID_CONNECT" },
          { "client_id": "dyn", "client_secret": "SECRET-dyn", "client_name": "Dynamic", "application_type": "browser",
            "token_endpoint_auth_method": "none", "redirect_uris": [], "grant_types": ["implicit"] },
          { "client_secret": "SECRET-nameless" }
        ]
        """#

    @Test func readsApplicationsOfOkta() throws {
        let export = try export(.okta, Self.okta)
        #expect(
            RegistryText.yaml(export.clients) == """
                clients:
                  - client_id: "0oa1client"
                    client_name: Shop
                    client_type: confidential
                    application_type: web
                    token_endpoint_auth_method: client_secret_basic
                    redirect_uris: [https://shop.example.com/cb]
                    redirect_uri_patterns: ["https://*.example.org/cb"]
                    grant_types: [authorization_code, refresh_token]
                  - client_id: "0oa2"
                    client_name: Phone
                    client_type: public
                    application_type: native
                    token_endpoint_auth_method: none
                    redirect_uris: [com.example.app:/cb]
                  - client_id: dyn
                    client_name: Dynamic
                    client_type: public
                    application_type: web
                    token_endpoint_auth_method: none
                    redirect_uris: []
                    grant_types: [implicit]

                """
        )
        #expect(
            export.notes == [
                "export0.json: 1 entry is not readable as a client",
                "Mail: left out, an application of another protocol", "Old: left out, because it is not active",
            ]
        )
    }

    /// What is in no member that a registry has never comes out, whatever it is called and wherever it stands.
    @Test(arguments: ClientExport.Server.allCases) func secretsStayBehind(_ server: ClientExport.Server) throws {
        let text = [.keycloak: Self.realm, .auth0: Self.auth0, .okta: Self.okta][server] ?? ""
        // Behind each of the objects' opening braces stands one more secret.
        let seeded = text.split(separator: "{ \"").enumerated().map { place, part in
            place == 0 ? String(part) : "{ \"private\(place)\": \"SECRET-\(place)\", \"" + part
        }.joined()
        for text in [text, seeded] {
            #expect(text.matches(of: /SECRET/).count >= 4)
            let export = try export(server, text)
            #expect(export.clients.versions.count >= 3)
            let said = RegistryText.yaml(export.clients) + export.notes.joined() + "\(export)"
            #expect(!said.contains("SECRET"))
            let file = RegistryFile(parsing: RegistryText.yaml(export.clients), file: "f")
            #expect(file.isUsable && file.clients.versions == export.clients.sorted, "\(file.remarks)")
        }
    }

    @Test(
        arguments: [
            (.keycloak, "SECRET{", "export0.json: the file is no JSON"),
            (.keycloak, #""SECRET""#, "export0.json: the file is no export of clients"),
            (.auth0, #"{"clients": "SECRET"}"#, "export0.json: 'clients' is not what an export has there"),
            (.auth0, #"{"SECRET": 1}"#, "export0.json: the file is no export of clients"),
            (.okta, #"{"a": "SECRET"}"#, "export0.json: the file is no export of clients"),
        ] as [(ClientExport.Server, String, String)]
    )
    func saysWhyAFileIsNoExport(_ server: ClientExport.Server, _ text: String, _ expected: String) {
        #expect { _ = try export(server, text) } throws: { "\($0)" == expected }
        #expect(throws: ClientExport.Problem.self) { try ClientExport(server, paths: ["/nonexistent"]) }
    }
}
