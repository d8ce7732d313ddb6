// What lineage reads from one event.

import AuthEvents
import FieldRows

/// The artefacts, parties and outcome of an event that concerns a grant.
struct GrantEvent {
    let time: Int64
    let client: ClientMark
    let session: ClientSession
    let context: RequestContext
    /// Group key of the client; zero when unknown.
    let clientKey: UInt64
    /// Group key of the user; zero when unknown.
    let user: UInt64
    /// Group key of the network; zero when unknown.
    let network: UInt64
    /// Group key of the redirection URI; zero when unknown.
    let redirectURI: UInt64
    /// Mark of the key that the token is bound to; zero when unknown.
    let confirmation: UInt32
    let grantType: GrantType?
    /// Group key of the scope's text; zero when unknown.
    let scopeKey: UInt64
    /// Whether the server did what was asked; a statement that something was replayed is no success.
    let succeeded: Bool
    /// Whether the server refused.
    let refused: Bool
    /// The server's own statement.
    let verdict: ServerVerdict
    /// Whether the server may go on accepting an exchanged refresh token.
    let rotationOptional: Bool
    let code: TokenFingerprint
    let refreshToken: TokenFingerprint
    let refreshTokenIssued: TokenFingerprint
    let accessToken: TokenFingerprint
    let subjectToken: TokenFingerprint
    let family: TokenFingerprint

    /// Reads event `index` of `batch`, where each event has `artefacts` fingerprints.
    init(_ event: AuthEvent, in batch: EventBatch, at index: Int, artefacts: Int) {
        time = event.time
        client = ClientMark(groupKey: event.client)
        session = ClientSession(session: event.session, client: event.client)
        context = RequestContext(network: event.network, userAgent: event.userAgent)
        clientKey = event.client
        user = event.user
        network = event.network
        redirectURI = event.redirectURI
        confirmation = RequestContext.mark(event.confirmation)
        grantType = event.grantType
        scopeKey = event.scope
        succeeded = event.outcome == .success && event.verdict == .none
        refused = event.outcome == .failure
        verdict = event.verdict
        rotationOptional = batch.traits.contains(.rotationOptional)
        let (fingerprints, first) = (batch.fingerprints, index * artefacts)
        code = fingerprints[first + Artefact.code.rawValue]
        refreshToken = fingerprints[first + Artefact.refreshToken.rawValue]
        refreshTokenIssued = fingerprints[first + Artefact.refreshTokenIssued.rawValue]
        accessToken = fingerprints[first + Artefact.accessToken.rawValue]
        subjectToken = fingerprints[first + Artefact.subjectToken.rawValue]
        family = fingerprints[first + Artefact.family.rawValue]
    }

    /// Where the scope stands that it is about: the one granted or, if it had no success, the one asked for.
    var scopeFields: (CanonicalField, CanonicalField) {
        succeeded ? (.scope, .scopeRequested) : (.scopeRequested, .scope)
    }
}
