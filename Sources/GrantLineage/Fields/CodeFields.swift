// What is known of authorization codes.

import AuthEvents

extension DerivedFieldSpecification {
    static let code = [
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
        Self(
            name: "code.seconds_since_issue",
            type: .number,
            needs: [.code],
            origins: [.authorizationResponse],
            originNeeds: [.code],
            meaning: "Whole seconds since the presented code was issued; absent if that was not seen."
        ),
        Self(
            name: "code.redirect_uri_mismatch",
            type: .boolean,
            needs: [.code, .redirectURI],
            origins: [.authorizationResponse],
            originNeeds: [.code, .redirectURI],
            meaning: """
                Whether `redirect_uri` is, as a text, another one than the code was issued for (RFC 6749 §4.1.3); absent \
                when one of the two is unknown.
                """
        ),
        Self(
            name: "code.challenge_present",
            type: .boolean,
            needs: [.code],
            origins: [.authorizationResponse],
            originNeeds: [.code, .codeChallengePresent],
            meaning: """
                Whether the presented code was asked for with a `code_challenge` (RFC 7636 §4.3); absent when its issue \
                was not seen or did not say.
                """
        ),
        Self(
            name: "code.network_mismatch",
            type: .boolean,
            needs: [.code, .ip],
            origins: [.authorizationResponse],
            originNeeds: [.code, .ip],
            meaning: """
                Whether the code is presented from another network than the one it was issued to; absent when one of the \
                two is unknown or belongs to a client's server or a proxy, as `ip_role` says.
                """
        ),
        Self(
            name: "code.refused_network_mismatch",
            type: .boolean,
            needs: [.code, .ip],
            origins: [.authorizationResponse],
            originNeeds: [.code],
            meaning: """
                Whether this code was refused before, unredeemed, when it was presented from another network; absent if \
                it was not refused or its issue was not seen.
                """
        ),
        Self(
            name: "code.orphan",
            type: .boolean,
            needs: [.code, .clientID],
            origins: [.authorizationResponse],
            originNeeds: [.code, .clientID],
            meaning: """
                `true` if a code is redeemed with success that was never seen being issued, although the log has shown for \
                an hour or longer how codes of this client are issued; otherwise absent.
                """
        ),
        Self(
            name: "code.country_mismatch",
            type: .boolean,
            needs: [.code, .ip],
            origins: [.authorizationResponse],
            originNeeds: [.code, .ip],
            isAboutPlaces: true,
            meaning: """
                Whether the code is presented from another country than it was issued to; absent when one of the two is \
                unknown or belongs to a client's server or a proxy, as `ip_role` says.
                """
        ),
    ]
}
