// Folds matches into incidents, within bounds of number and memory.

/// The findings of a run so far.
struct FindingTable {
    /// Findings that one rule may have; matches of further groups only count.
    static let perRuleMax = 20_000
    /// Findings that every rule may have, however much memory those of others take: a flood of one rule silences no
    /// other.
    static let perRuleMin = 20
    /// Bytes that findings may hold together unless somebody says otherwise.
    static let memoryMax = 128 << 20

    /// A finding while matches come in.
    struct Record {
        let identity: FindingIdentity
        let rule: Int
        let groupKey: [NamedValue]
        let bucket: Int64
        var firstSeen: Int64
        var lastSeen: Int64
        var count: Int64 = 0
        var evidence: [PackedEvidence] = []

        init(_ identity: FindingIdentity, rule: Int, groupKey: [NamedValue], bucket: Int64, time: Int64) {
            self.identity = identity
            self.rule = rule
            self.groupKey = groupKey
            self.bucket = bucket
            firstSeen = time
            lastSeen = time
        }

        /// Bytes that it takes in memory without its evidence, roughly.
        fileprivate var memoryBytes: Int { groupKey.reduce(384) { $0 + 64 + $1.value.utf8.count } }
    }

    private let memoryMax: Int
    private(set) var records: [Record] = []
    /// Bytes that findings hold, roughly.
    private(set) var memoryBytes = 0
    private var places: [FindingIdentity: Int] = [:]
    /// Findings that were removed because they are stored.
    private(set) var stored = 0
    private var perRule: [Int: Int] = [:]
    /// Matches that found no room any more because their rule has too many findings, by rule.
    private(set) var overflow: [Int: Int64] = [:]
    /// Matches that found no room any more because all findings together are too large, by rule.
    private(set) var crowdedOut: [Int: Int64] = [:]

    /// An empty table whose findings may hold `memoryMax` bytes together, roughly.
    ///
    /// From half of that on, a finding keeps only its first piece of evidence; its count tells that there were more.
    init(memoryMax: Int = Self.memoryMax) { self.memoryMax = memoryMax }

    /// Forgets the findings, which somebody has stored, but not how many there were of each rule.
    mutating func removeAll() {
        stored += records.count
        records = []
        places = [:]
        memoryBytes = 0
    }

    /// The place of the finding with this identity, if there is one.
    func place(of identity: FindingIdentity) -> Int? { places[identity] }

    /// Whether there is room for a further finding of `rule`; `matches` that are not admitted are counted.
    mutating func admits(_ rule: Int, matches: Int = 1) -> Bool {
        let others = perRule[rule, default: 0]
        if others >= Self.perRuleMax {
            overflow[rule, default: 0] += Int64(matches)
            return false
        }
        if others >= Self.perRuleMin, memoryBytes >= memoryMax {
            crowdedOut[rule, default: 0] += Int64(matches)
            return false
        }
        return true
    }

    /// Adds a finding, for which there must be room; returns its place.
    mutating func add(_ record: Record) -> Int {
        perRule[record.rule, default: 0] += 1
        memoryBytes += record.memoryBytes
        records.append(record)
        places[record.identity] = records.count - 1
        return records.count - 1
    }

    /// Whether the finding at `place` is to keep the next match as evidence.
    func wantsEvidence(_ place: Int) -> Bool {
        records[place].count < Int64(Finding.evidenceMax)
            && (records[place].evidence.isEmpty || memoryBytes < memoryMax / 2)
    }

    /// Extends the finding at `place` by a match; with `evidence` if ``wantsEvidence(_:)``.
    mutating func extend(_ place: Int, time: Int64, evidence: PackedEvidence?) {
        if let evidence {
            memoryBytes += evidence.memoryBytes
            records[place].evidence.append(evidence)
        }
        records[place].firstSeen = min(records[place].firstSeen, time)
        records[place].lastSeen = max(records[place].lastSeen, time)
        records[place].count += 1
    }
}
