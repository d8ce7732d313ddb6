// Stories of codes and refresh tokens.

import AuthEvents

extension Story {
    static let codes = [
        Story(
            title: "a code is issued and redeemed, its token refreshed",
            script: """
                0 issue c1 |
                2 redeem c1 -> r1 | code.state=issued code.redemptions=1 code.client_mismatch=false
                9 refresh r1 -> r2 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0 grant.context=same
                """
        ),
        Story(
            title: "a code is replayed without success from elsewhere",
            script: """
                0 redeem c1 -> r1 | code.state=unknown code.redemptions=1
                59.9 redeem c1 fails ip=cafe | code.state=redeemed code.redemptions=1 \
                code.seconds_since_redemption=59 code.client_mismatch=false code.context=different \
                family.rotations=0 grant.context=different
                """
        ),
        Story(
            title: "a code is replayed with success from the same place, twice",
            script: """
                0 redeem c1 -> r1 | code.state=unknown code.redemptions=1
                2 redeem c1 -> r2 | code.state=redeemed code.redemptions=2 code.seconds_since_redemption=2 \
                code.client_mismatch=false code.context=same family.rotations=0 grant.context=same
                5 redeem c1 | code.state=redeemed code.redemptions=3 code.seconds_since_redemption=5 \
                code.client_mismatch=false code.context=same family.rotations=0 grant.context=same
                """
        ),
        Story(
            title: "a code is presented by another client than it was issued to",
            script: """
                0 issue c1 client=app |
                1 redeem c1 fails client=evil | code.state=issued code.redemptions=0 code.client_mismatch=true
                2 redeem c1 client=evil -> r1 | code.state=issued code.redemptions=1 code.client_mismatch=true
                3 redeem c1 fails client=app | code.state=redeemed code.redemptions=1 \
                code.seconds_since_redemption=1 code.client_mismatch=false code.context=same family.rotations=0 \
                grant.context=same
                """
        ),
        Story(
            title: "the first redeemer counts where issue was not seen, and no client mismatches none",
            script: """
                0 redeem c1 client=app nowhere -> r1 | code.state=unknown code.redemptions=1
                1 redeem c1 fails client=evil | code.state=redeemed code.redemptions=1 \
                code.seconds_since_redemption=1 code.client_mismatch=true family.rotations=0
                2 redeem c1 fails client= | code.state=redeemed code.redemptions=1 code.seconds_since_redemption=2 \
                family.rotations=0
                """
        ),
        Story(
            title: "failures never change a code, and an event without code has no code fields",
            script: """
                0 redeem c1 fails | code.state=unknown code.redemptions=0
                1 redeem c1 fails | code.state=unknown code.redemptions=0
                2 issue c1 fails |
                3 redeem c1 maybe | code.state=unknown code.redemptions=0
                4 redeem fails |
                """
        ),
        Story(
            title: "the server's statement of a replay is no redemption",
            script: """
                0 redeem c1 -> r1 | code.state=unknown code.redemptions=1
                1 redeem c1 verdict=code_replay | code.state=redeemed code.redemptions=1 \
                code.seconds_since_redemption=1 code.client_mismatch=false code.context=same family.rotations=0 \
                grant.context=same
                """
        ),
        Story(
            title: "a late event does not turn time around",
            script: """
                10 redeem c1 -> r1 | code.state=unknown code.redemptions=1
                8 redeem c1 fails | code.state=unknown code.redemptions=0
                8 redeem c1 -> r2 | code.state=redeemed code.redemptions=2 code.seconds_since_redemption=0 \
                code.client_mismatch=false code.context=same family.rotations=0 grant.context=same
                """
        ),
    ]

    static let rotations = [
        Story(
            title: "a rotated token is presented after one and after two generations",
            script: """
                0 redeem c1 -> r1 | code.state=unknown code.redemptions=1
                100 refresh r1 -> r2 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0 grant.context=same
                130 refresh r1 fails ip=cafe | refresh_token.state=rotated refresh_token.seconds_since_rotation=30 \
                refresh_token.generations_behind=1 refresh_token.context=different \
                refresh_token.client_mismatch=false family.rotations=1 grant.context=different
                200 refresh r2 -> r3 agent=other | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=1 grant.context=different
                4300 refresh r1 fails client=evil | refresh_token.state=rotated \
                refresh_token.seconds_since_rotation=4200 refresh_token.generations_behind=2 \
                refresh_token.context=same refresh_token.client_mismatch=true family.rotations=2 \
                grant.context=different
                """
        ),
        Story(
            title: "a server that does not rotate",
            script: """
                0 redeem c1 -> r1 | code.state=unknown code.redemptions=1
                10 refresh r1 -> r1 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0 grant.context=same
                20 refresh r1 | refresh_token.state=active refresh_token.client_mismatch=false family.rotations=0 \
                grant.context=same
                """
        ),
        Story(
            title: "rotation is optional: an accepted old token is superseded, a refused one is rotated",
            traits: .rotationOptional,
            script: """
                0 redeem -> r1 |
                10 refresh r1 -> r2 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0 grant.context=same
                20 refresh r1 -> r3 | refresh_token.state=superseded refresh_token.seconds_since_rotation=10 \
                refresh_token.generations_behind=1 refresh_token.context=same refresh_token.client_mismatch=false \
                family.rotations=1 grant.context=same
                30 refresh r2 -> r4 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=2 grant.context=same
                40 refresh r3 -> r5 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=3 grant.context=same
                50 refresh r1 fails | refresh_token.state=rotated refresh_token.seconds_since_rotation=40 \
                refresh_token.generations_behind=2 refresh_token.context=same refresh_token.client_mismatch=false \
                family.rotations=4 grant.context=same
                """
        ),
        Story(
            title: "a token of unknown origin is remembered once it is accepted",
            script: """
                0 refresh r7 fails | refresh_token.state=unknown
                1 refresh r7 -> r8 scope=a asked=b | refresh_token.state=unknown
                2 refresh r8 -> r9 scope=a,b | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=1 grant.context=same
                3 refresh r7 fails | refresh_token.state=rotated refresh_token.seconds_since_rotation=2 \
                refresh_token.generations_behind=2 refresh_token.context=same refresh_token.client_mismatch=false \
                family.rotations=2 grant.context=same
                """
        ),
        Story(
            title: "a family is also found by the server's identifier",
            script: """
                0 redeem c1 family=f -> r1 | code.state=unknown code.redemptions=1
                1 refresh family=f fails ip=cafe | family.rotations=0 grant.context=different
                2 refresh family=f -> r2 | family.rotations=0 grant.context=same
                3 refresh r5 family=f -> r6 | refresh_token.state=unknown refresh_token.client_mismatch=false \
                family.rotations=1 grant.context=same
                4 refresh r5 fails | refresh_token.state=rotated refresh_token.seconds_since_rotation=1 \
                refresh_token.generations_behind=1 refresh_token.context=same refresh_token.client_mismatch=false \
                family.rotations=2 grant.context=same
                5 refresh family=g fails |
                """
        ),
        Story(
            title: "other grants begin families, too",
            script: """
                0 grant type=deviceCode scope=a -> r1 |
                1 grant type=clientCredentials |
                2 grant type=tokenExchange fails -> r2 |
                3 refresh r1 scope=a,b -> r3 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0 grant.scope_added=b grant.context=same
                4 refresh r2 fails | refresh_token.state=unknown
                """
        ),
        Story(
            title: "a replay that the server reports apart is not applied",
            script: """
                0 redeem c1 -> r1 | code.state=unknown code.redemptions=1
                1 refresh r1 -> r2 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0 grant.context=same
                2 refresh r1 verdict=refresh_reuse -> r3 | refresh_token.state=rotated \
                refresh_token.seconds_since_rotation=1 refresh_token.generations_behind=1 \
                refresh_token.context=same refresh_token.client_mismatch=false family.rotations=1 grant.context=same
                3 refresh r3 fails | refresh_token.state=unknown
                """
        ),
    ]

    static let forks = [
        Story(
            title: "both branches of a fork are used",
            script: """
                0 redeem c1 -> r1 | code.state=unknown code.redemptions=1
                1 refresh r1 -> r2 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0 grant.context=same
                2 refresh r1 -> r12 ip=cafe | refresh_token.state=rotated refresh_token.seconds_since_rotation=1 \
                refresh_token.generations_behind=1 refresh_token.context=different \
                refresh_token.client_mismatch=false family.live_branches=0 family.rotations=1 grant.context=different
                3 refresh r2 -> r3 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.live_branches=1 family.rotations=2 grant.context=different
                4 refresh r12 -> r13 ip=cafe | refresh_token.state=active refresh_token.client_mismatch=false \
                family.live_branches=2 family.rotations=3 grant.context=different
                5 refresh r3 -> r4 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.live_branches=2 family.rotations=4 grant.context=different
                6 refresh r1 fails | refresh_token.state=rotated refresh_token.seconds_since_rotation=5 \
                refresh_token.generations_behind=2 refresh_token.context=same refresh_token.client_mismatch=false \
                family.live_branches=2 family.rotations=5 grant.context=same
                7 refresh r2 fails | refresh_token.state=rotated refresh_token.seconds_since_rotation=4 \
                refresh_token.generations_behind=2 refresh_token.context=same refresh_token.client_mismatch=false \
                family.live_branches=2 family.rotations=5 grant.context=same
                """
        ),
        Story(
            title: "use before the fork and refused use after it do not count",
            script: """
                0 redeem c1 -> r1 | code.state=unknown code.redemptions=1
                1 refresh r1 -> r2 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0 grant.context=same
                2 refresh r2 -> r3 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=1 grant.context=same
                3 refresh r1 -> r12 | refresh_token.state=rotated refresh_token.seconds_since_rotation=2 \
                refresh_token.generations_behind=2 refresh_token.context=same refresh_token.client_mismatch=false \
                family.live_branches=0 family.rotations=2 grant.context=same
                4 refresh r3 fails | refresh_token.state=active refresh_token.client_mismatch=false \
                family.live_branches=0 family.rotations=3 grant.context=same
                5 refresh r12 -> r13 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.live_branches=1 family.rotations=3 grant.context=same
                6 refresh r13 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.live_branches=1 family.rotations=4 grant.context=same
                """
        ),
        Story(
            title: "a retry that gets the same successor again is no fork",
            script: """
                0 redeem c1 -> r1 | code.state=unknown code.redemptions=1
                1 refresh r1 -> r2 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0 grant.context=same
                2 refresh r1 -> r2 | refresh_token.state=rotated refresh_token.seconds_since_rotation=1 \
                refresh_token.generations_behind=1 refresh_token.context=same refresh_token.client_mismatch=false \
                family.rotations=1 grant.context=same
                3 refresh r2 -> r3 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=1 grant.context=same
                """
        ),
        Story(
            title: "a token exchanged three times leads to three branches",
            script: """
                0 redeem c1 -> r1 | code.state=unknown code.redemptions=1
                1 refresh r1 -> r2 nowhere | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0
                2 refresh r1 -> r12 nowhere | refresh_token.state=rotated refresh_token.seconds_since_rotation=1 \
                refresh_token.generations_behind=1 refresh_token.client_mismatch=false family.live_branches=0 \
                family.rotations=1
                3 refresh r1 -> r22 nowhere | refresh_token.state=rotated refresh_token.seconds_since_rotation=2 \
                refresh_token.generations_behind=1 refresh_token.client_mismatch=false family.live_branches=0 \
                family.rotations=2
                4 refresh r2 nowhere | refresh_token.state=active refresh_token.client_mismatch=false \
                family.live_branches=1 family.rotations=3
                5 refresh r12 nowhere | refresh_token.state=active refresh_token.client_mismatch=false \
                family.live_branches=2 family.rotations=3
                6 refresh r22 nowhere | refresh_token.state=active refresh_token.client_mismatch=false \
                family.live_branches=3 family.rotations=3
                7 refresh r22 nowhere | refresh_token.state=active refresh_token.client_mismatch=false \
                family.live_branches=3 family.rotations=3
                """
        ),
    ]
}
