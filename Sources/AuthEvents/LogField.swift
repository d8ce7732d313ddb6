// The fields of what an audit says about the logs themselves.

/// A field of a ``LogFact``; rules of `category: log_integrity` may use it.
public enum LogField: String, CaseIterable, Sendable {
    /// The input as it was given.
    case input = "log.input"
    /// What has changed since earlier runs; see ``LogChange``.
    case change = "log.change"
    /// The name under which an earlier run, or another input of this one, has the same content.
    case otherInput = "log.other_input"
    /// Bytes of the input that an earlier run had read.
    case previousBytes = "log.previous_bytes"
    /// Decompressed bytes of the input.
    case bytes = "log.bytes"
    /// Why the input could not be read to its end.
    case damage = "log.damage"
    /// Lines that this run has read.
    case lines = "log.lines"
    /// Lines among them that became events.
    case events = "log.events"
    /// Lines among them that could not be understood.
    case rejected = "log.rejected"
    /// Events that were delivered before.
    case duplicates = "log.duplicates"
    /// Share of the lines that could not be understood.
    case rejectedShare = "log.rejected_share"
    /// The same share in all earlier runs over logs of this format.
    case previousRejectedShare = "log.previous_rejected_share"
    /// How many times as large the share is as it was.
    case rejectedFactor = "log.rejected_factor"
    /// Share of the lines that became events.
    case eventShare = "log.event_share"
    /// The same share in all earlier runs over logs of this format.
    case previousEventShare = "log.previous_event_share"
    /// What has become of the share of events.
    case eventShareChange = "log.event_share_change"
    /// How long there was no event.
    case silenceSeconds = "log.silence_seconds"
    /// The longest silence that is usual in the hours of the week over which this one lasted.
    case usualSilenceSeconds = "log.usual_silence_seconds"
    /// How many times as long the silence is as is usual.
    case silenceFactor = "log.silence_factor"
    /// Whether other logs had events meanwhile.
    case othersActive = "log.others_active"
    /// Whether the silence lasts to the end of what this run has read.
    case isOpen = "log.is_open"
    /// How many numbers are missing between this line and the one before.
    case missingNumbers = "log.missing_numbers"
    /// The first of them.
    case firstMissing = "log.first_missing"
    /// The last of them.
    case lastMissing = "log.last_missing"
    /// How far the time goes back at most.
    case backwardSeconds = "log.backward_seconds"
    /// Events that go back further than the lateness that is allowed.
    case backwardEvents = "log.backward_events"
    /// How far events are behind the time at which the file was last written to.
    case aheadSeconds = "log.ahead_seconds"
    /// Events that are.
    case aheadEvents = "log.ahead_events"
    /// Where the zone of the times comes from.
    case zoneSource = "log.zone_source"

    /// The type of the value, as the reference of fields says it.
    public var type: String {
        switch self {
        case .input, .otherInput, .damage: "text"
        case .change: LogChange.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        case .zoneSource: "`explicit`, `assumed`, `format`, `option`"
        case .othersActive, .isOpen: "boolean"
        default: "number"
        }
    }

    /// The kind of event that has it; `nil` for all of them.
    public var kind: EventKind? {
        switch self {
        case .input: nil
        case .silenceSeconds, .usualSilenceSeconds, .silenceFactor, .othersActive, .isOpen, .missingNumbers,
            .firstMissing, .lastMissing:
            .logGap
        case .backwardSeconds, .backwardEvents, .aheadSeconds, .aheadEvents, .zoneSource: .logTime
        default: .logInput
        }
    }

    /// The field's meaning in one sentence, the same as its documentation.
    public var meaning: String {
        switch self {
        case .input: "The input as it was given."
        case .change: "What has changed since earlier runs."
        case .otherInput:
            "The name under which an earlier run, or another input of this one, has the same content."
        case .previousBytes: "Bytes of the input that an earlier run had read."
        case .bytes: "Decompressed bytes of the input."
        case .damage: "Why the input could not be read to its end."
        case .lines: "Lines that this run has read."
        case .events: "Lines among them that became events."
        case .rejected: "Lines among them that could not be understood."
        case .duplicates: "Events that were delivered before."
        case .rejectedShare: "Share of the lines that could not be understood, from 0 to 1."
        case .previousRejectedShare: "The same share in all earlier runs over logs of this format."
        case .rejectedFactor: "How many times as large the share is as it was; 0.001 counts as the least."
        case .eventShare: "Share of the lines that became events, from 0 to 1."
        case .previousEventShare: "The same share in all earlier runs over logs of this format."
        case .eventShareChange: "The share of events less what it was: negative when it has fallen."
        case .silenceSeconds: "How long there was no event."
        case .usualSilenceSeconds:
            "The longest silence that is usual in the hours of the week over which this one lasted."
        case .silenceFactor: "How many times as long the silence is as is usual."
        case .othersActive: "Whether other logs had events meanwhile."
        case .isOpen: "Whether the silence lasts to the end of what this run has read."
        case .missingNumbers: "How many numbers (`sequence`) are missing before this line."
        case .firstMissing: "The first of them."
        case .lastMissing: "The last of them."
        case .backwardSeconds: "How far the time goes back at most."
        case .backwardEvents: "Events that go back further than the lateness that is allowed."
        case .aheadSeconds: "How far events are behind the time at which the file was last written to, at most."
        case .aheadEvents: "Events that are more than five minutes behind it."
        case .zoneSource: "Where the zone of the times comes from."
        }
    }
}

/// What has become of an input since earlier runs.
public enum LogChange: String, CaseIterable, Sendable {
    /// No run has read any of it.
    case new
    /// An earlier run has read its beginning.
    case appended
    /// An earlier run has read all of it under another name.
    case renamed
    /// It ends before what an earlier run has read of it.
    case truncated
    /// It begins as it did, but what an earlier run has read has changed.
    case altered
    /// Another log about the same time stands under its name.
    case replaced
    /// It is gone, while older ones of its kind are still there.
    case vanished
    /// Another input has all of its content.
    case duplicate
    /// Another input begins like it and goes on in another way.
    case overlapping
    /// It cannot be read to its end.
    case damaged
}
