// The tables of lineage, and which event concerns which of them.

import AuthEvents
import ClientRegistry
import FieldRows
import NetworkPlaces

/// Everything lineage remembers.
struct LineageState: ~Copyable {
    let limits: LineageLimits
    var codes: GenerationTable<TokenFingerprint, CodeRecord>
    var tokens: GenerationTable<TokenFingerprint, TokenRecord>
    var families: GenerationTable<FamilyNumber, FamilyRecord>
    /// The server's own identifiers of families.
    var familyIDs: GenerationTable<TokenFingerprint, FamilyNumber>
    var sessions: GenerationTable<ClientSession, SessionRecord>
    var branches: GenerationTable<BranchKey, BranchRecord>
    var incidents: GenerationTable<FamilyNumber, FamilyIncident>
    var accessTokens: GenerationTable<TokenFingerprint, AccessTokenRecord>
    var users: GenerationTable<ValueKey, UserRecord>
    var endedSessions: GenerationTable<ValueKey, SessionEnd>
    var clientRecords: GenerationTable<ValueKey, ClientRecord>
    var pairs: GenerationTable<ValueKey, PairRecord>
    var rates: GenerationTable<ValueKey, RateRecord>
    var rateHistories: GenerationTable<ValueKey, RateHistory>
    var unissued: GenerationTable<TokenFingerprint, UnissuedRecord>
    var scopes: ScopeSets
    var forksNotTracked: Int64 = 0
    /// What is registered of clients, if anything is.
    let clients: ClientFields?
    /// What is known of where networks are, if anything is.
    let places: NetworkPlaces?
    /// Where the address of the event applied last is, if that is known.
    var place: Place?
    /// The sets of words that the event applied last derives.
    let texts = DerivedTexts()
    /// Issues that came late, until somebody takes them.
    var lateIssues: [LateIssue] = []

    /// Whether any redemption had to be known by its session, for want of a code.
    var knowsRedemptionsBySession = false
    private var lateEvents: Int64 = 0
    private var backdatedEvents: Int64 = 0
    /// The latest event time of this run.
    private var runNewest = Int64.min
    private(set) var newest = Int64.min
    /// The first second of which anything is known.
    private(set) var observedSince = Moment.never
    private(set) var lastFamily = FamilyNumber()
    /// Whether the input that events come from may have been read before, by another name or in part.
    var mayRepeat = false
    /// The latest event time of earlier runs.
    private(set) var restoredNewest = Int64.min
    private let artefacts = Artefact.allCases.count
    private var warmth: UInt64 = 0

    init(limits: LineageLimits, clientRegistry: ClientRegistry?, places: NetworkPlaces?) {
        self.places = places
        self.limits = limits
        let texts = texts
        clients = clientRegistry.map { ClientFields($0, scopeBytesMax: limits.scopeTextBytesMax, texts: texts) }
        let idle = limits.familyIdleSeconds
        codes = GenerationTable(recordsMax: limits.codesMax, lifetimeSeconds: limits.codeLifetimeSeconds)
        tokens = GenerationTable(recordsMax: limits.tokensMax, lifetimeSeconds: idle)
        families = GenerationTable(recordsMax: limits.familiesMax, lifetimeSeconds: idle)
        familyIDs = GenerationTable(recordsMax: limits.familiesMax, lifetimeSeconds: idle)
        sessions = GenerationTable(recordsMax: limits.sessionsMax, lifetimeSeconds: idle)
        branches = GenerationTable(recordsMax: limits.branchesMax, lifetimeSeconds: idle)
        incidents = GenerationTable(recordsMax: limits.familiesMax, lifetimeSeconds: idle)
        accessTokens = GenerationTable(
            recordsMax: limits.accessTokensMax,
            lifetimeSeconds: limits.accessTokenLifetimeSeconds
        )
        users = GenerationTable(recordsMax: limits.usersMax, lifetimeSeconds: idle)
        endedSessions = GenerationTable(recordsMax: limits.sessionsMax, lifetimeSeconds: idle)
        clientRecords = GenerationTable(recordsMax: limits.clientsMax, lifetimeSeconds: idle)
        pairs = GenerationTable(recordsMax: limits.pairsMax, lifetimeSeconds: idle)
        rates = GenerationTable(recordsMax: limits.ratesMax, lifetimeSeconds: idle)
        rateHistories = GenerationTable(recordsMax: limits.rateHistoriesMax, lifetimeSeconds: idle)
        unissued = GenerationTable(recordsMax: limits.unissuedMax, lifetimeSeconds: idle)
        scopes = ScopeSets(limits: limits)
    }

    /// Applies the events `rows` and writes what they derive into their rows.
    mutating func apply(
        _ batch: EventBatch,
        _ rows: Range<Int>,
        writer: DerivedFieldWriter,
        scratch: ByteBlock,
        present: RowBlock<UInt64>
    ) {
        let (events, slices, columns) = (batch.events, batch.slices, batch.columns)
        prepare(events, batch.fingerprints, rows)
        var derived = DerivedFields()
        for index in rows {
            apply(batch, events[index], index, derived: &derived)
            present[index - rows.lowerBound] = derived.present
            if !derived.isEmpty {
                writer.fill(slices, from: index * columns, derived, scopes, texts, scratch)
            }
        }
    }

    mutating func apply(_ batch: EventBatch, _ event: AuthEvent, _ index: Int, derived: inout DerivedFields) {
        derived.reset()
        advance(to: event.time)
        if let clients { clients.answer(batch, event, index, &derived) }
        if let places { locate(event, places, batch, index, &derived) }
        switch event.kind {
        case .authorizationRequest: learnAuthorization(event, batch, index, &derived)
        case .authorizationResponse:
            learnAuthorization(event, batch, index, &derived)
            notePlace(event, batch, index, &derived)
            if event.outcome == .success { issueCode(read(event, batch, index), batch, index, &derived) }
        case .tokenRequest: requestToken(event, batch, index, derived: &derived)
        case .userinfo, .tokenIntrospect: use(read(event, batch, index), &derived)
        case .tokenRevoke where event.outcome != .failure: revoke(read(event, batch, index))
        case .consentGrant where event.outcome == .success: noteConsent(event, batch, index)
        case .sessionLogin: notePlace(event, batch, index, &derived)
        case .sessionLogout where event.outcome != .failure: endSession(event)
        case .userDisable, .userEnable, .userCredential:
            if event.outcome != .failure { changeUser(event) }
        case .clientRegister, .clientDelete:
            if event.outcome != .failure { changeClient(event) }
        default: break
        }
    }

    /// Brings near what the events `rows` will ask for.
    ///
    /// Each lookup waits for memory; asked for together, the records of many events come in the time of one.
    private mutating func prepare(
        _ events: [AuthEvent],
        _ fingerprints: RowBlock<TokenFingerprint>,
        _ rows: Range<Int>
    ) {
        var sum: UInt64 = 0
        for row in rows {
            let first = row * artefacts
            let code = fingerprints[first + Artefact.code.rawValue]
            if code.isPresent { sum ^= codes.warm(code) }
            let issued = fingerprints[first + Artefact.refreshTokenIssued.rawValue]
            if issued.isPresent { sum ^= tokens.warm(issued) }
            let presented = fingerprints[first + Artefact.refreshToken.rawValue]
            if presented.isPresent { sum ^= tokens.warm(presented) }
            let family = fingerprints[first + Artefact.family.rawValue]
            if family.isPresent { sum ^= familyIDs.warm(family) }
            let session = ClientSession(session: events[row].session, client: events[row].client)
            if session.isComplete { sum ^= sessions.warm(session) }
            let user = events[row].user
            if user != 0 { sum ^= users.warm(ValueKey(user)) }
            let accessToken = fingerprints[first + Artefact.accessToken.rawValue]
            if accessToken.isPresent { sum ^= accessTokens.warm(accessToken) }
        }
        for row in rows {
            let presented = fingerprints[row * artefacts + Artefact.refreshToken.rawValue]
            guard presented.isPresent, let token = tokens.recent(presented) else { continue }
            sum ^= families.warm(token.family)
        }
        // Kept, so that the reading is not optimised away.
        warmth = sum
    }

    /// The number of a family that does not exist yet.
    mutating func nextFamily() -> FamilyNumber {
        lastFamily.rawValue &+= 1
        if lastFamily.equals(.free) { lastFamily.rawValue = 1 }
        return lastFamily
    }

    func read(_ event: AuthEvent, _ batch: EventBatch, _ index: Int) -> GrantEvent {
        GrantEvent(event, in: batch, at: index, artefacts: artefacts)
    }

    private mutating func requestToken(
        _ event: AuthEvent,
        _ batch: EventBatch,
        _ index: Int,
        derived: inout DerivedFields
    ) {
        let request = read(event, batch, index)
        describeParties(request, &derived)
        let session = describeSession(request, &derived)
        switch event.grantType {
        case .authorizationCode: redeem(request, session, batch, index, &derived)
        case .refreshToken: refresh(request, batch, index, &derived)
        default:
            if event.grantType == .tokenExchange { exchangeToken(request, batch, index, &derived) }
            describeRequestedScope(request, batch, index, authorized: .unknown, &derived)
            // Password, device code, CIBA, token exchange, assertions: a refresh token begins a grant without code.
            let isNew = request.refreshTokenIssued.isPresent && !request.refreshToken.isPresent
            if request.succeeded, isNew {
                _ = createFamily(request, batch, index)
            } else if request.succeeded, request.accessToken.isPresent {
                noteAccessToken(request, FamilyNumber(), grantedScope(request, batch, index), batch, index)
            }
        }
        learnRate(request, &derived)
        guard request.succeeded else { return }
        explainTokens(request, batch, index)
        if event.grantType != .refreshToken { resumeSession(of: request) }
        noteUser(of: request)
        learn(request, batch, index, &derived)
    }

    private mutating func advance(to time: Int64) {
        if time < newest {
            // Late in this run, or in order but older than what an earlier run has judged.
            if time < runNewest { lateEvents += 1 } else { backdatedEvents += 1 }
            runNewest = max(runNewest, time)
            return
        }
        (newest, runNewest) = (time, time)
        if !observedSince.isKnown { observedSince = Moment(time) }
        codes.advance(to: time)
        tokens.advance(to: time)
        families.advance(to: time)
        familyIDs.advance(to: time)
        sessions.advance(to: time)
        branches.advance(to: time)
        incidents.advance(to: time)
        accessTokens.advance(to: time)
        users.advance(to: time)
        endedSessions.advance(to: time)
        clientRecords.advance(to: time)
        pairs.advance(to: time)
        rates.advance(to: time)
        rateHistories.advance(to: time)
        unissued.advance(to: time)
    }

    /// From when to when events were seen.
    var observed: (since: Moment, until: Int64) { (observedSince, newest) }

    /// Notes how far it has come.
    func storeProgress(to bytes: inout ByteWriter) {
        bytes.append(newest)
        bytes.append(lastFamily.rawValue)
        bytes.append(forksNotTracked)
        bytes.append(knowsRedemptionsBySession)
        observedSince.store(to: &bytes)
    }

    /// Takes back what ``storeProgress(to:)`` has noted.
    mutating func restoreProgress(from bytes: inout ByteReader) {
        newest = bytes.next()
        lastFamily = FamilyNumber(rawValue: bytes.next())
        forksNotTracked = bytes.next()
        knowsRedemptionsBySession = bytes.nextFlag()
        observedSince = Moment(from: &bytes)
        restoredNewest = newest
    }

    /// What is held, and what was forgotten.
    mutating func statistics() -> LineageStatistics {
        var counter = RecordCounter()
        visitTables(&counter)
        var result = LineageStatistics()
        result.records = counter.records
        result.byteCount = counter.byteCount + scopes.byteCount
        result.scopeTexts = scopes.count
        result.scopesNotRemembered = scopes.notRemembered
        result.scopesNotRead = scopes.notRead + (clients?.scopesNotRead ?? 0)
        result.forksNotTracked = forksNotTracked
        result.lateEvents = lateEvents
        result.backdatedEvents = backdatedEvents
        return result
    }

    /// Does with each table what `visitor` does.
    mutating func visitTables<Visitor: TableVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
        try visitor.visit(&codes, .codes)
        try visitor.visit(&tokens, .tokens)
        try visitor.visit(&families, .families)
        try visitor.visit(&familyIDs, .familyIDs)
        try visitor.visit(&sessions, .sessions)
        try visitor.visit(&branches, .branches)
        try visitor.visit(&incidents, .incidents)
        try visitor.visit(&accessTokens, .accessTokens)
        try visitor.visit(&users, .users)
        try visitor.visit(&endedSessions, .endedSessions)
        try visitor.visit(&clientRecords, .clients)
        try visitor.visit(&pairs, .pairs)
        try visitor.visit(&rates, .rates)
        try visitor.visit(&rateHistories, .rateHistories)
        try visitor.visit(&unissued, .unissued)
    }
}
