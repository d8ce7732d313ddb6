// Runs rules on lines of our own format, as an audit would.

import AuthEvents
import ByteStreams
import ClientRegistry
import Detections
import FieldRows
import Foundation
import LogFormats
import SigmaRules

/// The package on disk.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func path(_ relative: String) -> String { root.appending(path: relative).path }
}

/// Rules, compiled for one format, ready to be shown events.
struct RuleBench {
    static let key = FingerprintKey(Array(0..<UInt8(FingerprintKey.byteCount)))

    private let rules: LoadedRules
    private let plan: CompiledFormat

    init(_ rules: LoadedRules, format: FormatFile) throws {
        self.rules = rules
        plan = try CompiledFormat(
            format,
            layout: DetectionEngine.layout(for: rules),
            isDerived: DetectionEngine.isDerived
        )
    }

    init(_ rules: LoadedRules, format: String = "grantaudit-json") throws {
        let catalog = FormatCatalog(folders: [Repository.path("Rules/formats")])
        guard let file = catalog[format] else { throw Missing(format: format) }
        try self.init(rules, format: file)
    }

    struct Missing: Error { let format: String }

    /// An engine that has judged `lines`, in order; its findings may hold `findingMemoryMax` bytes.
    func judged(
        _ lines: [String],
        findingMemoryMax: Int = DetectionEngine.findingMemoryMax,
        clientRegistry: ClientRegistry? = nil
    ) -> DetectionEngine {
        let source = SourceProfile(plan.capabilities, logsource: plan.format.logsource)
        let engine = DetectionEngine(
            rules: rules,
            layout: plan.layout,
            sources: [source],
            findingMemoryMax: findingMemoryMax,
            clientRegistry: clientRegistry
        )
        var decoder = LineDecoder(plan, key: Self.key)
        for line in lines {
            let block = ByteBlock(capacity: line.utf8.count)
            block.append(Array(line.utf8).span.bytes)
            let batch = decoder.decode(LineBatch(oneLine: block))
            engine.process(batch, batch.events.indices, source: 0, input: 1)
        }
        engine.finish()
        return engine
    }
}
