// Families that fork: one refresh token was exchanged for two different successors.

/// The tree of a family, kept as branches: a first successor continues its predecessor's branch, every further
/// one begins a branch of its own. Only families that forked have branch records.
extension LineageState {
    /// The successor of `token`, in its place in the tree.
    mutating func successor(
        of token: TokenRecord,
        _ number: FamilyNumber,
        _ family: inout FamilyRecord,
        _ request: GrantEvent
    ) -> TokenRecord {
        // Where rotation is optional, using a token twice is no sign of two holders.
        if token.isRotated && !request.rotationOptional {
            if family.branches < min(limits.branchesPerFamilyMax, 255) {
                return fork(token, number, &family)
            }
            forksNotTracked += 1
        }
        let generation = token.generation + 1
        if token.branch == 0 {
            family.newest = max(family.newest, UInt32(generation))
        } else if var branch = branches.value(of: BranchKey(number, token.branch)) {
            branch.newest = max(branch.newest, UInt32(generation))
            branches.set(BranchKey(number, token.branch), branch)
        }
        return TokenRecord(number, generation: generation, branch: token.branch)
    }

    /// Notes that `token` was accepted, which shows that its branch has a holder.
    mutating func noteUse(of token: TokenRecord, _ number: FamilyNumber, _ family: FamilyRecord, at time: Int64) {
        guard family.branches > 0, var branch = branches.value(of: BranchKey(number, token.branch)) else { return }
        let isFirst = branch.usedAt == EventTime.never || time < branch.usedAt
        if isFirst && token.generation > Int(branch.shared) {
            branch.usedAt = time
            branches.set(BranchKey(number, token.branch), branch)
        }
    }

    /// Number of branches that were used after the fork, at `time` or before.
    mutating func liveBranches(_ number: FamilyNumber, _ family: FamilyRecord, at time: Int64) -> UInt32 {
        var live: UInt32 = 0
        for index in 0..<Int(family.branches) {
            guard let branch = branches.value(of: BranchKey(number, index)) else { continue }
            if branch.usedAt != EventTime.never, branch.usedAt <= time { live += 1 }
        }
        return live
    }

    /// How many successors follow `token`, turning to the newest branch wherever the family forked.
    mutating func generationsBehind(_ token: TokenRecord, _ family: FamilyRecord) -> UInt32 {
        var (branch, generation) = (token.branch, token.generation)
        var newest = branch == 0 ? Int(family.newest) : generation
        if branch > 0, let record = branches.value(of: BranchKey(token.family, branch)) { newest = Int(record.newest) }
        while let (next, record) = newestFork(of: branch, from: generation, token.family, family) {
            // Branches are numbered as they begin, so this ends.
            (branch, generation, newest) = (next, Int(record.fork) + 1, Int(record.newest))
        }
        return UInt32(max(1, newest - token.generation))
    }

    /// The newest of the branches that leave `branch` first at or behind `generation`.
    private mutating func newestFork(
        of branch: Int,
        from generation: Int,
        _ number: FamilyNumber,
        _ family: FamilyRecord
    ) -> (Int, BranchRecord)? {
        var first: (Int, BranchRecord)?
        guard branch + 1 < Int(family.branches) else { return nil }
        for index in branch + 1..<Int(family.branches) {
            guard let record = branches.value(of: BranchKey(number, index)), Int(record.parent) == branch,
                Int(record.fork) >= generation, record.fork <= first?.1.fork ?? .max
            else { continue }
            first = (index, record)
        }
        return first
    }

    /// Begins a branch with a further successor of `token`.
    private mutating func fork(
        _ token: TokenRecord,
        _ number: FamilyNumber,
        _ family: inout FamilyRecord
    ) -> TokenRecord {
        if family.branches == 0 {
            branches.set(BranchKey(number, 0), BranchRecord())
            family.branches = 1
        }
        let generation = UInt32(token.generation)
        if var parent = branches.value(of: BranchKey(number, token.branch)) {
            parent.shared = max(parent.shared, generation)
            branches.set(BranchKey(number, token.branch), parent)
        }
        var branch = BranchRecord()
        branch.parent = UInt8(token.branch)
        branch.fork = generation
        branch.shared = generation
        branch.newest = generation + 1
        let index = Int(family.branches)
        branches.set(BranchKey(number, index), branch)
        family.branches += 1
        return TokenRecord(number, generation: token.generation + 1, branch: index)
    }
}
