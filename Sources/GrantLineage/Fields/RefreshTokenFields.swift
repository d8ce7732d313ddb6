// What is known of refresh tokens and their families.

import AuthEvents

extension DerivedFieldSpecification {
    static let refreshToken = [
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

    static let family = [
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
        Self(
            name: "family.age_seconds",
            type: .number,
            needs: [],
            needsOneOf: [.refreshToken, .family, .sid],
            meaning:
                "Whole seconds since the family was first seen, so at least its age; absent before the first day is over."
        ),
        Self(
            name: "family.idle_seconds",
            type: .number,
            needs: [],
            needsOneOf: [.refreshToken, .family, .sid],
            meaning: "Whole seconds since a token of the family was last used with success; absent for less than a day."
        ),
        Self(
            name: "family.reuse_seconds_ago",
            type: .number,
            needs: [.refreshToken],
            meaning: """
                Whole seconds since a refresh token of the family was first refused as used before: by the server's own \
                statement, or from another network or software more than a minute after its rotation (RFC 9700 \
                §4.14.2); a retry of the same device within a minute does not count.
                """
        ),
        Self(
            name: "family.user_mismatch",
            type: .boolean,
            needs: [.refreshToken],
            needsOneOf: [.sub, .username],
            meaning: """
                `true` if the event names another user than the family's (OpenID Connect Core §12.2); otherwise absent.
                """
        ),
        Self(
            name: "family.cnf_present",
            type: .boolean,
            needs: [.refreshToken, .cnf],
            meaning: """
                `true` if a token of the family was bound to a key before (RFC 9449 §5, RFC 8705 §3), as its `cnf` said; \
                otherwise absent.
                """
        ),
        Self(
            name: "family.cnf_mismatch",
            type: .boolean,
            needs: [.refreshToken, .cnf],
            meaning: "`true` if `cnf` is another key than the one the family was bound to; otherwise absent."
        ),
    ]
}
