// Stories of codes compared with their authorization, and of what is wrong with a grant.

extension Story {
    static let authorizations = [
        Story(
            title: "a code is redeemed for the redirection URI, in the network and with the PKCE it was issued for",
            fields: Self.issue,
            script: """
                0 issue c1 uri=a ip=home challenge=true |
                7.9 redeem c1 uri=a ip=home | code.seconds_since_issue=7 code.redirect_uri_mismatch=false \
                code.challenge_present=true code.network_mismatch=false
                """
        ),
        Story(
            title: "a code is redeemed for another URI, elsewhere, without PKCE",
            fields: Self.issue,
            script: """
                0 issue c1 uri=a ip=home challenge=false |
                1 redeem c1 uri=b ip=cafe | code.seconds_since_issue=1 code.redirect_uri_mismatch=true \
                code.challenge_present=false code.network_mismatch=true
                """
        ),
        Story(
            title: "what either side does not say is not compared",
            fields: Self.issue,
            script: """
                0 issue c1 nowhere |
                1 redeem c1 uri=b ip=cafe | code.seconds_since_issue=1
                2 issue c2 uri=a ip=home |
                3 redeem c2 nowhere | code.seconds_since_issue=1
                4 redeem c3 uri=b |
                """
        ),
        Story(
            title: "addresses of servers and proxies are not the user's",
            fields: Self.issue,
            script: """
                0 issue c1 ip=home |
                1 redeem c1 ip=farm role=client_backend | code.seconds_since_issue=1
                2 issue c2 ip=edge role=proxy |
                3 redeem c2 ip=home | code.seconds_since_issue=1
                """
        ),
        Story(
            title: "a code is refused in one network and redeemed in another",
            fields: ["code.refused_network_mismatch"],
            script: """
                0 issue c1 ip=home |
                1 redeem c1 fails ip=cafe |
                2 redeem c1 ip=home | code.refused_network_mismatch=true
                3 issue c2 ip=home |
                4 redeem c2 fails ip=home |
                5 redeem c2 ip=home | code.refused_network_mismatch=false
                6 redeem c3 fails ip=cafe |
                7 redeem c3 ip=home |
                """
        ),
        Story(
            title: "a code is redeemed before the log says that it was issued",
            fields: ["code.state", "code.seconds_since_redemption", "code.seconds_since_issue"],
            script: """
                0 redeem c1 | code.state=unknown
                5 issue c1 | code.state=redeemed code.seconds_since_redemption=5
                6 issue c2 |
                7 issue c2 |
                """
        ),
    ]

    static let orphans = [
        Story(
            title: "a code is redeemed that nobody issued, once the log has shown how codes are issued",
            fields: ["code.orphan"],
            script: """
                0 redeem c1 |
                10 issue c2 |
                11 redeem c2 |
                12 redeem c3 |
                3700 redeem c4 fails |
                3701 redeem c5 | code.orphan=true
                3702 redeem c6 client=other |
                3703 issue c7 |
                3704 redeem c7 |
                """
        )
    ]

    private static let issue: Set<String> = [
        "code.seconds_since_issue", "code.redirect_uri_mismatch", "code.challenge_present", "code.network_mismatch",
        "code.refused_network_mismatch",
    ]

    static let incidents = [
        Story(
            title: "the server reports reuse, and the family lives on",
            fields: ["family.reuse_seconds_ago"],
            script: """
                0 redeem c1 -> r1 |
                100 refresh r1 -> r2 |
                500 refresh r1 fails verdict=refresh_reuse |
                560 refresh r2 -> r3 | family.reuse_seconds_ago=60
                """
        ),
        Story(
            title: "a retry of the same device is no reuse, one from elsewhere is",
            fields: ["family.reuse_seconds_ago"],
            script: """
                0 redeem c1 -> r1 |
                100 refresh r1 -> r2 |
                130 refresh r1 fails verdict=refresh_reuse |
                140 refresh r2 -> r3 |
                300 refresh r1 fails ip=cafe |
                310 refresh r3 -> r4 | family.reuse_seconds_ago=10
                """
        ),
        Story(
            title: "an old token that is refused where it was used is not taken for theft",
            fields: ["family.reuse_seconds_ago"],
            script: """
                0 redeem c1 -> r1 |
                100 refresh r1 -> r2 |
                900 refresh r1 fails |
                901 refresh r2 -> r3 |
                """
        ),
        Story(
            title: "a code is replayed from elsewhere, and its tokens live on",
            fields: ["grant.code_replayed_seconds_ago"],
            script: """
                0 redeem c1 -> r1 |
                30 redeem c1 fails ip=cafe |
                400 refresh r1 -> r2 | grant.code_replayed_seconds_ago=370
                """
        ),
        Story(
            title: "a client repeats its request, which is no replay unless it has success",
            fields: ["grant.code_replayed_seconds_ago"],
            script: """
                0 redeem c1 -> r1 |
                1 redeem c1 fails |
                9 refresh r1 -> r2 |
                10 redeem c1 -> r3 |
                12 refresh r2 -> r4 | grant.code_replayed_seconds_ago=2
                """
        ),
        Story(
            title: "a session tells which grant a replayed code belongs to",
            fields: ["grant.code_replayed_seconds_ago"],
            script: """
                0 redeem sid=s1 -> r1 |
                5 redeem sid=s1 fails verdict=code_replay ip=cafe |
                9 refresh r1 sid=s1 -> r2 | grant.code_replayed_seconds_ago=4
                """
        ),
        Story(
            title: "a family is old, idle, and presented by another user with another key",
            fields: [
                "family.age_seconds", "family.idle_seconds", "family.user_mismatch", "family.cnf_present",
                "family.cnf_mismatch",
            ],
            script: """
                0 redeem c1 user=ann cnf=k1 -> r1 |
                86399 refresh r1 user=ann cnf=k1 -> r2 | family.cnf_present=true
                200000 refresh r2 user=bob cnf=k2 -> r3 | family.age_seconds=200000 family.idle_seconds=113601 \
                family.user_mismatch=true family.cnf_present=true family.cnf_mismatch=true
                200001 refresh r3 -> r4 | family.age_seconds=200001 family.cnf_present=true
                """
        ),
        Story(
            title: "a token that became bound later was not always so",
            fields: ["family.cnf_present", "family.cnf_mismatch"],
            script: """
                0 redeem c1 -> r1 |
                1 refresh r1 cnf=k1 -> r2 |
                2 refresh r2 -> r3 | family.cnf_present=true
                """
        ),
    ]

    static let requestedScopes = [
        Story(
            title: "more is granted than the event says was asked for",
            fields: ["grant.scope_not_requested"],
            script: """
                0 grant scope=a,b asked=b,a,c |
                1 grant scope=a,z,b asked=a | grant.scope_not_requested=b,z
                2 grant scope=A asked=a | grant.scope_not_requested=A
                3 grant scope=a asked= |
                4 grant fails scope=a asked=b |
                5 redeem c9 scope=ab asked=a,b | grant.scope_not_requested=ab
                """
        ),
        Story(
            title: "more is granted than the authorization was for",
            fields: ["grant.scope_not_requested"],
            script: """
                0 issue c1 asked=a,b |
                1 redeem c1 scope=a,b,c | grant.scope_not_requested=c
                2 issue c2 asked=a,b |
                3 redeem c2 scope=b |
                4 issue c3 |
                5 redeem c3 scope=b |
                """
        ),
    ]
}
