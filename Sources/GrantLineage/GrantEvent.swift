// What lineage reads from one event.

import AuthEvents
import FieldRows

/// The artefacts, parties and outcome of an event that concerns a grant.
struct GrantEvent {
    let time: Int64
    let client: ClientMark
    let session: ClientSession
    let context: RequestContext
    /// Group key of the scope's text; zero when unknown.
    let scopeKey: UInt64
    /// Whether the server did what was asked; a statement that something was replayed is no success.
    let succeeded: Bool
    /// Whether the server refused.
    let refused: Bool
    /// Whether the server may go on accepting an exchanged refresh token.
    let rotationOptional: Bool
    let code: TokenFingerprint
    let refreshToken: TokenFingerprint
    let refreshTokenIssued: TokenFingerprint
    let accessToken: TokenFingerprint
    let family: TokenFingerprint

    /// Reads event `index` of `batch`, where each event has `artefacts` fingerprints.
    init(_ event: AuthEvent, in batch: EventBatch, at index: Int, artefacts: Int) {
        time = event.time
        client = ClientMark(groupKey: event.client)
        session = ClientSession(session: event.session, client: event.client)
        context = RequestContext(network: event.network, userAgent: event.userAgent)
        scopeKey = event.scope
        succeeded = event.outcome == .success && event.verdict == .none
        refused = event.outcome == .failure
        rotationOptional = batch.traits.contains(.rotationOptional)
        let (fingerprints, first) = (batch.fingerprints, index * artefacts)
        code = fingerprints[first + Artefact.code.rawValue]
        refreshToken = fingerprints[first + Artefact.refreshToken.rawValue]
        refreshTokenIssued = fingerprints[first + Artefact.refreshTokenIssued.rawValue]
        accessToken = fingerprints[first + Artefact.accessToken.rawValue]
        family = fingerprints[first + Artefact.family.rawValue]
    }
}

extension EventBatch {
    /// Lets `body` read the first of `fields` that has text in event `index`; `nil` when none has.
    func withText<Result>(
        _ fields: (CanonicalField, CanonicalField),
        of index: Int,
        _ body: (RawSpan) -> Result
    ) -> Result? {
        let first = slices[index * columns + fields.0.rawValue]
        if let result = withText(first, body) { return result }
        return withText(slices[index * columns + fields.1.rawValue], body)
    }

    private func withText<Result>(_ slice: FieldSlice, _ body: (RawSpan) -> Result) -> Result? {
        guard slice.kind == .words || slice.kind == .string, slice.count > 0 else { return nil }
        let range = slice.offset..<slice.offset + slice.count
        switch slice.region {
        case .line:
            let block = block
            return body(block.bytes.extracting(range))
        case .arena:
            let arena = arena
            return body(arena.bytes.extracting(range))
        case .scratch, .fingerprints: return nil
        }
    }
}
