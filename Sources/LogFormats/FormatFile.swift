// One format as written: how a vendor's lines are recognised, taken apart and named.

public import AuthEvents

/// A format file (`Rules/formats/NAME.yml`); see `Rules/formats/README.md` for the language.
public struct FormatFile: Sendable {
    /// Where it was read from.
    public var file: String
    /// Its name, also the value of the canonical field `source`.
    public var name: String
    /// What it reads, in a few words.
    public var title: String
    /// `stable` or `experimental`.
    public var status: String
    /// Product and service of the Sigma log source it answers to, besides `category: oauth`.
    public var logsource: [String: String]
    /// How to switch the needed logging on.
    public var enable: String
    /// What lineage has to respect.
    public var traits: SourceTraits
    /// Whether the source writes a line for operations that succeed; without them lineage cannot be known.
    public var successHint: String?
    /// Texts that mean "no value".
    public var nulls: [String]
    /// Where the time is, best first.
    public var time: [TimeSource]
    /// The zone of times that name none, if the server always writes one zone.
    public var timeZone: LocalZone?
    /// Names of its own for source fields: each stands for the first of some with a value.
    public var aliases: [(name: String, sources: [String])]
    /// A pattern for lines that belong to the line before them.
    public var continues: String?
    /// How lines that are parts of one record find each other.
    public var record: RecordRule?
    /// Keys of objects that others put around the vendor's: a rule may name the vendor's fields with them in front.
    public var wrappers: [String]
    /// The shapes a line can have, tried in order.
    public var shapes: [LineShape]
    /// Where canonical fields are, for all shapes.
    public var fields: [FieldAssignment]
    /// What the events are, tried in order.
    public var events: [EventCase]
    /// Names of source fields whose values are secrets, with the credential they are.
    public var credentials: [String: String]
    /// Lines with the events expected of them.
    public var samples: [FormatSample]

    /// A place where the time may be.
    public struct TimeSource: Sendable, Equatable {
        /// Name of the source field.
        public var name: String
        /// Unit of a number: `s`, `ms`, `us`, `ns` or `auto`.
        public var unit: String
    }
}

/// How lines that are parts of one record find each other.
public struct RecordRule: Sendable, Equatable {
    /// The source field with the key that they share; `nil` when they simply follow each other.
    public var by: String?
    /// Lines after which a record without an end is one all the same.
    public var lines: Int64
    /// Time after which it is, in microseconds.
    public var within: Int64
}

/// Which part of a record a line is.
public enum RecordPart: String, BitwiseCopyable, Sendable, CaseIterable {
    case begin, part, end
}

/// One way in which a line of the format can be written.
public struct LineShape: Sendable {
    /// Its name, shown by `formats explain`.
    public var name: String
    /// A regular expression with named groups; `nil` for a JSON object.
    public var pattern: String?
    /// The source field that holds key=value pairs, with their style.
    public var pairs: (name: String, style: String)?
    /// The source field that holds a request target.
    public var query: String?
    /// Source fields whose text is JSON itself.
    public var nested: [String]
    /// The source field with an array whose elements are the events; `nil` if the line is one event.
    public var each: String?
    /// Which part of a record such a line is; `nil` if it is a whole one.
    public var part: RecordPart?
    /// What must hold for a line to be of this shape.
    public var conditions: [SourceCondition]
    /// Why lines of this shape are ignored; `nil` if they are events.
    public var ignore: String?
    /// Where canonical fields are, besides those of the format.
    public var fields: [FieldAssignment]
    /// Line of the format file where the shape begins.
    public var line: Int
}

/// A test on a source field, written as in a Sigma rule.
public struct SourceCondition: Sendable, Equatable {
    /// How the field is compared.
    public enum Comparison: String, BitwiseCopyable, Sendable {
        case equals, startswith, endswith, contains, exists
    }

    /// Name of the source field.
    public var name: String
    /// How it is compared.
    public var comparison: Comparison
    /// The values, one of which must fit; for `exists`, `true` or `false`.
    public var values: [String]
}

/// Where a canonical field comes from.
public struct FieldAssignment: Sendable {
    /// The canonical field.
    public var field: CanonicalField
    /// Source fields, best first.
    public var names: [String]
    /// Values to replace.
    public var map: [String: String]
    /// What becomes of values that are not in ``map``.
    public var unmapped: Unmapped
    /// The characters between the words of a set, besides the space.
    public var separators: String
    /// A pattern whose first group, or whole match, is the value.
    public var match: String?
    /// Whether all of ``names`` together are the reference, not the first with a value.
    public var isComposite: Bool
    /// Whether the value is percent-encoded, as in a URL.
    public var isPercentEncoded: Bool
    /// For artefacts, what kind of reference the log writes.
    public var reference: ReferenceKind?
    /// Keep only what follows the last occurrence of this character.
    public var after: Character?
    /// Write `true` or `false`: whether the source field is there.
    public var exists: Bool
    /// Line of the format file where it begins.
    public var line: Int

    /// What becomes of a value that a map does not name.
    public enum Unmapped: Sendable, Equatable {
        /// It stays as it is.
        case kept
        /// It counts as no value.
        case dropped
        /// It is replaced.
        case replaced(String)
    }
}

/// What a line means when its conditions hold.
public struct EventCase: Sendable {
    /// How the outcome is found.
    public enum Outcome: BitwiseCopyable, Sendable, Equatable {
        case fixed(EventOutcome)
        /// Below 400 success, else failure.
        case byStatus
        /// 400 and above failure, else unknown: a redirect may carry a code or an error (RFC 6749 §4.1.2).
        case refusedByStatus
    }

    /// What must hold.
    public var conditions: [SourceCondition]
    /// What happened.
    public var kind: EventKind
    /// How it ended.
    public var outcome: Outcome
    /// What the line says happened besides, with the same fields.
    public var also: (kind: EventKind, outcome: Outcome)?
    /// Constant canonical fields.
    public var constants: [(field: CanonicalField, value: String)]
    /// Where canonical fields are, besides those of the shape.
    public var fields: [FieldAssignment]
    /// Why such lines are ignored; `nil` if they are events.
    public var ignore: String?
    /// Line of the format file where the case begins.
    public var line: Int
}

/// A line and what it must become.
public struct FormatSample: Sendable {
    /// The line, without its line feed.
    public var text: String
    /// Canonical fields that each of its events must have; `nil` if the line must be ignored or rejected.
    public var events: [[String: String]]?
    /// `ignored: …` or `rejected: …`; `nil` if the line must become an event.
    public var fate: String?
    /// Line of the format file where the sample begins.
    public var line: Int
}
