// What is known of grants and the access tokens they led to.

import AuthEvents

extension DerivedFieldSpecification {
    static let grant = [
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
        Self(
            name: "grant.scope_not_requested",
            type: .words,
            needs: [.scope, .scopeRequested],
            meaning: """
                Scope values granted although they were not asked for: by the event itself or, where it does not say, by \
                the authorization that the code comes from (RFC 6749 §3.3); case-sensitive; absent when there are none but \
                those for the user's claims (OpenID Connect Core §5.4), nothing was asked for by name, or that is unknown.
                """
        ),
        Self(
            name: "grant.scope_without_consent",
            type: .words,
            needs: [.clientID, .scope],
            needsOneOf: [.sub, .username],
            origins: [.consentGrant],
            originNeeds: [.clientID],
            isLearned: true,
            meaning: """
                Scope values of a new grant to which the user has neither agreed nor had them granted to this client before; \
                absent when there are none but those for the user's claims, and for clients to which nobody was ever seen \
                agreeing.
                """
        ),
        Self(
            name: "grant.code_replayed_seconds_ago",
            type: .number,
            needs: [.refreshToken],
            needsOneOf: [.code, .sid],
            meaning: """
                Whole seconds since the authorization code of the grant was first presented again, with success or from \
                elsewhere, so that its tokens ought to be revoked (RFC 6749 §4.1.2).
                """
        ),
        Self(
            name: "grant.credential_changed_seconds_ago",
            type: .number,
            needs: [.refreshToken],
            needsOneOf: [.sub, .username],
            origins: [.userCredential],
            meaning: """
                Whole seconds since the user's credentials were changed or reset, if the grant is older than that; \
                otherwise absent.
                """
        ),
    ]

    static let accessToken = [
        Self(
            name: "access_token.state",
            type: .word(AccessTokenState.allCases.map(\.name)),
            needs: [.accessToken],
            origins: [.tokenRequest],
            originNeeds: [.accessToken],
            meaning: """
                State of the access token that is used or introspected: `unknown` (never seen being issued, although the \
                log was followed for longer than tokens are remembered), `active`, `expired` or `revoked` (it or its \
                grant).
                """
        ),
        Self(
            name: "access_token.seconds_since_expiry",
            type: .number,
            needs: [.accessToken],
            origins: [.tokenRequest],
            originNeeds: [.accessToken, .expiresIn],
            meaning: "Whole seconds since the access token's lifetime was over; absent if it was not, or is unknown."
        ),
        Self(
            name: "subject_token.state",
            type: .word(AccessTokenState.allCases.map(\.name)),
            needs: [.subjectToken],
            origins: [.tokenRequest],
            originNeeds: [.accessToken],
            meaning: "State of the token exchanged (RFC 8693 §2.1), as in `access_token.state`."
        ),
        Self(
            name: "subject_token.scope_added",
            type: .words,
            needs: [.subjectToken, .scope],
            origins: [.tokenRequest],
            originNeeds: [.accessToken, .scope],
            meaning: """
                Scope values that an exchange was granted, or asked for when it failed, beyond those of the token \
                exchanged; absent when there are none or its issue was not seen.
                """
        ),
    ]
}
