// Stories of scope, revocation and sessions.

import AuthEvents

extension Story {
    static let scopes = [
        Story(
            title: "narrowing and widening back to what was granted is legal",
            script: """
                0 redeem c1 -> r1 scope=write,read | code.state=unknown code.redemptions=1
                1 refresh r1 -> r2 scope=read | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0 grant.context=same
                2 refresh r2 -> r3 scope=read,write,read | refresh_token.state=active \
                refresh_token.client_mismatch=false family.rotations=1 grant.context=same
                3 refresh r3 -> r4 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=2 grant.context=same
                """
        ),
        Story(
            title: "scope is added on success and asked for on failure, as granted and as requested",
            script: """
                0 redeem c1 -> r1 asked=read | code.state=unknown code.redemptions=1
                1 refresh r1 fails asked=read,admin | refresh_token.state=active \
                refresh_token.client_mismatch=false family.rotations=0 grant.scope_added=admin grant.context=same
                2 refresh r1 fails scope=Read | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0 grant.scope_added=Read grant.context=same
                3 refresh r1 -> r2 scope=write,read,admin asked=read | refresh_token.state=active \
                refresh_token.client_mismatch=false family.rotations=0 grant.scope_added=admin,write \
                grant.context=same
                4 refresh r2 scope=read asked=root | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=1 grant.context=same
                5 refresh r2 asked=root | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=1 grant.scope_added=root grant.context=same
                6 refresh r2 scope=write,read,admin | refresh_token.state=active \
                refresh_token.client_mismatch=false family.rotations=1 grant.scope_added=admin,write \
                grant.context=same
                """
        ),
        Story(
            title: "without the scope of the grant nothing counts as added",
            script: """
                0 redeem c1 -> r1 | code.state=unknown code.redemptions=1
                1 refresh r1 scope=admin | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0 grant.context=same
                """
        ),
    ]

    static let revocations = [
        Story(
            title: "refreshes after revocation fail or, worse, succeed",
            script: """
                0 redeem c1 -> r1 | code.state=unknown code.redemptions=1
                1 refresh r1 -> r2 | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0 grant.context=same
                10 revoke r2 |
                12 refresh r2 fails | refresh_token.state=revoked refresh_token.client_mismatch=false \
                family.rotations=1 grant.revoked_seconds_ago=2 grant.context=same
                3000 refresh r2 -> r3 | refresh_token.state=revoked refresh_token.client_mismatch=false \
                family.rotations=1 grant.revoked_seconds_ago=2990 grant.context=same
                3001 revoke r3 |
                3002 refresh r3 fails | refresh_token.state=revoked refresh_token.client_mismatch=false \
                family.rotations=2 grant.revoked_seconds_ago=2992 grant.context=same
                3003 refresh r1 fails | refresh_token.state=revoked refresh_token.seconds_since_rotation=3002 \
                refresh_token.generations_behind=2 refresh_token.context=same refresh_token.client_mismatch=false \
                family.rotations=2 grant.revoked_seconds_ago=2993 grant.context=same
                3004 redeem c1 fails | code.state=redeemed code.redemptions=1 code.seconds_since_redemption=3004 \
                code.client_mismatch=false code.context=same family.rotations=2 grant.revoked_seconds_ago=2994 \
                grant.context=same
                """
        ),
        Story(
            title: "one access token, a logout and a refused revocation revoke no family",
            script: """
                0 redeem c1 sid=s -> r1 | code.state=unknown code.redemptions=1
                1 revoke at=a1 sid=s |
                2 logout sid=s |
                3 revoke r1 sid=s fails |
                4 refresh r1 | refresh_token.state=active refresh_token.client_mismatch=false family.rotations=0 \
                grant.context=same
                """
        ),
        Story(
            title: "a family is revoked by its identifier or by session and client",
            script: """
                0 redeem c1 family=f -> r1 | code.state=unknown code.redemptions=1
                1 redeem c2 sid=s -> r2 | code.state=unknown code.redemptions=1
                2 revoke family=f at=a1 maybe |
                3 revoke sid=s client=other |
                4 refresh r1 fails | refresh_token.state=revoked refresh_token.client_mismatch=false \
                family.rotations=0 grant.revoked_seconds_ago=2 grant.context=same
                5 refresh r2 | refresh_token.state=active refresh_token.client_mismatch=false family.rotations=0 \
                grant.context=same
                6 revoke sid=s |
                7 refresh r2 fails | refresh_token.state=revoked refresh_token.client_mismatch=false \
                family.rotations=0 grant.revoked_seconds_ago=1 grant.context=same
                """
        ),
        Story(
            title: "a new grant under the identifier of a revoked family is alive",
            script: """
                0 redeem c1 family=f -> r1 | code.state=unknown code.redemptions=1
                1 revoke family=f |
                2 redeem c2 family=f -> r2 | code.state=unknown code.redemptions=1
                3 refresh r2 family=f fails | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0 grant.context=same
                4 refresh r1 family=f fails | refresh_token.state=revoked refresh_token.client_mismatch=false \
                family.rotations=0 grant.revoked_seconds_ago=3 grant.context=same
                """
        ),
        Story(
            title: "a family's scope grows when a further grant joins it",
            script: """
                0 redeem c1 family=f scope=a -> r1 | code.state=unknown code.redemptions=1
                1 redeem c2 family=f scope=b -> r2 | code.state=unknown code.redemptions=1
                2 refresh r1 scope=c,b,a | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0 grant.scope_added=c grant.context=same
                """
        ),
    ]

    static let sessions = [
        Story(
            title: "a code the log does not identify is refused right after a redemption",
            traits: .rotationOptional,
            script: """
                0 redeem sid=s -> r1 |
                5 redeem sid=s -> r2 | grant.seconds_since_redemption=5
                65 redeem sid=s fails | family.rotations=0 grant.context=same grant.seconds_since_redemption=60
                66 redeem sid=s fails | family.rotations=0 grant.context=same grant.seconds_since_redemption=61 \
                grant.code_refused=true
                70 refresh r1 sid=s fails | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0 grant.context=same grant.seconds_since_redemption=65 grant.code_refused=true
                71 refresh sid=s fails client=other |
                """
        ),
        Story(
            title: "later refusals, other clients and other sessions do not count",
            traits: .rotationOptional,
            script: """
                0 redeem sid=s -> r1 |
                1 redeem sid=s fails client=other |
                2 redeem sid=t fails |
                61 redeem sid=s fails | family.rotations=0 grant.context=same grant.seconds_since_redemption=61
                62 refresh r1 sid=s | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0 grant.context=same grant.seconds_since_redemption=62
                """
        ),
        Story(
            title: "a redemption with a code leaves the session's fields out",
            script: """
                0 redeem c1 sid=s -> r1 | code.state=unknown code.redemptions=1
                1 refresh r1 sid=s | refresh_token.state=active refresh_token.client_mismatch=false \
                family.rotations=0 grant.context=same
                2 refresh sid=s ip=cafe | family.rotations=0 grant.context=different
                """
        ),
        Story(
            title: "a session leads to the family of an unknown token",
            script: """
                0 redeem sid=s scope=a -> r1 |
                1 refresh r5 sid=s scope=a,b -> r6 | refresh_token.state=unknown refresh_token.client_mismatch=false \
                family.rotations=0 grant.scope_added=b grant.context=same grant.seconds_since_redemption=1
                2 refresh r7 sid=t -> r8 | refresh_token.state=unknown
                3 revoke sid=t |
                4 refresh r8 fails | refresh_token.state=revoked refresh_token.client_mismatch=false \
                family.rotations=1 grant.revoked_seconds_ago=1 grant.context=same
                """
        ),
    ]
}
