// A second lineage, written for plainness: dictionaries, objects and whole histories.

import AuthEvents
import GrantLineage

/// Answers the same questions as ``LineageTracker`` without limits, branches or packed records.
///
/// It knows no server-side family identifiers; the stories test those.
final class SlowLineage {
    private final class Family {
        /// A presented token that was accepted, or a fork at one; `label` tells lines of descent apart.
        enum Step {
            case use(label: Int, generation: Int, time: Int64)
            case fork(label: Int, generation: Int)
        }

        var client = ""
        var scope: Set<String>?
        var context = Context()
        var revokedAt: Int64?
        var rotations = 0
        var labels = 1
        var deepest = 0
        var history: [Step] = []
    }

    private final class Token {
        let family: Family
        let generation: Int
        let label: Int
        var newestChild: Token?
        var rotatedAt: Int64?
        var context = Context()

        init(_ family: Family, generation: Int = 0, label: Int = 0) {
            self.family = family
            self.generation = generation
            self.label = label
        }
    }

    private struct Code {
        var client: String?
        var redemptions: [(time: Int64, context: Context, client: String, family: Family)] = []
    }

    private struct Context: Equatable {
        var network = ""
        var userAgent = ""

        func compared(_ other: Context) -> String? {
            let pairs = [(network, other.network), (userAgent, other.userAgent)].filter { !$0.isEmpty && !$1.isEmpty }
            return pairs.isEmpty ? nil : pairs.allSatisfy(==) ? "same" : "different"
        }
    }

    private struct Session {
        var redeemedAt: Int64?
        /// Whole seconds after the redemption.
        var refusedAfter: Int64?
        var family: Family?
    }

    private let rotationOptional: Bool
    private var codes: [String: Code] = [:]
    private var tokens: [String: Token] = [:]
    private var sessions: [String: Session] = [:]
    private var fields: [String: String] = [:]

    init(rotationOptional: Bool) { self.rotationOptional = rotationOptional }

    func play(_ event: StoryEvent) -> [String: String] {
        fields = [:]
        switch event.kind {
        case .authorizationResponse where event.outcome == .success: issue(event)
        case .tokenRequest:
            let session = session(event).flatMap { sessions[$0] }
            // A late event knows nothing of what came after it, here and below.
            if let redeemedAt = session?.redeemedAt, redeemedAt <= time(event) {
                fields["grant.seconds_since_redemption"] = seconds(redeemedAt, event)
            }
            if let redeemedAt = session?.redeemedAt, let after = session?.refusedAfter,
                redeemedAt + after * 1_000_000 <= time(event)
            {
                fields["grant.code_refused"] = "true"
            }
            if event.grantType == .authorizationCode { redeem(event) }
            if event.grantType == .refreshToken { refresh(event) }
        case .tokenRevoke where event.outcome != .failure: revoke(event)
        default: break
        }
        return fields
    }

    private func issue(_ event: StoryEvent) {
        var code = codes[event.code] ?? Code()
        if let first = code.redemptions.first, first.time <= time(event) {
            fields["code.state"] = "redeemed"
            fields["code.seconds_since_redemption"] = seconds(first.time, event)
        }
        code.client = code.client ?? event.client
        codes[event.code] = code
    }

    private func redeem(_ event: StoryEvent) {
        if !event.code.isEmpty { describeCode(event) }
        guard succeeded(event) else {
            if event.code.isEmpty, let family = session(event).flatMap({ sessions[$0]?.family }) {
                describe(family, event)
            }
            if let key = session(event), event.outcome == .failure, let redeemed = sessions[key]?.redeemedAt,
                (0...60_000_000).contains(time(event) - redeemed), sessions[key]?.refusedAfter == nil
            {
                sessions[key]?.refusedAfter = (time(event) - redeemed) / 1_000_000
            }
            return
        }
        let family = Family()
        family.client = event.client
        family.scope = words(event.scope) ?? words(event.scopeRequested)
        family.context = context(event)
        if !event.issued.isEmpty { tokens[event.issued] = Token(family) }
        if let key = session(event) {
            sessions[key, default: Session()].family = family
            if event.code.isEmpty {
                let latest = max(sessions[key]?.redeemedAt ?? .min, time(event))
                sessions[key]?.redeemedAt = latest
                if sessions[key]?.refusedAfter != nil { sessions[key]?.refusedAfter = 0 }
            }
        }
        if !event.code.isEmpty {
            codes[event.code, default: Code()].redemptions.append((time(event), context(event), event.client, family))
        }
    }

    private func describeCode(_ event: StoryEvent) {
        var code = codes[event.code]
        if !succeeded(event), let redeemedAt = code?.redemptions.first?.time, redeemedAt > time(event) {
            code?.redemptions = []
            if code?.client == nil { code = nil }
        }
        let first = code?.redemptions.first
        fields["code.state"] = code == nil ? "unknown" : first == nil ? "issued" : "redeemed"
        fields["code.redemptions"] = "\((code?.redemptions.count ?? 0) + (succeeded(event) ? 1 : 0))"
        if let owner = code?.client ?? first?.client { fields["code.client_mismatch"] = "\(owner != event.client)" }
        guard let first else { return }
        fields["code.seconds_since_redemption"] = seconds(first.time, event)
        fields["code.context"] = context(event).compared(first.context)
        describe(first.family, event)
    }

    private func refresh(_ event: StoryEvent) {
        let token = tokens[event.refreshToken]
        describe(token, event, isSecond: succeeded(event) && !event.issued.isEmpty && tokens[event.issued] == nil)
        guard succeeded(event) else { return }
        let family = token?.family ?? unknownFamily(event)
        let presented = token ?? Token(family)
        tokens[event.refreshToken] = presented
        if !event.issued.isEmpty && event.issued != event.refreshToken { exchange(presented, event) }
        family.history.append(.use(label: presented.label, generation: presented.generation, time: time(event)))
        if family.labels > 1 { fields["family.live_branches"] = "\(liveBranches(family, event))" }
        family.context = context(event)
        if token == nil, let key = session(event), sessions[key]?.family == nil {
            sessions[key, default: Session()].family = family
        }
    }

    private func unknownFamily(_ event: StoryEvent) -> Family {
        let family = Family()
        family.client = event.client
        return family
    }

    private func exchange(_ token: Token, _ event: StoryEvent) {
        let family = token.family
        if tokens[event.issued] == nil {
            var label = token.label
            if token.rotatedAt != nil && !rotationOptional {
                family.history.append(.fork(label: token.label, generation: token.generation))
                label = family.labels
                family.labels += 1
            }
            let child = Token(family, generation: token.generation + 1, label: label)
            token.newestChild = child
            tokens[event.issued] = child
            family.rotations += 1
            family.deepest = max(family.deepest, child.generation)
        }
        if token.rotatedAt == nil {
            token.rotatedAt = time(event)
            token.context = context(event)
        }
    }

    /// A late request counts as a second exchange if it `isSecond` to get a successor.
    private func describe(_ token: Token?, _ event: StoryEvent, isSecond: Bool) {
        guard let token else {
            fields["refresh_token.state"] = "unknown"
            return
        }
        let family = token.family
        let superseded = rotationOptional && succeeded(event)
        let rotatedAt = token.rotatedAt.flatMap { $0 <= time(event) || isSecond ? $0 : nil }
        fields["refresh_token.state"] =
            revokedAt(family, event) != nil
            ? "revoked" : rotatedAt == nil ? "active" : superseded ? "superseded" : "rotated"
        fields["refresh_token.client_mismatch"] = "\(family.client != event.client)"
        if let rotatedAt {
            fields["refresh_token.seconds_since_rotation"] = seconds(rotatedAt, event)
            fields["refresh_token.context"] = context(event).compared(token.context)
            fields["refresh_token.generations_behind"] = "\(max(1, generationsBehind(token)))"
        }
        describe(family, event)
        let asked = succeeded(event) ? (event.scope, event.scopeRequested) : (event.scopeRequested, event.scope)
        if let base = family.scope, let added = (words(asked.0) ?? words(asked.1))?.subtracting(base), !added.isEmpty {
            fields["grant.scope_added"] = added.sorted().joined(separator: " ")
        }
    }

    private func generationsBehind(_ token: Token) -> Int {
        // Where rotation is optional there is no one line of descent; the longest one counts.
        if rotationOptional { return token.family.deepest - token.generation }
        var (count, descendant) = (0, token)
        while let child = descendant.newestChild { (count, descendant) = (count + 1, child) }
        return count
    }

    private func describe(_ family: Family, _ event: StoryEvent) {
        fields["family.rotations"] = "\(family.rotations)"
        if family.labels > 1 { fields["family.live_branches"] = "\(liveBranches(family, event))" }
        fields["grant.revoked_seconds_ago"] = revokedAt(family, event).map { seconds($0, event) }
        fields["grant.context"] = context(event).compared(family.context)
    }

    private func revokedAt(_ family: Family, _ event: StoryEvent) -> Int64? {
        family.revokedAt.flatMap { $0 <= time(event) ? $0 : nil }
    }

    private func liveBranches(_ family: Family, _ event: StoryEvent) -> Int {
        var (shared, live): ([Int: Int], [Int: Int64]) = ([:], [:])
        for step in family.history {
            switch step {
            case .fork(let label, let generation):
                shared[label] = max(shared[label] ?? 0, generation)
            case .use(let label, let generation, let time):
                if !shared.isEmpty && generation > (shared[label] ?? 0) { live[label] = min(live[label] ?? time, time) }
            }
        }
        return live.values.count { $0 <= time(event) }
    }

    private func revoke(_ event: StoryEvent) {
        if !event.accessToken.isEmpty && event.refreshToken.isEmpty { return }
        let family = tokens[event.refreshToken]?.family ?? session(event).flatMap { sessions[$0]?.family }
        if let family, family.revokedAt == nil { family.revokedAt = time(event) }
    }

    private func succeeded(_ event: StoryEvent) -> Bool { event.outcome == .success && event.verdict == .none }

    private func context(_ event: StoryEvent) -> Context {
        Context(network: event.network, userAgent: event.userAgent)
    }

    private func session(_ event: StoryEvent) -> String? {
        event.session.isEmpty ? nil : "\(event.session)/\(event.client)"
    }

    private func time(_ event: StoryEvent) -> Int64 { Int64((event.seconds * 1_000_000).rounded()) }

    private func seconds(_ start: Int64, _ event: StoryEvent) -> String {
        "\(max(0, time(event) - start) / 1_000_000)"
    }

    private func words(_ text: String) -> Set<String>? {
        text.isEmpty ? nil : Set(text.split(separator: " ").map(String.init))
    }
}
