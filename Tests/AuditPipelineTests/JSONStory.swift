// Writes a story in our own format.

import TestMaterial

/// Makes sessions and incidents; same seed, same lines.
struct JSONStory {
    private var generator: Numbers
    private var clock = StoryTime()
    private var lines: [StoryLine] = []
    private let start: Int64
    private let prefix: String

    static let rules: Set<String> = [
        "authorization_code_redeemed_twice", "authorization_code_replay_refused_other_context",
        "refresh_token_reuse_other_context", "refresh_token_reuse_accepted", "refresh_token_family_forked",
        "refresh_scope_beyond_grant_issued", "client_secret_guessing", "password_grant_used",
    ]

    /// Sessions over two hours of one day, and one incident of each kind; names begin with `prefix`.
    static func story(seed: UInt64, day: Int64 = 0, prefix: String = "") -> Story {
        var writer = JSONStory(seed: seed, start: StoryTime.monday + (day * 24 + 8) * 3_600_000, prefix: prefix)
        for number in 0..<50 { writer.session(number) }
        writer.incidents()
        let lines = writer.lines.sorted { $0.time < $1.time }
        return Story(name: "grantaudit-json, seed \(seed)", lines: lines, rules: rules)
    }

    private init(seed: UInt64, start: Int64, prefix: String) {
        generator = Numbers(state: seed)
        self.start = start
        self.prefix = prefix
    }

    /// A person at a place: what the members of an event have in common.
    private struct Holder {
        let client: String
        let address: String
        let agent: String

        var members: String { #""client_id":"\#(client)","ip":"\#(address)","user_agent":"\#(agent)""# }
    }

    private static let thief = (address: "198.51.100.77", agent: "curl/8.5.0")

    private func holder(_ number: Int) -> Holder {
        Holder(
            client: prefix + ["shop", "mail", "wiki", "console"][number % 4],
            address: "203.0.113.\(number % 250 + 1)",
            agent: "App/\(number % 5 + 1).0"
        )
    }

    private func stranger(_ owner: Holder) -> Holder {
        Holder(client: owner.client, address: Self.thief.address, agent: Self.thief.agent)
    }

    /// Adds an event `seconds` after the story's start.
    private mutating func add(_ seconds: Double, _ kind: String, _ holder: Holder, _ members: String) {
        let time = clock.free(start + Int64(seconds * 1000))
        let text = #"{"time":"\#(StoryTime.iso(time))","kind":"\#(kind)",\#(holder.members),\#(members)}"#
        lines.append(StoryLine(time: time, text: text))
    }

    private mutating func redeem(_ seconds: Double, _ holder: Holder, _ code: String, _ token: String) {
        add(
            seconds,
            "token.request",
            holder,
            #""outcome":"success","grant_type":"authorization_code","code_id":"\#(prefix)\#(code)","#
                + #""refresh_token_issued_id":"\#(prefix)\#(token)","scope":"openid orders""#
        )
    }

    private mutating func refresh(
        _ seconds: Double,
        _ holder: Holder,
        _ token: String,
        _ next: String,
        scope: String = "openid orders"
    ) {
        add(
            seconds,
            "token.request",
            holder,
            #""outcome":"success","grant_type":"refresh_token","refresh_token_id":"\#(prefix)\#(token)","#
                + #""refresh_token_issued_id":"\#(prefix)\#(next)","scope":"\#(scope)""#
        )
    }

    private mutating func refuse(_ seconds: Double, _ holder: Holder, _ members: String) {
        add(seconds, "token.request", holder, #""outcome":"failure","error":"invalid_grant",\#(members)"#)
    }

    /// A session as it should be.
    private mutating func session(_ number: Int) {
        let holder = holder(number)
        var seconds = Double.random(in: 0..<5000, using: &generator)
        add(
            seconds,
            "authorization.request",
            holder,
            #""response_type":"code","redirect_uri":"https://\#(holder.client).example.com/cb","#
                + #""code_challenge_present":true"#
        )
        seconds += Double.random(in: 2..<30, using: &generator)
        redeem(seconds, holder, "c\(number)", "r\(number)-0")
        for turn in 0..<Int.random(in: 2...5, using: &generator) {
            seconds += Double.random(in: 240..<600, using: &generator)
            refresh(seconds, holder, "r\(number)-\(turn)", "r\(number)-\(turn + 1)")
        }
    }

    private mutating func incidents() {
        let owner = holder(7)
        redeem(600, owner, "twice", "t0")
        redeem(1500, stranger(owner), "twice", "t1")
        // Quick ones, whose events may be written out of order.
        redeem(2000, owner, "quick", "q0")
        refuse(2001.4, stranger(owner), #""grant_type":"authorization_code","code_id":"\#(prefix)quick""#)
        refresh(2100, owner, "q0", "q1")
        refuse(2101.2, stranger(owner), #""grant_type":"refresh_token","refresh_token_id":"\#(prefix)q0""#)
        fork(holder(11))
        redeem(700, holder(13), "wide", "w0")
        refresh(1900, holder(13), "w0", "w1", scope: "openid orders admin")
        for attempt in 0..<25 {
            let payroll = Holder(client: prefix + "payroll", address: "192.0.2.\(attempt % 3 + 1)", agent: "curl/8.5.0")
            add(
                3000 + Double(attempt) * 19,
                "token.request",
                payroll,
                #""outcome":"failure","error":"invalid_client","grant_type":"client_credentials""#
            )
        }
        add(4000, "token.request", holder(3), #""outcome":"success","grant_type":"password","username":"alice""#)
    }

    /// A rotated token is accepted again long after, and both successors are used.
    private mutating func fork(_ owner: Holder) {
        redeem(800, owner, "forked", "f0")
        refresh(1000, owner, "f0", "f1")
        refresh(1300, stranger(owner), "f0", "g1")
        refresh(1700, owner, "f1", "f2")
        refresh(1800, stranger(owner), "g1", "g2")
    }
}
