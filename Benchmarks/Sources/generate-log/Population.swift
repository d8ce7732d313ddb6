// Who takes part: clients, users and their addresses and user agents.

/// A client of the authorization server.
struct Client {
    let id: [UInt8]
    let kind: Kind
    let scopes: ScopeSet
    let redirect: [UInt8]
    let redirectInQuery: [UInt8]
    /// Where the requests of a confidential client come from; the last byte varies a little.
    let backendAddress: UInt32
    let backendUserAgent: Int

    /// What sort of software it is.
    enum Kind: Int, CaseIterable {
        case web
        case mobile
        case spa
        case service
        case partner

        /// Whether it can keep a secret (RFC 6749 §2.1).
        var isConfidential: Bool { self != .mobile && self != .spa }
        /// Whether people sign in through it.
        var hasUsers: Bool { self != .service }

        /// How it authenticates (IANA token endpoint authentication methods).
        var authentication: StaticString {
            switch self {
            case .web: "client_secret_basic"
            case .mobile, .spa: "none"
            case .service, .partner: "private_key_jwt"
            }
        }
    }
}

/// All clients, users and user agents; clients may be added while the log runs.
struct Population {
    private(set) var clients: [Client] = []
    let userAgents: [[UInt8]]
    /// Indices of user agents of browsers and apps, of servers, and of attackers.
    let browsers: Range<Int>
    let backends: Range<Int>
    let tools: Range<Int>

    static let clientCount = 5_000
    static let userCount = 200_000
    private var attackerNetworks: UInt32 = 0
    private var turns = 0

    /// The population that belongs to `seed`.
    init(seed: UInt64) {
        var random = RandomSource(seed: seed ^ 0x706F_7075)
        let browserNames = Self.browserNames(&random)
        userAgents = (browserNames + Self.backendNames + Self.toolNames).map { Array($0.utf8) }
        browsers = 0..<browserNames.count
        backends = browsers.upperBound..<browsers.upperBound + Self.backendNames.count
        tools = backends.upperBound..<backends.upperBound + Self.toolNames.count
        let kinds: [Client.Kind] = [
            .web, .web, .web, .mobile, .mobile, .mobile, .spa, .spa, .service, .service, .partner,
        ]
        let names = [
            "portal", "shop", "billing", "crm", "helpdesk", "wallet", "tracker", "catalog", "intranet", "insights",
            "scheduler", "booking",
        ]
        for number in 0..<Self.clientCount {
            let kind = kinds[random.below(kinds.count)]
            let name = names[random.below(names.count)]
            add("\(kind)-\(name)-\(String(number + 10_000).dropFirst())", kind, &random)
        }
    }

    /// Adds a client, and returns its index.
    @discardableResult
    mutating func add(_ id: String, _ kind: Client.Kind, _ random: inout RandomSource) -> Int {
        var scopes: ScopeSet = kind.hasUsers ? .identity : []
        for _ in 0...random.within(1...6) { scopes.insert(ScopeSet(index: random.within(4...33))) }
        if kind.hasUsers && kind != .spa && random.chance(0.4) { scopes.insert(.offlineAccess) }
        let client = Client(
            id: Array(id.utf8),
            kind: kind,
            scopes: scopes,
            redirect: Array("https://\(id).apps.example.com/oauth/callback".utf8),
            redirectInQuery: Array("https%3A%2F%2F\(id).apps.example.com%2Foauth%2Fcallback".utf8),
            backendAddress: UInt32(random.within(150...170)) << 24 | UInt32(random.below(1 << 16)) << 8 | 16,
            backendUserAgent: random.within(backends.lowerBound...backends.upperBound - 1)
        )
        clients.append(client)
        return clients.count - 1
    }

    /// A network that appears nowhere else in the log; its addresses end in 1 to 254.
    mutating func newAttackerNetwork() -> UInt32 {
        attackerNetworks += 1
        return 185 << 24 &+ attackerNetworks << 8
    }

    /// The next client for which `accepts` holds, each in its turn, so that no client comes twice within a short time.
    mutating func nextInTurn(where accepts: (Client.Kind) -> Bool) -> Int {
        repeat { turns += 1 } while !accepts(clients[turns * 2_741 % Self.clientCount].kind)
        return turns * 2_741 % Self.clientCount
    }

    /// A client for which `accepts` holds; few of them have most of the traffic.
    func busyClient(_ random: inout RandomSource, where accepts: (Client.Kind) -> Bool) -> Int {
        while true {
            let unit = random.unit()
            let index = Int(unit * unit * unit * Double(Self.clientCount))
            if accepts(clients[index].kind) { return index }
        }
    }

    /// A user; some sign in more often than others.
    static func user(_ random: inout RandomSource) -> Int {
        let unit = random.unit()
        return Int(unit * unit * Double(userCount))
    }

    /// The address a user usually comes from, or another of his with `place` above 0.
    static func address(ofUser user: Int, place: Int = 0) -> UInt32 {
        let bits = RandomSource.mix(UInt64(user) &* 8 &+ UInt64(place))
        let first = 11 + UInt32(truncatingIfNeeded: bits >> 32) % 88
        return first << 24 | UInt32(truncatingIfNeeded: bits) & 0xFFFF00 | 1 + UInt32(truncatingIfNeeded: bits) & 0x7F
    }

    /// Any address out of those that no user or client of the log has.
    static func strangerAddress(_ random: inout RandomSource) -> UInt32 {
        UInt32(random.within(200...215)) << 24 | UInt32(random.below(1 << 16)) << 8 | UInt32(random.within(1...254))
    }

    private static let backendNames = [
        "portal-backend/4.17.3 (Linux x86_64; go1.23.4) oauth2-client/2.1 (+https://apps.example.com/contact)",
        "Apache-HttpClient/5.3.1 (Java/21.0.4; Linux 6.1.0 amd64) token-relay/3.9.0 (https://apps.example.com)",
        "shop-api/2026.2.1 (node v22.11.0; linux; x64) axios/1.7.7 openid-client/6.1.3",
        "GuzzleHttp/7.9.2 (curl/8.5.0; PHP/8.3.14; Linux) league-oauth2-client/2.7.0",
        "python-httpx/0.27.2 (CPython 3.12.7; Linux 6.1.0) authlib-client/1.3.2 (+https://apps.example.com)",
        "Faraday v2.12.0 (ruby 3.3.6; x86_64-linux) oauth2-rb/2.0.9", "okhttp/4.12.0", "Go-http-client/2.0",
    ]
    private static let toolNames = ["curl/8.5.0", "python-requests/2.32.3", "Wget/1.21.4", "HTTPie/3.2.3"]

    private static func browserNames(_ random: inout RandomSource) -> [String] {
        let systems = [
            "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64", "X11; CrOS x86_64",
        ]
        var names: [String] = []
        for _ in 0..<220 {
            let system = systems[random.below(4)]
            let version = "\(random.within(118...140)).0.\(random.within(5_000...7_000)).\(random.within(10...200))"
            names.append(
                "Mozilla/5.0 (\(system)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/\(version) Safari/537.36"
            )
        }
        for _ in 0..<80 {
            let (system, version) = (systems[random.below(3)], random.within(115...140))
            names.append("Mozilla/5.0 (\(system); rv:\(version).0) Gecko/20100101 Firefox/\(version).0")
        }
        for _ in 0..<60 {
            let (major, minor) = (random.within(15...18), random.below(6))
            names.append(
                "Mozilla/5.0 (iPhone; CPU iPhone OS \(major)_\(minor) like Mac OS X) AppleWebKit/605.1.15 "
                    + "(KHTML, like Gecko) Version/\(major).\(minor) Mobile/15E148 Safari/604.1"
            )
        }
        return names
    }
}

extension Population {
    /// Appends the redirection URI of `event`, percent-encoded if it stands in a query.
    func appendRedirect(of event: LogEvent, inQuery: Bool = false, to buffer: inout LineBuffer) {
        guard let target = event.redirect else { return }
        let uri: String
        switch target {
        case .registered:
            let client = clients[event.client]
            return buffer.append(inQuery ? client.redirectInQuery : client.redirect)
        case .insecure(let number): uri = "http://sign-in-\(number).example.net/cb"
        case .foreign(let number): uri = "https://sign-in-\(number).example.net/oauth/callback"
        case .loopback(let port): uri = "http://127.0.0.1:\(port)/callback"
        }
        guard inQuery else { return buffer.append(Array(uri.utf8)) }
        for byte in uri.utf8 {
            switch byte {
            case UInt8(ascii: ":"): buffer.append("%3A")
            case UInt8(ascii: "/"): buffer.append("%2F")
            default: buffer.append([byte])
            }
        }
    }
}
