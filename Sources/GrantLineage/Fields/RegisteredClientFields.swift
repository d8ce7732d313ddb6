// What the client registry says of a client.

import AuthEvents
import ClientRegistry

extension DerivedFieldSpecification {
    static let client = [
        Self(
            name: "client.registered",
            type: .boolean,
            needs: [.clientID],
            registryAttribute: .client,
            meaning: """
                Whether the client registry has the client as of the event; absent for times, issuers and tenants that \
                it does not cover, as are the other `client.*` fields.
                """
        ),
        Self(
            name: "client.type",
            type: .word(["confidential", "public"]),
            needs: [.clientID],
            registryAttribute: .clientType,
            meaning: "Whether the client can keep a secret (RFC 6749 §2.1); absent when the registry does not say."
        ),
        Self(
            name: "client.redirect_uri_registered",
            type: .boolean,
            needs: [.clientID, .redirectURI],
            registryAttribute: .redirectURIs,
            meaning: """
                Whether `redirect_uri` is, as a whole text, one of the client's (RFC 9700 §2.1), but for the port of \
                loopback URIs of native applications (RFC 8252 §7.3), or fits one of its patterns; absent when the \
                registry does not say.
                """
        ),
        Self(
            name: "client.grant_type_registered",
            type: .boolean,
            needs: [.clientID, .grantType],
            registryAttribute: .grantTypes,
            meaning: "Whether `grant_type` is one of the client's; absent when the registry does not say."
        ),
        Self(
            name: "client.scope_not_registered",
            type: .words,
            needs: [.clientID],
            needsOneOf: [.scope, .scopeRequested],
            registryAttribute: .scope,
            meaning: """
                Scope values granted, or asked for when the request failed or the log does not say what was granted, \
                that are none of the client's; case-sensitive (RFC 6749 §3.3); absent when there are none or the \
                registry does not say.
                """
        ),
        Self(
            name: "client.network_registered",
            type: .boolean,
            needs: [.clientID, .ip],
            registryAttribute: .networks,
            meaning: """
                Whether a request that the client makes itself, such as a token request, comes from one of its \
                networks; absent for requests of browsers, where `ip_role` is `user_agent` or `proxy`, and when the \
                registry does not say.
                """
        ),
        Self(
            name: "client.auth_method_registered",
            type: .boolean,
            needs: [.clientID, .clientAuthMethod],
            registryAttribute: .authMethods,
            meaning: "Whether `client_auth_method` is one of the client's; absent when the registry does not say."
        ),
        Self(
            name: "client.access_token_lifetime_exceeded",
            type: .boolean,
            needs: [.clientID, .expiresIn],
            registryAttribute: .accessTokenLifetime,
            meaning: """
                Whether `expires_in` is more than the lifetime registered for the client's access tokens; absent when \
                the registry does not say.
                """
        ),
    ]
}
