// Stories of access tokens, users, sessions and clients.

extension Story {
    static let accessTokens = [
        Story(
            title: "an access token is used while it lives, after it expired, and after its grant was revoked",
            fields: Self.token.union(["grant.revoked_seconds_ago"]),
            script: """
                0 redeem c1 at=a1 lives=60 -> r1 |
                50 use at=a1 | access_token.state=active
                60 use at=a1 | access_token.state=active
                75 introspect at=a1 | access_token.state=expired access_token.seconds_since_expiry=15
                80 refresh r1 at=a2 lives=600 -> r2 |
                90 revoke r2 |
                91 introspect at=a2 | grant.revoked_seconds_ago=1 access_token.state=revoked
                92 use at=a3 |
                1209600 introspect at=a3 | access_token.state=unknown
                """
        ),
        Story(
            title: "revoking an access token alone leaves the others",
            fields: Self.token,
            script: """
                0 redeem c1 at=a1 -> r1 |
                1 refresh r1 at=a2 -> r2 |
                2 revoke at=a1 |
                3 use at=a1 | access_token.state=revoked
                4 use at=a2 | access_token.state=active
                """
        ),
        Story(
            title: "a token is exchanged for more than it was good for",
            fields: Self.token,
            script: """
                0 grant type=clientCredentials at=a1 scope=a,b lives=60 |
                1 exchange subject=a1 at=a2 scope=a | subject_token.state=active
                2 exchange subject=a1 at=a3 scope=a,c | subject_token.state=active subject_token.scope_added=c
                3 exchange fails subject=a1 asked=z | subject_token.state=active subject_token.scope_added=z
                99 exchange subject=a1 scope=a | subject_token.state=expired
                100 exchange subject=a9 scope=q |
                1209600 exchange subject=a9 scope=q | subject_token.state=unknown
                """
        ),
    ]

    private static let token: Set<String> = [
        "access_token.state", "access_token.seconds_since_expiry", "subject_token.state", "subject_token.scope_added",
    ]

    static let parties = [
        Story(
            title: "a user is disabled, gets tokens all the same, and is enabled again",
            fields: ["user.disabled_seconds_ago"],
            script: """
                0 redeem c1 user=ann -> r1 |
                10 disable user=ann |
                10 disable fails user=bob |
                40 refresh r1 user=ann -> r2 | user.disabled_seconds_ago=30
                41 redeem c2 user=bob -> r9 |
                50 enable user=ann |
                60 refresh r2 user=ann -> r3 |
                """
        ),
        Story(
            title: "a grant older than the change of the password goes on",
            fields: ["grant.credential_changed_seconds_ago"],
            script: """
                0 redeem c1 user=ann -> r1 |
                10 password user=ann |
                11 redeem c2 user=ann -> r2 |
                30 refresh r1 user=ann -> r3 | grant.credential_changed_seconds_ago=20
                31 refresh r2 user=ann -> r4 |
                32 refresh r3 -> r5 |
                """
        ),
        Story(
            title: "a session ends, is used, and begins again",
            fields: ["session.ended_seconds_ago"],
            script: """
                0 redeem c1 sid=s1 -> r1 |
                10 logout sid=s1 |
                15 refresh r1 sid=s1 -> r2 | session.ended_seconds_ago=5
                16 refresh r2 sid=s2 -> r3 |
                20 redeem c2 sid=s1 -> r9 | session.ended_seconds_ago=10
                25 refresh r9 sid=s1 -> r10 |
                """
        ),
        Story(
            title: "a client is deleted, used, and registered again",
            fields: ["client.deleted_seconds_ago"],
            script: """
                0 redeem c1 -> r1 |
                10 delete client=app |
                15 refresh r1 -> r2 | client.deleted_seconds_ago=5
                16 refresh r2 client=other -> r3 |
                20 register client=app |
                25 refresh r3 -> r4 |
                """
        ),
        Story(
            title: "user and client come back after days, and only success counts as being there",
            fields: ["user.idle_seconds", "client.idle_seconds"],
            script: """
                0 redeem c1 user=ann -> r1 |
                86399 refresh r1 user=ann fails |
                90000 refresh r1 user=ann -> r2 | user.idle_seconds=90000 client.idle_seconds=90000
                90001 refresh r2 user=ann -> r3 |
                176401 refresh r3 user=bob -> r4 | client.idle_seconds=86400
                """
        ),
    ]

    static let consents = [
        Story(
            title: "a grant goes beyond what the user agreed to, which is told once",
            fields: ["grant.scope_without_consent"],
            script: """
                0 consent user=ann scope=a,b |
                1 redeem c1 user=ann scope=a,b |
                2 redeem c2 user=old scope=q |
                1300000 redeem c3 user=ann scope=a,b,d | grant.scope_without_consent=d
                1300001 redeem c4 user=ann scope=d |
                1300002 redeem c5 user=old scope=q |
                1300003 redeem c6 user=new scope=a,b | grant.scope_without_consent=a,b
                1300004 consent user=ann scope=e |
                1300005 redeem c7 user=ann scope=e,a |
                1300006 redeem c8 user=ann client=other scope=z |
                """
        ),
        Story(
            title: "whoever agreed to what the log does not say has agreed to anything",
            fields: ["grant.scope_without_consent"],
            script: """
                0 consent user=ann |
                1300000 redeem c3 user=ann scope=a,b,d |
                1300001 refresh r1 user=bob scope=x |
                1300002 redeem c4 scope=x |
                """
        ),
    ]

    static let baselines = [
        Story(
            title: "a client is new only when the log has been seen for long",
            fields: ["baseline.client_first_seen"],
            script: """
                0 grant client=a |
                1209599 grant client=b |
                1209600 grant client=c fails |
                1209601 grant client=c | baseline.client_first_seen=true
                1209602 grant client=c |
                1209603 grant client=a |
                """
        ),
        Story(
            title: "networks, grant types, redirection URIs and scopes are new only for a client that is not",
            fields: [
                "baseline.network_first_seen", "baseline.grant_type_first_seen", "baseline.redirect_uri_first_seen",
                "baseline.scope_first_seen",
            ],
            script: """
                0 grant type=clientCredentials scope=a,b ip=n1 |
                5 grant type=clientCredentials scope=a ip=n2 |
                6 redeem c1 uri=u1 |
                1300000 grant type=clientCredentials scope=b,a ip=n1 |
                1300001 grant type=clientCredentials scope=b,d ip=n3 | baseline.network_first_seen=true \
                baseline.scope_first_seen=d
                1300002 grant type=password scope=d ip=n3 | baseline.grant_type_first_seen=true
                1300003 issue c2 uri=u2 ip=n9 | baseline.redirect_uri_first_seen=true
                1300004 redeem c2 uri=u2 ip=n1 |
                1300005 grant type=password client=new scope=z ip=n7 |
                """
        ),
    ]
}
