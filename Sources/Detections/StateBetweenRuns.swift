// What an engine hands out for the next run, and takes back from the last one.

import AuthEvents
import Crypto
import FieldRows
public import GrantLineage
import SigmaRules

extension DetectionEngine {
    // MARK: - Grants

    /// The latest event time that earlier runs have seen; `Int64.min` if there were none.
    public var restoredNewest: Int64 { tracker.restoredNewest }

    /// Takes back what earlier runs knew of grants; to be called before the first event.
    ///
    /// Throws ``LineageStateError`` when it makes no sense, and what `segments` throws.
    public func restoreLineage(
        header: [UInt8],
        byteCounts: [LineagePart: Int],
        segments: (_ take: (LineageSegment) throws(LineageStateError) -> Void) throws -> Void
    ) throws {
        try tracker.restore(header: header, byteCounts: byteCounts, segments: segments)
    }

    /// Hands to `keep` what is known of grants and has changed since the last time; see ``LineageTracker``.
    public func takeLineageChanges(_ keep: (LineageSegment) throws -> Void) throws -> LineageHeader {
        try tracker.takeChanges(keep)
    }

    // MARK: - Correlations

    /// The windows that are still open; `inputID` says by which number, from 1, the database knows an input of this run.
    ///
    /// To be asked for behind ``finish(observe:)``.
    public func keptCorrelations(inputID: @escaping (Int) -> Int64) -> KeptCorrelations {
        let reader = evidenceReader
        let stored = correlations.stored { evidence, bytes in
            evidence.store(to: &bytes, fields: reader.masked(evidence.fields), inputID: inputID)
        } storable: { value, field in
            guard value.kind != .fingerprint else { return value }
            let column = CanonicalField(name: field)?.rawValue
            let masked = EvidenceReader.storable(value.text, isFreeText: column.map(EvidenceReader.isFreeText) ?? true)
            return masked == value.text ? value : EventValue(masked, inPlaceOf: value)
        }
        var origin = CorrelationOrigin()
        origin.eventNumber = eventNumber
        origin.ruleIDs = rules.map(\.id)
        origin.columns = layout.names
        origin.engine = stored.header
        var header = ByteWriter()
        origin.store(to: &header)
        let windows = stored.windows.sorted { $0.key < $1.key }.map { rule, content in
            var bytes = ByteWriter()
            bytes.append(counted: rules[rule].id.utf8)
            bytes.append(counted: meaning(of: rule))
            bytes.append(raw: content)
            return bytes.bytes
        }
        return KeptCorrelations(header: header.bytes, windows: windows)
    }

    /// Takes back the windows of an earlier run, before the first event; those of rules that have changed are left out.
    ///
    /// No event is taken to be known behind `latest`, however far ahead one was dated.
    public func restore(_ kept: KeptCorrelations, notAfter latest: Int64) throws(KeptCorrelationsError) {
        guard let origin = CorrelationOrigin(from: kept.header) else {
            throw KeptCorrelationsError(what: "their header makes no sense, or is of another version of this program")
        }
        let places = Dictionary(rules.enumerated().map { ($1.id, $0) }) { first, _ in first }
        var stored = StoredCorrelations(header: origin.engine, windows: [:])
        for window in kept.windows {
            var bytes = ByteReader(window)
            let rule = places[String(decoding: bytes.nextCounted(), as: UTF8.self)]
            let wasMeant = bytes.nextCounted()
            guard let rule, rules[rule].sigma.correlation != nil, wasMeant == meaning(of: rule) else { continue }
            stored.windows[rule] = Array(bytes.next(count: bytes.rest))
        }
        let columns = EvidenceColumns(origin.columns, layout)
        let rulePlaces = origin.ruleIDs.map { places[$0] }
        do {
            try correlations.restore(stored, notAfter: latest) { bytes in
                PackedEvidence(from: &bytes, rules: rulePlaces, columns: columns).map { ($0, $0.memoryBytes) }
            }
        } catch {
            let what =
                error.rule.map { "the windows of \(rules[$0].name) make no sense" } ?? "their header makes no sense"
            throw KeptCorrelationsError(what: what)
        }
        eventNumber = origin.eventNumber
    }

    /// What `rule` and the rules under it say: windows mean nothing to a rule that says something else.
    private func meaning(of rule: Int) -> [UInt8] {
        var hash = SHA256()
        var (waiting, seen) = ([rule], Set([rule]))
        while let next = waiting.popLast() {
            hash.update(data: Array(rules[next].sigma.text.utf8))
            hash.update(data: [0])
            waiting += (rules[next].sigma.correlation?.ruleIndices ?? []).filter { seen.insert($0).inserted }
        }
        return Array(hash.finalize())
    }
}
