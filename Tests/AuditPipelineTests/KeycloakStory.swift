// Writes a story as the text log of a Keycloak server, with lines of other loggers in between.

import TestMaterial

/// Makes sessions and incidents; same seed, same lines.
struct KeycloakStory {
    private var generator: Numbers
    private var clock = StoryTime()
    private var lines: [StoryLine] = []
    private let start = StoryTime.monday + 8 * 3_600_000

    static let rules: Set<String> = [
        "refresh_token_reuse_other_context", "client_secret_guessing", "password_grant_used",
    ]

    /// Sessions over two hours, and one incident of each kind that the format can show.
    static func story(seed: UInt64) -> Story {
        var writer = KeycloakStory(seed: seed)
        for number in 0..<40 { writer.session(number) }
        writer.incidents()
        var lines = writer.lines.sorted { $0.time < $1.time }
        for place in stride(from: lines.count - 1, to: 0, by: -17) {
            lines.insert(Self.noise(lines[place - 1].time), at: place)
        }
        return Story(name: "keycloak, seed \(seed)", lines: lines, rules: rules)
    }

    /// A line of the server that is no event.
    static func noise(_ time: Int64) -> StoryLine {
        StoryLine(
            time: time,
            text: "\(StoryTime.plain(time)) INFO  [org.infinispan.CLUSTER] (main) cluster view changed"
        )
    }

    private init(seed: UInt64) { generator = Numbers(state: seed) }

    private mutating func add(
        _ seconds: Double,
        _ type: String,
        client: String,
        session: String,
        address: String,
        _ members: String
    ) {
        let time = clock.free(start + Int64(seconds * 1000))
        let level = type.hasSuffix("_ERROR") ? "WARN " : "DEBUG"
        lines.append(
            StoryLine(
                time: time,
                text:
                    #"\#(StoryTime.plain(time)) \#(level) [org.keycloak.events] (executor-thread-1) type="\#(type)", "#
                    + #"realmId="r", realmName="shop", clientId="\#(client)", userId="u-\#(session)", "#
                    + #"sessionId="\#(session)", ipAddress="\#(address)", \#(members)"#
            )
        )
    }

    private mutating func session(_ number: Int) {
        let client = ["shop", "mail", "wiki"][number % 3]
        let (session, address) = ("s-\(number)", "203.0.113.\(number + 1)")
        var seconds = Double.random(in: 0..<5000, using: &generator)
        add(
            seconds,
            "LOGIN",
            client: client,
            session: session,
            address: address,
            #"redirect_uri="https://\#(client).example.com/cb", code_id="\#(session)""#
        )
        seconds += 1
        add(
            seconds,
            "CODE_TO_TOKEN",
            client: client,
            session: session,
            address: address,
            #"grant_type="authorization_code", scope="openid email", refresh_token_id="k\#(number)-0", "#
                + #"code_id="\#(session)""#
        )
        for turn in 0..<Int.random(in: 1...4, using: &generator) {
            seconds += Double.random(in: 240..<600, using: &generator)
            add(
                seconds,
                "REFRESH_TOKEN",
                client: client,
                session: session,
                address: address,
                #"grant_type="refresh_token", scope="openid email", refresh_token_id="k\#(number)-\#(turn)", "#
                    + #"updated_refresh_token_id="k\#(number)-\#(turn + 1)""#
            )
        }
    }

    private mutating func incidents() {
        add(
            5800,
            "REFRESH_TOKEN_ERROR",
            client: "wiki",
            session: "s-2",
            address: "198.51.100.77",
            #"error="invalid_token", reason="Stale token", grant_type="refresh_token", refresh_token_id="k2-0""#
        )
        for attempt in 0..<25 {
            add(
                3000 + Double(attempt) * 19,
                "CLIENT_LOGIN_ERROR",
                client: "payroll",
                session: "null",
                address: "192.0.2.\(attempt % 3 + 1)",
                #"error="invalid_client_credentials", grant_type="client_credentials""#
            )
        }
        add(
            4000,
            "LOGIN",
            client: "legacy",
            session: "s-99",
            address: "203.0.113.99",
            #"grant_type="password", username="alice""#
        )
    }
}
