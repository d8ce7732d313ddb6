// Events for tests: built in code or written as one line each.

import AuthEvents
import FieldRows
import GrantLineage
import Testing

/// An event with names in place of fingerprints; an empty name means the log does not say.
struct StoryEvent {
    var seconds = 0.0
    var kind = EventKind.tokenRequest
    var grantType: GrantType?
    var outcome = EventOutcome.success
    var verdict = ServerVerdict.none
    var client = "app"
    var session = ""
    var network = "home"
    var userAgent = "browser"
    var code = ""
    var refreshToken = ""
    var issued = ""
    var accessToken = ""
    var family = ""
    var subjectToken = ""
    var scope = ""
    var scopeRequested = ""
    var user = ""
    var redirectURI = ""
    var confirmation = ""
    var challenge = ""
    var expiresIn = ""
    var ipRole = ""

    init() {}

    /// Reads `12 refresh r1 -> r2 fails ip=cafe scope=a,b`.
    init(line: String) throws {
        var words = line.split(separator: " ").map(String.init)
        seconds = try #require(Double(words.removeFirst()), "a line begins with its time in seconds: \(line)")
        try readVerb(words.removeFirst())
        while !words.isEmpty { try readOption(words.removeFirst(), &words) }
    }

    private mutating func readVerb(_ verb: String) throws {
        switch verb {
        case "issue": kind = .authorizationResponse
        case "redeem": grantType = .authorizationCode
        case "refresh": grantType = .refreshToken
        case "grant": break
        case "revoke": kind = .tokenRevoke
        case "logout": kind = .sessionLogout
        case "authorize": kind = .authorizationRequest
        case "use": kind = .userinfo
        case "introspect": kind = .tokenIntrospect
        case "exchange": grantType = .tokenExchange
        case "disable": (kind, client) = (.userDisable, "")
        case "enable": (kind, client) = (.userEnable, "")
        case "password": (kind, client) = (.userCredential, "")
        case "consent": kind = .consentGrant
        case "register": kind = .clientRegister
        case "delete": kind = .clientDelete
        default: throw StoryError(what: "unknown verb \(verb)")
        }
    }

    private mutating func readOption(_ word: String, _ rest: inout [String]) throws {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return try readWord(word, &rest) }
        let value = parts[1].replacing(",", with: " ")
        switch parts[0] {
        case "client": client = value
        case "sid": session = value
        case "ip": network = value
        case "agent": userAgent = value
        case "at": accessToken = value
        case "family": family = value
        case "subject": subjectToken = value
        case "user": user = value
        case "uri": redirectURI = value
        case "cnf": confirmation = value
        case "challenge": challenge = value
        case "lives": expiresIn = value
        case "role": ipRole = value
        case "scope": scope = value
        case "asked": scopeRequested = value
        case "type": grantType = GrantType.allCases.first { "\($0)" == value }
        case "verdict": verdict = try #require(ServerVerdict(name: value))
        default: throw StoryError(what: "unknown option \(word)")
        }
    }

    private mutating func readWord(_ word: String, _ rest: inout [String]) throws {
        switch word {
        case "->": issued = rest.removeFirst()
        case "fails": outcome = .failure
        case "maybe": outcome = .unknown
        case "nowhere": (network, userAgent) = ("", "")
        case _ where word.hasPrefix("c"): code = word
        case _ where word.hasPrefix("r"): refreshToken = word
        default: throw StoryError(what: "unknown word \(word)")
        }
    }
}

struct StoryError: Error {
    let what: String
}

/// Plays events through a tracker and reads the derived fields back from the rows.
final class StoryPlayer {
    let tracker: LineageTracker
    let layout: FieldLayout
    private let traits: SourceTraits
    private let writer: DerivedFieldWriter
    private let scratch = ByteBlock(capacity: 16)

    init(limits: LineageLimits = .init(), traits: SourceTraits = [], layout: FieldLayout = .full) {
        tracker = LineageTracker(limits: limits)
        self.traits = traits
        self.layout = layout
        writer = DerivedFieldWriter(layout: layout)
        writer.prepare(scratch)
    }

    /// The derived fields of `event` by name.
    func play(_ event: StoryEvent) -> [String: String] {
        let batch = EventBatch(event, columns: layout.count)
        batch.traits = traits
        var derived = DerivedFields()
        tracker.apply(batch, 0, derived: &derived)
        writer.write(derived, lineage: tracker, to: batch, row: 0, scratch: scratch)
        return batch.withRow(0, scratch: scratch) { row in
            var fields: [String: String] = [:]
            for name in DerivedField.names {
                if let column = layout.column(of: name) { fields[name] = row.text(row[column]) }
            }
            return fields
        }
    }
}

extension FieldLayout {
    /// All canonical and all derived fields.
    static let full = FieldLayout(CanonicalField.names + DerivedField.names)
}

extension EventBatch {
    private static let key = FingerprintKey(Array(repeating: 7, count: FingerprintKey.byteCount))

    /// A batch with one event.
    convenience init(_ story: StoryEvent, columns: Int) {
        self.init(columns: columns, block: ByteBlock(capacity: 64))
        _ = slices.append(Array(repeating: .missing, count: columns))
        _ = fingerprints.append(Array(repeating: .none, count: Artefact.allCases.count))
        var event = AuthEvent()
        event.time = 1_700_000_000_000_000 + Int64((story.seconds * 1_000_000).rounded())
        event.kind = story.kind
        event.outcome = story.outcome
        event.verdict = story.verdict
        event.grantType = story.grantType
        event.client = Self.groupKey(story.client)
        event.session = Self.groupKey(story.session)
        event.network = Self.groupKey(story.network)
        event.userAgent = Self.groupKey(story.userAgent)
        event.user = Self.groupKey(story.user)
        event.redirectURI = Self.groupKey(story.redirectURI)
        event.confirmation = Self.groupKey(story.confirmation)
        event.scope = Self.groupKey(story.scope.isEmpty ? story.scopeRequested : story.scope)
        events = [event]
        setText(.scope, story.scope)
        setText(.scopeRequested, story.scopeRequested)
        setText(.codeChallengePresent, story.challenge)
        setText(.expiresIn, story.expiresIn)
        setText(.ipRole, story.ipRole)
        setFingerprint(.code, story.code)
        setFingerprint(.refreshToken, story.refreshToken)
        setFingerprint(.refreshTokenIssued, story.issued)
        setFingerprint(.accessToken, story.accessToken)
        setFingerprint(.family, story.family)
        setFingerprint(.subjectToken, story.subjectToken)
    }

    private func setText(_ field: CanonicalField, _ text: String) {
        if text.isEmpty { return }
        let bytes = Array(text.utf8)
        // One of the two comes from the decoder's arena, to read from both regions.
        let (target, region): (ByteBlock, FieldSlice.Region) = field == .scope ? (block, .line) : (arena, .arena)
        let offset = target.append(bytes.span.bytes)
        slices[field.rawValue] = FieldSlice(.words, region, offset: offset, count: bytes.count)
        events[0].present |= 1 << UInt64(field.rawValue)
    }

    private func setFingerprint(_ artefact: Artefact, _ name: String) {
        if name.isEmpty { return }
        let bytes = Array(name.utf8)
        fingerprints[artefact.rawValue] = Self.key.fingerprint(bytes.span.bytes, kind: .id)
    }

    private static func groupKey(_ name: String) -> UInt64 {
        let bytes = Array(name.utf8)
        return name.isEmpty ? 0 : key.groupKey(bytes.span.bytes)
    }
}
