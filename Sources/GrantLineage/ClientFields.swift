// What the client registry says of the client of an event, as of the event.

import AuthEvents
import ClientRegistry
import FieldRows

/// Answers the fields `client.*`; a class, so that asking copies nothing.
final class ClientFields {
    /// What it looks at.
    let registry: ClientRegistry
    /// Scope texts that were too long to be compared.
    private(set) var scopesNotRead: Int64 = 0
    private let texts: DerivedTexts
    private let scopeBytesMax: Int
    /// Rows are looked at before anything is written to a scratch block.
    private let nothing = ByteBlock(capacity: 0)
    /// By source, whether events named clients, and whether the registry had anything to say of one.
    private var asked: [(clients: Bool, answered: Bool)] = []

    init(_ registry: ClientRegistry, scopeBytesMax: Int, texts: DerivedTexts) {
        self.registry = registry
        self.texts = texts
        self.scopeBytesMax = scopeBytesMax
    }

    /// Whether events of `source` named clients and the registry was silent about all of them.
    func isSilent(about source: Int) -> Bool {
        source < asked.count && asked[source].clients && !asked[source].answered
    }

    /// Says in `derived` what was registered for the client of event `index` of `batch`.
    func answer(_ batch: EventBatch, _ event: AuthEvent, _ index: Int, _ derived: inout DerivedFields) {
        guard event.has(.clientID), !Self.administration.contains(event.kind) else { return }
        batch.withRow(index, scratch: nothing) { row in
            let id = row.text(.clientID)
            guard id.byteCount > 0 else { return }
            let answer = registry.client(id, issuer: row.text(.issuer), tenant: row.text(.tenant), at: event.time)
            note(batch.source, isAnswer: answer != .silent)
            switch answer {
            case .silent: break
            case .unregistered: derived.set(.clientRegistered, false)
            case .registered(let version):
                derived.set(.clientRegistered, true)
                describe(row, event, version, &derived)
            }
        }
    }

    private func describe(_ row: borrowing FieldRow, _ event: AuthEvent, _ version: Int, _ derived: inout DerivedFields)
    {
        if let type = registry.clientType(version) { derived[.clientType] = type == .confidential ? 0 : 1 }
        if event.has(.grantType) {
            derived.set(.clientGrantTypeRegistered, registry.hasGrantType(row.text(.grantType), version))
        }
        if event.has(.clientAuthMethod) {
            derived.set(.clientAuthMethodRegistered, registry.hasAuthMethod(row.text(.clientAuthMethod), version))
        }
        // Where a user goes after signing out is registered apart (OpenID Connect RP-Initiated Logout §3).
        if event.has(.redirectURI), event.kind != .sessionLogout {
            derived.set(.clientRedirectURIRegistered, registry.hasRedirectURI(row.text(.redirectURI), version))
        }
        if event.has(.ip), Self.ownRequests.contains(event.kind), !Self.isOthersAddress(row.text(.ipRole)) {
            derived.set(.clientNetworkRegistered, registry.hasAddress(row.text(.ip), version))
        }
        if event.has(.expiresIn), let lifetime = registry.accessTokenLifetime(version) {
            derived.set(.clientAccessTokenLifetimeExceeded, row.text(.expiresIn).wholeNumber.map { $0 > lifetime })
        }
        // What was refused was asked for, not granted.
        let scope: CanonicalField =
            event.outcome == .failure
            ? (event.has(.scopeRequested) ? .scopeRequested : .scope) : (event.has(.scope) ? .scope : .scopeRequested)
        if event.has(scope), compare(row.text(scope), version) { derived[.clientScopeNotRegistered] = 0 }
    }

    /// Looks for words of `scope` that are not registered; whether there are any.
    private func compare(_ scope: RawSpan, _ version: Int) -> Bool {
        texts[.clientScopeNotRegistered].removeAll(keepingCapacity: true)
        guard scope.byteCount <= scopeBytesMax else {
            scopesNotRead += 1
            return false
        }
        var start = 0
        for index in 0...scope.byteCount where index == scope.byteCount || ScopeWords.isSeparator(scope.byte(at: index))
        {
            defer { start = index + 1 }
            guard index > start else { continue }
            let word = scope.extracting(start..<index)
            guard let isRegistered = registry.hasScopeValue(word, version) else { return false }
            if isRegistered { continue }
            if !texts[.clientScopeNotRegistered].isEmpty { texts[.clientScopeNotRegistered].append(0x20) }
            word.withUnsafeBytes { texts[.clientScopeNotRegistered].append(contentsOf: $0) }
        }
        let words = texts[.clientScopeNotRegistered]
        guard !words.isEmpty else { return false }
        // Equal sets are equal texts.
        if words.contains(0x20) { texts[.clientScopeNotRegistered] = ScopeWords(words).text }
        return true
    }

    private func note(_ source: Int, isAnswer: Bool) {
        if _slowPath(source >= asked.count) {
            asked += Array(repeating: (false, false), count: source + 1 - asked.count)
        }
        asked[source].clients = true
        if isAnswer { asked[source].answered = true }
    }

    /// Events in which a client is talked about, not one that talks.
    private static let administration: Set<EventKind> = [
        .clientRegister, .clientUpdate, .clientDelete, .clientSecret, .serverChange,
    ]

    /// Requests that a client makes itself, not the user's browser for it.
    private static let ownRequests: Set<EventKind> = [
        .parRequest, .deviceAuthorization, .tokenRequest, .tokenIntrospect, .tokenRevoke, .clientAuthenticate,
    ]

    private static func isOthersAddress(_ role: RawSpan) -> Bool { role.equals("user_agent") || role.equals("proxy") }
}

extension FieldRow {
    /// The text of a canonical field; empty if there is none.
    @_lifetime(copy self)
    fileprivate func text(_ field: CanonicalField) -> RawSpan {
        let slice = self[field.rawValue]
        switch slice.kind {
        case .string, .words, .number, .boolean: return bytes(slice)
        case .missing, .null, .json, .fingerprint: return line.extracting(0..<0)
        }
    }
}
