// Why a rule matches an event of a log, or why it does not.

import AuthEvents
public import ByteStreams
public import ClientRegistry
public import Detections
import FieldRows
public import LogFormats
public import SigmaRules

/// The answer of `rules explain`.
public struct EventExplanation: Sendable {
    /// One detection and what it says of the event.
    public struct Part: Sendable {
        /// The detection: the rule itself, or one that the correlation looks at.
        public let rule: SigmaRule
        /// What it says, with secrets masked; `nil` when the rule is about another log source.
        public let explanation: RuleExplanation?
    }

    /// The line of the event, from 1.
    public let line: Int64
    /// Why the line is no event; `nil` if it is one.
    public let fate: String?
    /// The detections.
    public let parts: [Part]
    /// For a correlation, all times at which its condition held, in the whole log.
    public let matches: [ObservedMatch]
}

/// Runs one rule over a log up to the event in question, since lineage depends on what came before.
public struct EventExplainer {
    private let rules: LoadedRules
    private let subject: Int
    private let plan: CompiledFormat
    private let clientRegistry: ClientRegistry?

    /// An explainer of the rule at `index` of `loaded` for lines of `format`, by what is known of clients.
    public init(
        _ loaded: LoadedRules,
        rule index: Int,
        format: FormatFile,
        clientRegistry: ClientRegistry? = nil
    ) throws(FormatError) {
        self.clientRegistry = clientRegistry
        let (subset, place) = loaded.subset(for: index)
        (rules, subject) = (subset.preferringOwnFields, place)
        plan = try CompiledFormat(
            format,
            layout: DetectionEngine.layout(for: rules),
            isDerived: DetectionEngine.isDerived
        )
    }

    /// Reads `reader` and explains the event of line `number`; `nil` when no record begins there.
    public func explain(_ reader: inout RecordReader, line number: Int64) throws(InputError) -> EventExplanation? {
        let engine = DetectionEngine(
            rules: rules,
            layout: plan.layout,
            sources: [plan.profile],
            clientRegistry: clientRegistry
        )
        let explainers = rules.rules.map { $0.detection.map { RuleExplainer($0, layout: plan.layout) } }
        let isCorrelation = rules.rules[subject].correlation != nil
        var (parts, matches) = ([EventExplanation.Part](), [ObservedMatch]())
        var (isThere, isEvent, fate) = (false, false, "the line is ignored")
        let subject = subject
        func observe(_ match: ObservedMatch) { if match.rule == subject, match.isCorrelation { matches.append(match) } }
        // Values of tokens are fingerprints under this key, of no use to anybody else.
        var decoder = LineDecoder(plan, key: .random())
        func judge(_ batch: EventBatch, shift: Int64) {
            engine.process(batch, batch.events.indices, source: 0, input: 1, observe: observe) { event, row in
                guard event.lineNumber + shift == number else { return }
                isEvent = true
                parts = self.parts(engine, explainers, row)
            }
            if let rejected = batch.rejected.first(where: { $0.lineNumber + shift == number }) {
                fate = "rejected: \(rejected.reason)"
            }
        }
        while let read = try reader.next() {
            isThere = isThere || read.index(of: number) != nil
            if isPlain {
                // A line that was given a time comes alone, as number 1.
                for (line, text) in Self.timed(read) { judge(decoder.decode(text), shift: line - 1) }
            } else {
                judge(decoder.decode(read), shift: 0)
            }
            // Records of several lines may end later than they begin.
            if isEvent, !isCorrelation { break }
        }
        if let rest = decoder.finish() { judge(rest, shift: 0) }
        guard isThere || isEvent else { return nil }
        engine.finish(observe: observe)
        return EventExplanation(line: number, fate: isEvent ? nil : fate, parts: parts, matches: matches)
    }

    private var isPlain: Bool { plan.format.name == PlainJSON.name }

    private func parts(
        _ engine: DetectionEngine,
        _ explainers: [RuleExplainer?],
        _ row: borrowing FieldRow
    ) -> [EventExplanation.Part] {
        var parts: [EventExplanation.Part] = []
        for (rule, explainer) in explainers.enumerated() {
            guard let explainer else { continue }
            let applies = isPlain || engine.rules[rule].applies(to: plan.format.logsource)
            let explanation = applies ? explainer.explain(row).masked : nil
            parts.append(.init(rule: rules.rules[rule], explanation: explanation))
        }
        return parts
    }

    /// The records one by one with their line numbers, each a second after the one before it.
    private static func timed(_ records: RecordBatch) -> [(Int64, LineBatch)] {
        let lines = records.lines
        return lines.lines.enumerated().map { index, line in
            let text = String(
                decodingUTF8: lines.block.bytes.extracting(Int(line.start)..<Int(line.start + line.count))
            )
            let number = records.lineNumber(index)
            let timed = try? EventTimeline.lines("+\(number)s \(text)", key: PlainJSON.timeKey).first
            return (number, LineBatch(oneLine: timed ?? text))
        }
    }
}

extension RuleExplanation {
    /// The same without anything that could be a secret.
    fileprivate var masked: RuleExplanation {
        mapValues { SecretMask.maskLine($0) }
    }
}
