// What is known of sessions, users and clients.

import AuthEvents

extension DerivedFieldSpecification {
    static let party = [
        Self(
            name: "session.ended_seconds_ago",
            type: .number,
            needs: [.sid],
            origins: [.sessionLogout],
            originNeeds: [.sid],
            meaning: "Whole seconds since the user signed out of the session; absent if that was not seen."
        ),
        Self(
            name: "user.disabled_seconds_ago",
            type: .number,
            needs: [],
            needsOneOf: [.sub, .username],
            origins: [.userDisable],
            meaning: """
                Whole seconds since the user's account was switched off or deleted; absent if it was not, or was switched \
                on again.
                """
        ),
        Self(
            name: "user.idle_seconds",
            type: .number,
            needs: [],
            needsOneOf: [.sub, .username],
            meaning: "Whole seconds since the user's last successful token request; absent for less than a day."
        ),
        Self(
            name: "user.travel_kmh",
            type: .number,
            needs: [.ip],
            needsOneOf: [.sub, .username],
            isAboutPlaces: true,
            meaning: """
                At a sign-in or an authorization: how fast the user would have had to travel from the one before, in \
                kilometres an hour; absent for less than 500 kilometres, and when one of the two places is unknown or a \
                proxy's.
                """
        ),
        Self(
            name: "client.deleted_seconds_ago",
            type: .number,
            needs: [.clientID],
            origins: [.clientDelete],
            originNeeds: [.clientID],
            meaning: "Whole seconds since the client was deleted; absent if it was not, or was registered again."
        ),
        Self(
            name: "client.idle_seconds",
            type: .number,
            needs: [.clientID],
            meaning: "Whole seconds since the client's last successful token request; absent for less than a day."
        ),
    ]

    static let baseline = [
        Self(
            name: "baseline.client_first_seen",
            type: .boolean,
            needs: [.clientID],
            isLearned: true,
            meaning: "`true` at the client's first successful token request; otherwise absent."
        ),
        Self(
            name: "baseline.network_first_seen",
            type: .boolean,
            needs: [.clientID, .ip],
            isLearned: true,
            meaning: """
                `true` at the client's first successful token request from this network; otherwise absent, as for new \
                clients and for clients with more than 16 networks.
                """
        ),
        Self(
            name: "baseline.grant_type_first_seen",
            type: .boolean,
            needs: [.clientID, .grantType],
            isLearned: true,
            meaning: """
                `true` at the client's first successful token request by this grant type; otherwise absent, as for new \
                clients.
                """
        ),
        Self(
            name: "baseline.redirect_uri_first_seen",
            type: .boolean,
            needs: [.clientID, .redirectURI],
            isLearned: true,
            meaning: """
                `true` when the client first gets a code or a token for this redirection URI; otherwise absent, as for \
                new clients and for clients with more than 64 of them.
                """
        ),
        Self(
            name: "baseline.scope_first_seen",
            type: .words,
            needs: [.clientID, .scope],
            isLearned: true,
            meaning:
                "Scope values that this client was never granted before; absent when there are none and for new clients."
        ),
        Self(
            name: "baseline.pkce_percent",
            type: .number,
            needs: [.clientID, .codeChallengePresent],
            isLearned: true,
            meaning: """
                At an authorization request without `code_challenge`: of 100 requests of the client before it, how many \
                had one, rounded down; absent before there were 50.
                """
        ),
        Self(
            name: "baseline.lifetime_factor",
            type: .number,
            needs: [.clientID, .expiresIn],
            isLearned: true,
            meaning: """
                How many times the longest `expires_in` that the client got before fits into this one, rounded down; \
                absent below 2, and before there were 50.
                """
        ),
        Self(
            name: "baseline.user_country_first_seen",
            type: .boolean,
            needs: [.ip],
            needsOneOf: [.sub, .username],
            isLearned: true,
            isAboutPlaces: true,
            meaning: """
                `true` at the user's first sign-in or authorization from this country; otherwise absent, as for new users.
                """
        ),
        Self(
            name: "baseline.rate_z",
            type: .number,
            needs: [.clientID],
            isLearned: true,
            meaning: """
                By how many spreads the client's token requests of this hour that ended like this one, up to this one, \
                exceed those of the same hour of the week in up to eight weeks before, rounded down; counts are \
                variance-stabilised, and the spread is pooled over the week. Absent below 3, below 20 requests an hour and \
                up to three times the median, and until four weeks were seen.
                """
        ),
        Self(
            name: "baseline.rate_log_z",
            type: .number,
            needs: [.clientID],
            isLearned: true,
            meaning: """
                The same by logarithms, which forgives clients whose rate is never steady; present only with \
                `baseline.rate_z`, from 1 on.
                """
        ),
    ]
}
