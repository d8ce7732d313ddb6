// Carries lineage from run to run by way of the database.

import AuditStore
import Detections
import GrantLineage

/// What is known of grants, as the database keeps it.
enum KeptLineage {
    private static let headerName = "lineage"

    /// Gives `engine` what earlier runs knew.
    static func restore(_ engine: DetectionEngine, from database: AuditDatabase) throws(AuditError) {
        var problem: LineageStateError?
        do throws(StoreError) {
            try database.read { reader in
                guard let header = try reader.stateHeader(headerName) else { return }
                var byteCounts: [LineagePart: Int] = [:]
                for part in LineagePart.allCases { byteCounts[part] = Int(try reader.stateBytes(part.rawValue)) }
                do {
                    try engine.restoreLineage(header: header.bytes, byteCounts: byteCounts) { take in
                        try reader.stateSegments(LineagePart.allCases.map(\.rawValue)) { segment in
                            try take(LineageSegment(segment))
                        }
                    }
                } catch let error as LineageStateError {
                    problem = error
                }
            }
        } catch {
            throw .store(error)
        }
        guard let problem else { return }
        throw .unreadableState(database.path, "grants", problem.what)
    }

    /// Writes what `engine` has learnt since it was last written.
    static func write(_ engine: DetectionEngine, to writer: StateWriter) throws {
        let header = try engine.takeLineageChanges { try writer.write(StateSegment($0)) }
        for (part, generation) in header.generations where generation > 0 {
            try writer.forget(part.rawValue, before: Int64(generation) - 1)
        }
        try writer.write(StateHeader(name: headerName, bytes: header.bytes))
    }
}

extension LineageSegment {
    fileprivate init(_ segment: StateSegment) throws(LineageStateError) {
        guard let part = LineagePart(rawValue: segment.part), let generation = UInt32(exactly: segment.generation),
            let records = Int(exactly: segment.records), records >= 0
        else { throw LineageStateError(what: "there is a segment of an unknown kind") }
        self.init(part: part, generation: generation, replacesEarlier: false)
        self.records = records
        bytes = segment.bytes
    }
}

extension StateSegment {
    fileprivate init(_ segment: LineageSegment) {
        self.init(
            part: segment.part.rawValue,
            generation: Int64(segment.generation),
            replacesEarlier: segment.replacesEarlier,
            records: Int64(segment.records),
            bytes: segment.bytes
        )
    }
}
