// A planned sequence of events: an attack with its truth, or a harmless look-alike.

/// Events that belong together, and what an auditor should say about them.
struct Incident {
    private(set) var events: [LogEvent] = []
    /// What was done; nil if it is harmless.
    let attack: Attack?
    /// The client the attack is about.
    let client: Int
    /// The attacker's network.
    let network: UInt32
    /// What the incident is about: a code, token or redirection URI.
    var key = Key.network

    /// What the incident is about.
    enum Key {
        case network
        case code(Identifier)
        case uuid(Identifier)
    }

    /// An incident without events.
    init(_ attack: Attack?, client: Int, network: UInt32 = 0) {
        self.attack = attack
        self.client = client
        self.network = network
    }

    /// Adds an event; events come in time order.
    mutating func add(_ event: LogEvent) {
        events.append(event)
    }

    /// Puts the events in time order and, if they would touch two UTC days, all of them on the second.
    mutating func settle() {
        events.sort { $0.time < $1.time }
        guard let first = events.first, let last = events.last else { return }
        let midnight = last.time / UTCTime.millisecondsPerDay * UTCTime.millisecondsPerDay
        guard first.time < midnight else { return }
        let delay = midnight - first.time + 5_000
        for index in events.indices { events[index].time += delay }
    }
}

/// Makes incidents with clients and networks of their own, so that no two of them can be mistaken for one.
struct IncidentPlanner {
    var random: RandomSource
    let format: LogFormat
    private var number = 0
    private var deck: [Attack] = []
    private var lookAlikes = 0

    /// Plans for `format` that belong to `seed`.
    init(seed: UInt64, format: LogFormat) {
        random = RandomSource(seed: seed ^ 0x696E_6369)
        self.format = format
    }

    /// The next attack, beginning at `time`; every kind that the format shows comes once before one comes again.
    mutating func nextAttack(at time: Int64, _ population: inout Population) -> Incident {
        if deck.isEmpty {
            deck = Attack.allCases.filter { $0.visible.contains(format) }
            for index in deck.indices.reversed() { deck.swapAt(index, random.below(index + 1)) }
        }
        let attack = deck.removeLast()
        number += 1
        var incident = plan(attack, at: time, &population)
        incident.settle()
        return incident
    }

    /// The next look-alike, beginning at `time`.
    mutating func nextLookAlike(at time: Int64, _ population: inout Population) -> Incident {
        let lookAlike = LookAlike.allCases[lookAlikes % LookAlike.allCases.count]
        lookAlikes += 1
        var incident = plan(lookAlike, at: time, &population)
        incident.settle()
        return incident
    }

    private mutating func plan(_ attack: Attack, at time: Int64, _ population: inout Population) -> Incident {
        switch attack {
        case .codeRedeemedTwice: codeRedeemedTwice(at: time, &population)
        case .codeReplayed: codeReplayed(at: time, &population)
        case .codeOfOtherClient: codeOfOtherClient(at: time, &population)
        case .scopeEscalation: scopeEscalation(at: time, &population)
        case .refreshTokenReuse: refreshTokenReuse(at: time, &population)
        case .forkedFamily: forkedFamily(at: time, &population)
        case .useAfterRevocation: useAfterRevocation(at: time, &population)
        case .insecureRedirect: insecureRedirect(at: time, &population)
        case .unregisteredRedirect: unregisteredRedirect(at: time, &population)
        case .plainChallenge: plainChallenge(at: time, &population)
        case .passwordGrant: passwordGrant(at: time, &population)
        case .implicitGrant: implicitGrant(at: time, &population)
        case .secretGuessing: secretGuessing(at: time, &population)
        case .secretSpraying: secretSpraying(at: time, &population)
        case .credentialInLog: credentialInLog(at: time, &population)
        case .tokenInURL: tokenInURL(at: time, &population)
        }
    }

    /// A fresh client for `attack`, named after it.
    mutating func newClient(_ attack: Attack, suffix: String = "", _ population: inout Population) -> Int {
        let digits = String(number + 1_000_000).dropFirst()
        return population.add("atk-\(attack.slug)-\(digits)\(suffix)", .web, &random)
    }

    /// An incident with a fresh client and network.
    mutating func newIncident(_ attack: Attack, _ population: inout Population) -> Incident {
        Incident(attack, client: newClient(attack, &population), network: population.newAttackerNetwork())
    }

    /// An attacker's machine in the incident's network.
    mutating func attacker(_ incident: Incident, _ population: borrowing Population) -> Origin {
        Origin(
            address: incident.network | UInt32(random.within(1...254)),
            userAgent: population.tools.lowerBound + random.below(population.tools.count)
        )
    }

    /// Some victim's grant to the incident's client.
    mutating func newGrant(_ incident: Incident, _ population: borrowing Population) -> Grant {
        Grant(client: incident.client, user: random.below(Population.userCount), in: population, &random)
    }

    /// Milliseconds between `range` seconds.
    mutating func seconds(_ range: ClosedRange<Int>) -> Int64 {
        Int64(random.within(range.lowerBound * 1_000...range.upperBound * 1_000))
    }

    /// The ordinary way to a code; returns when it was issued.
    mutating func issueCode(of grant: Grant, at time: Int64, in incident: inout Incident) -> Int64 {
        let answered = time + seconds(3...8)
        incident.add(grant.authorizationRequest(at: time))
        incident.add(grant.login(at: answered - 200))
        incident.add(grant.authorizationResponse(at: answered))
        return answered
    }

    /// The ordinary way to tokens; returns when they were issued.
    mutating func issueTokens(of grant: Grant, at time: Int64, in incident: inout Incident) -> Int64 {
        let redeemed = issueCode(of: grant, at: time, in: &incident) + seconds(1...2)
        incident.add(grant.redemption(at: redeemed, &random))
        return redeemed
    }
}
