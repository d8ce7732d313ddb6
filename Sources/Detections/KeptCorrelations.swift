// Windows of correlations that go on in the next run: what is theirs alone, whatever rules and columns that run has.

import Crypto
import FieldRows
import SigmaRules

/// The windows of all correlations as bytes to be kept.
public struct KeptCorrelations: Sendable, Equatable {
    /// What there is to know besides the windows.
    public var header: [UInt8]
    /// The windows of each correlation.
    public var windows: [[UInt8]]

    /// Windows as they were kept.
    public init(header: [UInt8], windows: [[UInt8]]) {
        self.header = header
        self.windows = windows
    }
}

/// Why windows that were kept cannot be taken back.
public struct KeptCorrelationsError: Error, Equatable {
    /// What is wrong.
    public let what: String
}

/// What a run has to know of the one whose windows it takes back.
struct CorrelationOrigin: Equatable {
    private static let version: UInt16 = 1

    /// Number of the last event that matched anything.
    var eventNumber = 0
    /// Ids of the rules, in their order.
    var ruleIDs: [String] = []
    /// Names of the columns.
    var columns: [String] = []
    /// What the correlation engine has in common for all windows.
    var engine: [UInt8] = []

    func store(to bytes: inout ByteWriter) {
        bytes.append(Self.version)
        bytes.append(Int64(eventNumber))
        for names in [ruleIDs, columns] {
            bytes.append(UInt32(names.count))
            for name in names { bytes.append(counted: name.utf8) }
        }
        bytes.append(counted: engine)
    }

    init() {}

    init?(from header: [UInt8]) {
        var bytes = ByteReader(header)
        guard bytes.next(UInt16.self) == Self.version else { return nil }
        eventNumber = Int(bytes.next(Int64.self))
        for names in [\CorrelationOrigin.ruleIDs, \.columns] {
            for _ in 0..<bytes.nextCount(of: 4) {
                self[keyPath: names].append(String(decoding: bytes.nextCounted(), as: UTF8.self))
            }
        }
        engine = bytes.nextCounted()
        guard bytes.isAtEnd else { return nil }
    }
}

extension PackedEvidence {
    /// Appends it with `fields`, which are fit to be stored; `inputID` says by which number the database knows an input of
    /// this run.
    func store(to bytes: inout ByteWriter, fields: [UInt8], inputID: (Int) -> Int64) {
        bytes.append(input < 0 ? Int64(-input) : inputID(input))
        bytes.append(lineNumber)
        bytes.append(byteOffset)
        bytes.append(time)
        bytes.append(UInt32(rule))
        bytes.append(counted: fields)
    }

    /// Takes back what a run with `rules` and `columns` of this one's has stored; inputs get the negative of their number.
    init?(from bytes: inout ByteReader, rules: [Int?], columns: EvidenceColumns) {
        input = -Int(bytes.next(Int64.self))
        lineNumber = bytes.next()
        byteOffset = bytes.next()
        time = bytes.next()
        let place = Int(bytes.next(UInt32.self))
        guard rules.indices.contains(place), let rule = rules[place], input < 0 else { return nil }
        self.rule = rule
        fields = columns.translated(bytes.nextCounted())
    }
}
