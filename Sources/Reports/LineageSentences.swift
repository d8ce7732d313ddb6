// Sentences about where codes, tokens and grants come from, made of the fields that lineage adds to events.

import Detections

/// Tells what lineage knew when an event came.
struct LineageSentences {
    /// The sentences, from the code over refresh token and family to grant and client; then all others by name.
    let sentences: [String]

    /// Told from the fields of one event; `meanings` say what derived fields mean that have no sentence here.
    init(_ fields: [NamedValue], meanings: [String: String]) {
        let values = Dictionary(fields.map { ($0.name, $0.value) }) { first, _ in first }
        var teller = LineageTeller(values)
        teller.tellCode()
        teller.tellRefreshToken()
        teller.tellGrant()
        for (name, sentence) in Self.single {
            if let value = values[name], let text = sentence(value) { teller.tell(text, by: [name]) }
        }
        for field in fields where !teller.told.contains(field.name) {
            guard let meaning = meanings[field.name] else { continue }
            teller.tell(
                "\(field.name) is \(StoryWords.shown(field.value)), which means: \(meaning)",
                by: [field.name]
            )
        }
        sentences = teller.sentences
    }

    private typealias Sentence = @Sendable (String) -> String?

    /// Fields that are told by themselves, in the order in which they are told.
    private static let single: [(name: String, sentence: Sentence)] =
        code + tokens + family + grant + parties + usual + registry

    private static let code: [(name: String, sentence: Sentence)] = [
        ("code.seconds_since_issue", after("The code had been issued * before.")),
        (
            "code.redirect_uri_mismatch",
            flag("The code was issued for another redirection URI.", "The redirection URI is the one of the code.")
        ),
        (
            "code.challenge_present",
            flag("The code had been asked for with a code challenge (PKCE).", "The code had no code challenge (PKCE).")
        ),
        (
            "code.network_mismatch",
            flag("The code had been issued to another network.", "The code had been issued to the same network.")
        ),
        (
            "code.country_mismatch",
            flag("The code had been issued to another country.", "The code had been issued to the same country.")
        ),
        (
            "code.refused_network_mismatch",
            flag(
                "The code had been refused before, when it came from another network.",
                "The code had been refused before, when it came from the same network."
            )
        ),
        ("code.orphan", flag("The code was never seen being issued, although this log shows how codes are issued.")),
    ]

    private static let tokens: [(name: String, sentence: Sentence)] = [
        ("access_token.state", { tokenStates[$0].map { "The access token \($0)." } }),
        ("access_token.seconds_since_expiry", after("The access token's time had been over for *.")),
        ("subject_token.state", { tokenStates[$0].map { "The token exchanged \($0)." } }),
        (
            "subject_token.scope_added",
            { "This is scope that the token exchanged did not have: \(StoryWords.shown(words: $0))." }
        ),
    ]

    private static let tokenStates = [
        "unknown": "was never seen being issued", "active": "was valid", "expired": "had expired",
        "revoked": "had been revoked",
    ]

    private static let family: [(name: String, sentence: Sentence)] = [
        (
            "family.live_branches",
            { "The token family has split: \(StoryWords.shown($0)) branches were used after that, by as many holders." }
        ),
        (
            "family.rotations",
            { "The token family had been rotated \($0 == "1" ? "once" : StoryWords.shown($0) + " times") before." }
        ),
        ("family.age_seconds", after("The token family was at least * old.")),
        ("family.idle_seconds", after("The token family had not been used for *.")),
        (
            "family.reuse_seconds_ago",
            after("* before, an old token of the family had been presented again: two parties may hold it.")
        ),
        ("family.user_mismatch", flag("The token family belongs to another user.")),
        ("family.cnf_present", flag("The token family had been bound to a key before.")),
        ("family.cnf_mismatch", flag("The key is another one than the token family was bound to.")),
    ]

    private static let grant: [(name: String, sentence: Sentence)] = [
        (
            "grant.scope_added",
            { "This is scope that was not granted at the beginning: \(StoryWords.shown(words: $0))." }
        ),
        (
            "grant.scope_not_requested",
            { "This is scope that was granted without being asked for: \(StoryWords.shown(words: $0))." }
        ),
        (
            "grant.scope_without_consent",
            { "The user had not agreed to this scope: \(StoryWords.shown(words: $0))." }
        ),
        (
            "grant.code_refused",
            flag("Shortly before, right after a success, a code of this client had been refused in this session.")
        ),
        (
            "grant.code_replayed_seconds_ago",
            after("* before, the code of this grant had been presented again: its tokens ought to be revoked.")
        ),
        (
            "grant.credential_changed_seconds_ago",
            after("The user's password or other credentials had been changed * before; the grant is older.")
        ),
    ]

    private static let parties: [(name: String, sentence: Sentence)] = [
        ("session.ended_seconds_ago", after("The user had signed out of the session * before.")),
        ("user.disabled_seconds_ago", after("The user's account had been switched off * before.")),
        ("user.idle_seconds", after("The user had not been seen for *.")),
        (
            "user.travel_kmh",
            { "From the place of the sign-in before, the user would have travelled at \(StoryWords.shown($0)) km/h." }
        ),
        ("client.deleted_seconds_ago", after("The client had been deleted * before.")),
        ("client.idle_seconds", after("The client had not been seen for *.")),
    ]

    private static let usual: [(name: String, sentence: Sentence)] = [
        ("baseline.user_country_first_seen", flag("The user had never signed in from this country before.")),
        ("baseline.client_first_seen", flag("The client had never got a token before.")),
        ("baseline.network_first_seen", flag("The client had never got a token from this network before.")),
        ("baseline.grant_type_first_seen", flag("The client had never used this grant type before.")),
        ("baseline.redirect_uri_first_seen", flag("The client had never used this redirection URI before.")),
        (
            "baseline.scope_first_seen",
            { "The client had never been granted this scope before: \(StoryWords.shown(words: $0))." }
        ),
        (
            "baseline.pkce_percent",
            { "Of 100 authorization requests of the client before, \(StoryWords.shown($0)) had a code challenge." }
        ),
        (
            "baseline.rate_z",
            {
                "So many such requests of the client in one hour are unusual: \(StoryWords.shown($0)) spreads more than in "
                    + "the same hour of earlier weeks."
            }
        ),
        (
            "baseline.rate_log_z",
            { "By logarithms, which forgive clients that are never steady, it is \(StoryWords.shown($0)) spreads." }
        ),
        (
            "baseline.lifetime_factor",
            { "The access token lives \(StoryWords.shown($0)) times as long as any that the client got before." }
        ),
    ]

    private static let registry: [(name: String, sentence: Sentence)] = [
        (
            "client.registered",
            flag("The client registry has this client.", "The client registry does not have this client.")
        ),
        (
            "client.type",
            { "By the client registry the client is \(clientTypes[$0] ?? StoryWords.shown($0))." }
        ),
        (
            "client.redirect_uri_registered",
            flag(
                "The redirection URI is one of those registered for the client.",
                "The redirection URI is none of those registered for the client."
            )
        ),
        (
            "client.grant_type_registered",
            flag(
                "The grant type is one of those registered for the client.",
                "The grant type is none of those registered for the client."
            )
        ),
        (
            "client.scope_not_registered",
            { "This is scope that is not registered for the client: \(StoryWords.shown(words: $0))." }
        ),
        (
            "client.network_registered",
            flag(
                "The address is in a network registered for the client.",
                "The address is in no network registered for the client."
            )
        ),
        (
            "client.auth_method_registered",
            flag(
                "The client authenticated as it is registered to.",
                "The client authenticated in a way that is not registered for it."
            )
        ),
        (
            "client.access_token_lifetime_exceeded",
            flag(
                "The access token lives longer than the client's may.",
                "The access token lives no longer than the client's may."
            )
        ),
    ]

    private static let clientTypes = [
        "public": "public: it has no secret to keep", "confidential": "confidential: it can keep a secret",
    ]

    private static func flag(_ yes: String, _ no: String? = nil) -> Sentence {
        { value in value == "true" ? yes : value == "false" ? no : nil }
    }

    /// `sentence` with the length of time in place of the star, at the beginning or within.
    private static func after(_ sentence: String) -> Sentence {
        { value in Int64(value).map { sentence.replacing("*", with: DurationText.seconds($0)) } }
    }
}

/// Collects sentences and the fields that they told.
private struct LineageTeller {
    private let values: [String: String]
    private(set) var sentences: [String] = []
    private(set) var told: Set<String> = []

    init(_ values: [String: String]) { self.values = values }

    mutating func tell(_ sentence: String, by names: [String]) {
        sentences.append(sentence)
        told.formUnion(names)
    }

    mutating func tellCode() {
        let state = values["code.state"]
        var names = ["code.state"]
        switch state {
        case "unknown":
            tell(
                "The code had not been seen before: when and to whom it was issued is not in the logs read.",
                by: names
            )
        case "issued":
            tell("The code had been issued and not been redeemed yet.", by: names)
        case "redeemed":
            names += ["code.seconds_since_redemption", "code.context"]
            let when = ago("code.seconds_since_redemption")
            tell("The code had already been redeemed\(when)\(context("code.context")).", by: names)
        default: break
        }
        if let count = values["code.redemptions"], let number = Int64(count), number > 1 {
            tell("That makes \(number) successful redemptions of one code.", by: ["code.redemptions"])
        } else {
            told.insert("code.redemptions")
        }
        tellClient(
            "code.client_mismatch",
            other: "The code was issued to, or first redeemed by, another client.",
            same: nil
        )
    }

    mutating func tellRefreshToken() {
        let name = "refresh_token.state"
        var names = [name]
        let exchanged = ["refresh_token.seconds_since_rotation", "refresh_token.context"]
        let when = ago(exchanged[0]) + context(exchanged[1])
        switch values[name] {
        case "unknown":
            tell("The refresh token had not been seen before: where it was issued is not in the logs read.", by: names)
        case "active":
            tell("The refresh token was the current one: issued and not exchanged yet.", by: names)
        case "rotated":
            names += exchanged
            tell("The refresh token had already been exchanged for a new one\(when).", by: names)
        case "superseded":
            names += exchanged
            tell(
                "The refresh token had already been exchanged for a new one\(when); this server goes on accepting it.",
                by: names
            )
        case "revoked":
            names += exchanged
            let before = values[exchanged[0]] == nil ? "" : ", and it had been exchanged\(when)"
            tell("The refresh token's family had been revoked\(before).", by: names)
        default: break
        }
        if let text = values["refresh_token.generations_behind"], let generations = Int64(text) {
            tell(
                generations == 1
                    ? "It was one generation old: the new token had not been exchanged yet."
                    : "It was \(generations) generations old.",
                by: ["refresh_token.generations_behind"]
            )
        }
        tellClient(
            "refresh_token.client_mismatch",
            other: "The refresh token belongs to another client.",
            same: nil
        )
    }

    mutating func tellGrant() {
        if let when = duration("grant.revoked_seconds_ago") {
            tell("The grant had been revoked \(when) before.", by: ["grant.revoked_seconds_ago"])
        }
        if let when = duration("grant.seconds_since_redemption") {
            tell(
                "The client had redeemed a code in this session \(when) before.",
                by: ["grant.seconds_since_redemption"]
            )
        }
        switch values["grant.context"] {
        case "same":
            tell("Network and software were those of the grant's last successful use.", by: ["grant.context"])
        case "different":
            tell("Network or software differ from those of the grant's last successful use.", by: ["grant.context"])
        default: break
        }
    }

    private mutating func tellClient(_ name: String, other: String, same: String?) {
        switch values[name] {
        case "true": tell(other, by: [name])
        case "false":
            if let same { tell(same, by: [name]) } else { told.insert(name) }
        default: break
        }
    }

    private func duration(_ name: String) -> String? { values[name].flatMap(Int64.init).map(DurationText.seconds) }

    private func ago(_ name: String) -> String { duration(name).map { " \($0) before" } ?? "" }

    private func context(_ name: String) -> String {
        switch values[name] {
        case "same": ", from the same network with the same software"
        case "different": ", from another network or with other software"
        default: ""
        }
    }
}
