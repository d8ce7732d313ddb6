// How much lineage may remember, and for how long.

/// Budgets and lifetimes; beyond a budget the records not seen for longest are forgotten and counted.
public struct LineageLimits: Sendable, Equatable {
    // A table has 1.3 to 2.7 slots per record.

    /// Authorization codes, at 72 bytes a slot.
    public var codesMax = 1_000_000
    /// Refresh tokens, rotated ones included, at 40 bytes a slot.
    public var tokensMax = 3_000_000
    /// Token families, their identifiers and what went wrong with them, at 52, 24 and 32 bytes a slot.
    public var familiesMax = 1_500_000
    /// Pairs of session and client, and separately sessions that ended, at 32 and 16 bytes a slot.
    public var sessionsMax = 1_500_000
    /// Access tokens, at 32 bytes a slot.
    public var accessTokensMax = 1_000_000
    /// Users, at 32 bytes a slot.
    public var usersMax = 1_000_000
    /// Clients, at 48 bytes a slot.
    public var clientsMax = 100_000
    /// Clients with what they were seen with, at 16 bytes a slot.
    public var pairsMax = 1_000_000
    /// Numbers of token requests of clients in the running hour, at 40 bytes a slot.
    public var ratesMax = 200_000
    /// The same in the last eight weeks, of busier clients, at 2.7 kilobytes a slot.
    public var rateHistoriesMax = 4_000
    /// Tokens that were used although nobody had seen them being issued, at 32 bytes a slot.
    public var unissuedMax = 100_000
    /// Branches of forked families, over all families.
    public var branchesMax = 100_000
    /// Branches of one family, at most 255; a fork beyond that is not told apart.
    public var branchesPerFamilyMax = 32
    /// How long a code is remembered at least after it was last seen.
    public var codeLifetimeSeconds = 86_400
    /// How long an access token is remembered at least after it was last seen.
    public var accessTokenLifetimeSeconds = 14 * 86_400
    /// How long a client, or the log as a whole, must have been seen before anything counts as unusual for it.
    public var learningSeconds = 14 * 86_400
    /// How long a family, its tokens and its session are remembered at least after they were last seen.
    public var familyIdleSeconds = 400 * 86_400
    /// Distinct scope texts.
    public var scopeTextsMax = 100_000
    /// Bytes of distinct scope texts, all together.
    public var scopeBytesMax = 16 << 20
    /// Bytes of one scope text; a longer one is not read.
    public var scopeTextBytesMax = 16 << 10

    /// The default limits.
    public init() {}

    /// Room for as many records of each kind as fit into `memoryBytes` together, in the proportions of the default limits.
    public mutating func fit(memoryBytes: Int) {
        let standard = LineageLimits()
        let share = Double(max(memoryBytes, 0)) / Double(standard.memoryBytesMax)
        func scaled(_ count: Int) -> Int { max(1_000, Int(Double(count) * share)) }
        codesMax = scaled(standard.codesMax)
        tokensMax = scaled(standard.tokensMax)
        familiesMax = scaled(standard.familiesMax)
        sessionsMax = scaled(standard.sessionsMax)
        branchesMax = scaled(standard.branchesMax)
        accessTokensMax = scaled(standard.accessTokensMax)
        usersMax = scaled(standard.usersMax)
        clientsMax = scaled(standard.clientsMax)
        pairsMax = scaled(standard.pairsMax)
        ratesMax = scaled(standard.ratesMax)
        rateHistoriesMax = scaled(standard.rateHistoriesMax)
        unissuedMax = scaled(standard.unissuedMax)
    }

    /// Bytes that all tables take when they are full and of the size that suits them least: 8 slots for 3 records.
    private var memoryBytesMax: Int {
        let grants = 72 * codesMax + 40 * tokensMax + (52 + 24 + 32) * familiesMax + 40 * branchesMax
        let parties = (32 + 16) * sessionsMax + 32 * usersMax + 48 * clientsMax + 16 * pairsMax
        let rates = 40 * ratesMax + 2_696 * rateHistoriesMax
        return (grants + parties + rates + 32 * (accessTokensMax + unissuedMax)) / 3 * 8
    }

    /// What ``fit(memoryBytes:)`` makes the default limits of, in bytes.
    public static var standardMemoryBytes: Int { LineageLimits().memoryBytesMax }
}
