// Windows that outlive their engine.

public import FieldRows

/// What correlations know when the events of one engine are over, for another one to go on with.
public struct StoredCorrelations: Sendable, Equatable {
    /// What all correlations have in common.
    public var header: [UInt8]
    /// The windows of each correlation, by the index of its rule.
    public var windows: [Int: [UInt8]]

    /// Windows as bytes.
    public init(header: [UInt8], windows: [Int: [UInt8]]) {
        self.header = header
        self.windows = windows
    }
}

/// Why windows cannot be taken back.
public struct StoredCorrelationsError: Error, Equatable {
    /// Index of the rule whose windows make no sense; `nil` if it is the header.
    public let rule: Int?
}

extension CorrelationEngine {
    /// Everything there is to know, to be asked for behind ``finish()``; `store` appends a payload, and `storable` says
    /// what may be stored of a field's value: what differs from it is told, but no longer equal to it for other correlations.
    public func stored(
        _ store: @escaping (Payload, inout ByteWriter) -> Void,
        storable: @escaping (EventValue, _ field: String) -> EventValue = { value, _ in value }
    ) -> StoredCorrelations {
        let coding = PayloadCoding(
            store: { payload, bytes in store(payload.value(as: Payload.self), &bytes) },
            restore: { _ in nil },
            storable: storable
        )
        var header = ByteWriter()
        header.append(correlations.instant)
        header.append(Int64(correlations.incidents))
        header.append(Int64(correlations.alarms))
        let windows = correlations.running.map { ($0.plan.rule, $0.store(coding)) }
        return StoredCorrelations(header: header.bytes, windows: Dictionary(uniqueKeysWithValues: windows))
    }

    /// Takes back what another engine has ``stored(_:)``, before the first event; `restore` takes a payload and says how
    /// many bytes it takes in memory.
    ///
    /// Correlations of which nothing was stored, because they are new or have changed, begin without a past. No event is
    /// taken to be known behind `latest`: one that was dated far ahead must not make all others late for ever.
    public func restore(
        _ stored: StoredCorrelations,
        notAfter latest: Int64 = .max,
        _ restore: @escaping (inout ByteReader) -> (payload: Payload, memoryBytes: Int)?
    ) throws(StoredCorrelationsError) {
        let coding = PayloadCoding(
            store: { _, _ in },
            restore: { bytes in restore(&bytes).map { (TypedPayload($0.payload), $0.memoryBytes) } },
            storable: { value, _ in value }
        )
        var header = ByteReader(stored.header)
        correlations.instant = min(header.next(), latest)
        correlations.incidents = Int(header.next(Int64.self))
        correlations.alarms = Int(header.next(Int64.self))
        guard header.isAtEnd else { throw StoredCorrelationsError(rule: nil) }
        for correlation in correlations.running {
            guard let bytes = stored.windows[correlation.plan.rule] else { continue }
            guard correlation.restore(bytes, instant: correlations.instant, coding) else {
                throw StoredCorrelationsError(rule: correlation.plan.rule)
            }
            correlations.memoryBytes += correlation.memoryBytes
        }
    }
}
