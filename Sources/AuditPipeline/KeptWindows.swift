// Carries the windows of correlations from run to run by way of the database.

import AuditStore
import Detections

/// Windows that are still open, as the database keeps them.
enum KeptWindows {
    private static let name = "correlations"

    /// Gives `engine` the windows that the last run left open; none is taken to be complete behind `latest`.
    static func restore(_ engine: DetectionEngine, from database: AuditDatabase, notAfter latest: Int64)
        throws(AuditError)
    {
        let kept: KeptCorrelations?
        do throws(StoreError) {
            kept = try database.read { reader in
                guard let header = try reader.stateHeader(name) else { return nil }
                var windows: [[UInt8]] = []
                try reader.stateSegments([name]) { windows.append($0.bytes) }
                return KeptCorrelations(header: header.bytes, windows: windows)
            }
        } catch {
            throw .store(error)
        }
        guard let kept else { return }
        do throws(KeptCorrelationsError) {
            try engine.restore(kept, notAfter: latest)
        } catch {
            throw .unreadableState(database.path, "the open windows of correlations", error.what)
        }
    }

    /// Writes the windows that `engine` leaves open.
    static func write(_ engine: DetectionEngine, to writer: StateWriter) throws {
        let kept = engine.keptCorrelations(inputID: writer.inputID)
        try writer.replace(
            name,
            with: kept.windows.map {
                StateSegment(part: name, generation: 0, replacesEarlier: false, records: 1, bytes: $0)
            }
        )
        try writer.write(StateHeader(name: name, bytes: kept.header))
    }
}

extension AuditError {
    /// What an earlier run has kept makes no sense.
    static func unreadableState(_ path: String, _ part: String, _ what: String) -> AuditError {
        .configuration(
            what: "\(path): \(part), as the last run has kept them, cannot be read: \(what)",
            hint: "restore a copy of the database, or forget what is known with 'grantaudit prune --state 1s'"
        )
    }
}
