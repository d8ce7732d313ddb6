// Issues that come behind what was judged for want of them.

public import AuthEvents

/// An event that issued what earlier events, or events of earlier runs, seemed to have used without an issue.
///
/// It explains the events among them that are not older than it.
public struct LateIssue: Sendable, Equatable {
    /// The field that said that nobody had seen it issued.
    public let field: DerivedField
    /// As what those events showed it.
    public let artefact: Artefact
    /// What was issued.
    public let fingerprint: TokenFingerprint
    /// When, in microseconds since 1970-01-01T00:00:00Z.
    public let time: Int64
    /// Line number of the event in its input, from 1.
    public let lineNumber: Int64
}

extension DerivedField {
    /// The value by which it says that nobody saw the artefact being issued, if a late issue can take that back.
    public var valueWithoutIssue: String? {
        switch self {
        case .codeOrphan: "true"
        case .accessTokenState, .subjectTokenState, .refreshTokenState: "unknown"
        default: nil
        }
    }

    /// The artefact it is about, of those with a ``valueWithoutIssue``.
    fileprivate static func withoutIssue(_ artefact: Artefact) -> DerivedField? {
        switch artefact {
        case .code: .codeOrphan
        case .refreshToken: .refreshTokenState
        case .accessToken: .accessTokenState
        case .subjectToken: .subjectTokenState
        case .refreshTokenIssued, .deviceCode, .family: nil
        }
    }
}

extension LineageState {
    /// Notes that a token was used with success although nobody saw it being issued.
    ///
    /// Only with success: whoever guesses tokens must not fill the memory.
    mutating func noteUnissued(_ token: TokenFingerprint, as artefact: Artefact, _ request: GrantEvent) {
        guard request.succeeded else { return }
        var record = unissued.value(of: token) ?? UnissuedRecord()
        record.usedAt = max(record.usedAt, request.time)
        record.artefacts |= 1 << UInt8(artefact.rawValue)
        unissued.set(token, record)
    }

    /// The tokens that `request` obtained may be ones that were used before they were seen.
    mutating func explainTokens(_ request: GrantEvent, _ batch: EventBatch, _ index: Int) {
        guard unissued.count > 0 else { return }
        // A token that is handed out for itself was there before.
        if !request.refreshTokenIssued.equals(request.refreshToken) {
            explain(request.refreshTokenIssued, request, batch, index)
        }
        if !request.accessToken.equals(request.subjectToken) { explain(request.accessToken, request, batch, index) }
    }

    private mutating func explain(
        _ token: TokenFingerprint,
        _ request: GrantEvent,
        _ batch: EventBatch,
        _ index: Int
    ) {
        guard token.isPresent, let record = unissued.value(of: token), request.time <= record.usedAt else { return }
        for artefact in Artefact.allCases where record.artefacts & 1 << UInt8(artefact.rawValue) != 0 {
            noteLateIssue(of: token, as: artefact, batch, index)
        }
        unissued.set(token, UnissuedRecord())
    }

    /// Hands out that event `index` issued what seemed never to have been issued.
    mutating func noteLateIssue(
        of fingerprint: TokenFingerprint,
        as artefact: Artefact,
        _ batch: EventBatch,
        _ index: Int
    ) {
        guard let field = DerivedField.withoutIssue(artefact) else { return }
        let event = batch.events[index]
        lateIssues.append(
            LateIssue(
                field: field,
                artefact: artefact,
                fingerprint: fingerprint,
                time: event.time,
                lineNumber: event.lineNumber
            )
        )
    }
}
