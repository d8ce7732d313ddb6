// Scope that a server grants without having been asked for it.

import AuthEvents
import FieldRows

extension LineageState {
    /// Up to this product of lengths, each word is looked for among all others rather than sorted first.
    private static var shortScopes: Int { 1 << 16 }

    /// RFC 6749 §3.3: the server may grant another scope than was requested; whoever asked by name did not mean more.
    ///
    /// What the event itself says it was asked for counts, else what the code was `authorized` for.
    mutating func describeRequestedScope(
        _ request: GrantEvent,
        _ batch: EventBatch,
        _ index: Int,
        authorized: ScopeSetID,
        _ derived: inout DerivedFields
    ) {
        guard request.succeeded else { return }
        var isCompared = false
        var excess: [UInt8] = []
        _ = batch.withText(.scopeRequested, of: index) { requested in
            isCompared = true
            _ = batch.withText(.scope, of: index) { granted in
                let isShort = granted.byteCount * requested.byteCount <= Self.shortScopes
                if granted.equals(requested) || isShort && ScopeWords.isSubset(granted, of: requested) { return }
                guard max(granted.byteCount, requested.byteCount) <= limits.scopeTextBytesMax else { return }
                let asked = ScopeWords(requested.array)
                if !asked.isEmpty { excess = ScopeWords(granted.array).subtracting(asked).text }
            }
        }
        if !isCompared, authorized != .unknown {
            _ = batch.withText(.scope, of: index) { excess = scopes.words($0, beyond: authorized) }
        }
        texts.set(.grantScopeNotRequested, ScopeWords.beyondClaims(excess), &derived)
    }
}

extension ScopeWords {
    /// The scope values that OpenID Connect Core §3.1.2.1 and §5.4 define: many servers give them without being asked.
    private static let claims = ScopeWords(Array("openid profile email address phone".utf8))

    /// `text` without the values that only ask for the user's own claims.
    static func beyondClaims(_ text: [UInt8]) -> [UInt8] {
        text.isEmpty ? text : ScopeWords(text).subtracting(claims).text
    }

    /// Whether every word of `text` is one of `other`; looks at the bytes only, since mostly it is.
    static func isSubset(_ text: RawSpan, of other: RawSpan) -> Bool {
        var start = 0
        for index in 0...text.byteCount where index == text.byteCount || isSeparator(text.byte(at: index)) {
            defer { start = index + 1 }
            if index > start, !contains(text.extracting(start..<index), in: other) { return false }
        }
        return true
    }

    private static func contains(_ word: RawSpan, in text: RawSpan) -> Bool {
        var start = 0
        for index in 0...text.byteCount where index == text.byteCount || isSeparator(text.byte(at: index)) {
            defer { start = index + 1 }
            if index - start == word.byteCount, text.extracting(start..<index).equals(word) { return true }
        }
        return false
    }
}
