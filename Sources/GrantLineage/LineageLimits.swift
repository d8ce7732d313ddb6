// How much lineage may remember, and for how long.

/// Budgets and lifetimes; beyond a budget the records not seen for longest are forgotten and counted.
public struct LineageLimits: Sendable, Equatable {
    // A table has 1.3 to 2.7 slots per record.

    /// Authorization codes, at 48 bytes a slot.
    public var codesMax = 1_000_000
    /// Refresh tokens, rotated ones included, at 40 bytes a slot.
    public var tokensMax = 3_000_000
    /// Token families, and separately their identifiers, at 48 and 24 bytes a slot.
    public var familiesMax = 1_500_000
    /// Pairs of session and client, at 32 bytes a slot.
    public var sessionsMax = 1_500_000
    /// Branches of forked families, over all families.
    public var branchesMax = 100_000
    /// Branches of one family, at most 255; a fork beyond that is not told apart.
    public var branchesPerFamilyMax = 32
    /// How long a code is remembered at least after it was last seen.
    public var codeLifetimeSeconds = 86_400
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
}
