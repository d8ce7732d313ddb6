// Name, type, needs and meaning of each derived field, in one table.

import AuthEvents
import ClientRegistry

struct DerivedFieldSpecification: Sendable {
    let name: String
    let type: DerivedFieldType
    let needs: [CanonicalField]
    var needsOneOf: [CanonicalField] = []
    var registryAttribute: RegistryAttribute?
    let meaning: String

    /// One row per ``DerivedField``, in order of raw value.
    static let all = code + refreshToken + family + grant + client

    private static let context = DerivedFieldType.word(ContextMatch.allCases.map(\.name))

    private static let code = [
        Self(
            name: "code.state",
            type: .word(CodeState.allCases.map(\.name)),
            needs: [.code],
            meaning: "State of the presented code before this event: `unknown` (never seen), `issued` or `redeemed`."
        ),
        Self(
            name: "code.redemptions",
            type: .number,
            needs: [.code],
            meaning: "Successful redemptions of this code, this event included if it is one."
        ),
        Self(
            name: "code.seconds_since_redemption",
            type: .number,
            needs: [.code],
            meaning: "Whole seconds since the first successful redemption; absent if there was none before."
        ),
        Self(
            name: "code.client_mismatch",
            type: .boolean,
            needs: [.code, .clientID],
            meaning: """
                Whether the code is presented by another client than the one it was issued to or, if that was not \
                seen, than its first redeemer; absent when unknown.
                """
        ),
        Self(
            name: "code.context",
            type: context,
            needs: [.code, .ip],
            meaning: """
                Network and user agent compared with the first successful redemption; absent if there was none \
                before or nothing can be compared.
                """
        ),
    ]

    private static let refreshToken = [
        Self(
            name: "refresh_token.state",
            type: .word(RefreshTokenState.allCases.map(\.name)),
            needs: [.refreshToken, .refreshTokenIssued],
            meaning: """
                State of the presented refresh token before this event: `unknown` (never seen), `active`, `rotated`, \
                `superseded` (a successor exists but rotation is optional and the server accepted it again) or \
                `revoked`.
                """
        ),
        Self(
            name: "refresh_token.seconds_since_rotation",
            type: .number,
            needs: [.refreshToken, .refreshTokenIssued],
            meaning: "Whole seconds since the token was exchanged for its first successor; absent if it was not."
        ),
        Self(
            name: "refresh_token.generations_behind",
            type: .number,
            needs: [.refreshToken, .refreshTokenIssued],
            meaning: """
                How many successors of the token exist along the newest line of descent, 1 being the direct \
                successor only; absent if it has none.
                """
        ),
        Self(
            name: "refresh_token.context",
            type: context,
            needs: [.refreshToken, .refreshTokenIssued, .ip],
            meaning: """
                Network and user agent compared with the request that exchanged the token; absent if it was not \
                exchanged or nothing can be compared.
                """
        ),
        Self(
            name: "refresh_token.client_mismatch",
            type: .boolean,
            needs: [.refreshToken, .clientID],
            meaning: "Whether the token is presented by another client than its family's; absent when unknown."
        ),
    ]

    private static let family = [
        Self(
            name: "family.live_branches",
            type: .number,
            needs: [.refreshToken, .refreshTokenIssued],
            meaning: """
                Branches of a forked family that were used after the fork, two or more meaning two holders; absent \
                unless forked, and where rotation is optional.
                """
        ),
        Self(
            name: "family.rotations",
            type: .number,
            needs: [.refreshToken, .refreshTokenIssued],
            meaning: "Rotations seen in the family before this event."
        ),
    ]

    private static let grant = [
        Self(
            name: "grant.scope_added",
            type: .words,
            needs: [.refreshToken, .scope],
            meaning: """
                Scope values that a refresh was granted, or asked for when it failed, beyond what the family was \
                created with (RFC 6749 §6); case-sensitive; absent when there are none or the creation was not seen.
                """
        ),
        Self(
            name: "grant.revoked_seconds_ago",
            type: .number,
            needs: [.refreshToken],
            meaning: "Whole seconds since the grant was revoked; absent if it was not."
        ),
        Self(
            name: "grant.context",
            type: context,
            needs: [.refreshToken, .ip],
            meaning: """
                Network and user agent compared with the last successful use of the grant; absent when nothing can \
                be compared.
                """
        ),
        Self(
            name: "grant.seconds_since_redemption",
            type: .number,
            needs: [.sid, .clientID],
            meaning: """
                Whole seconds since the last successful code redemption by this client in this session, for servers \
                that log no code identifier.
                """
        ),
        Self(
            name: "grant.code_refused",
            type: .boolean,
            needs: [.sid, .clientID],
            meaning: """
                `true` if a code redemption by this client in this session was refused within 60 seconds after a \
                successful one, before this event; otherwise absent.
                """
        ),
    ]
    private static let client = [
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
