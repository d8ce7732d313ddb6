// Name, type, needs and meaning of each derived field, in one table.

import AuthEvents

struct DerivedFieldSpecification: Sendable {
    let name: String
    let type: DerivedFieldType
    let needs: [CanonicalField]
    let meaning: String

    /// One row per ``DerivedField``, in order of raw value.
    static let all = code + refreshToken + family + grant

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
}
