// Something an audit knows about a log itself, said as an event so that rules can judge it.

/// A fact about a log; it is no line of it and is not counted as one.
public struct LogFact: Sendable, Equatable {
    /// A value of a field.
    public enum Value: Sendable, Equatable {
        /// Text.
        case text(String)
        /// A whole number.
        case number(Int64)
        /// A number with digits behind the point.
        case decimal(Double)
        /// `true` or `false`.
        case boolean(Bool)
    }

    /// What it is about; one of those that are ``EventKind/isAboutLogs``.
    public let kind: EventKind
    /// When it happened by the log's own times, in microseconds since 1970-01-01T00:00:00Z.
    public let time: Int64
    /// The input, as numbered by the run; of one that only earlier runs have read, the negative of its number in the
    /// database.
    public let input: Int
    /// The format of the log; `nil` if no format reads it.
    public let source: String?
    /// The line it is about, from 1.
    public var lineNumber: Int64 = 1
    /// Where that line begins in the decompressed input.
    public var byteOffset: Int64 = 0
    /// What is known.
    public private(set) var values: [LogField: Value] = [:]

    /// A fact of which nothing is said yet.
    public init(_ kind: EventKind, time: Int64, input: Int, source: String?) {
        self.kind = kind
        self.time = time
        self.input = input
        self.source = source
    }

    /// What is known of `field`.
    public subscript(field: LogField) -> Value? {
        get { values[field] }
        set { values[field] = newValue }
    }

    /// Says the text of `field`.
    public mutating func set(_ field: LogField, _ text: String) { values[field] = .text(text) }
    /// Says the number of `field`.
    public mutating func set(_ field: LogField, _ number: Int64) { values[field] = .number(number) }
    /// Says the number of `field`.
    public mutating func set(_ field: LogField, _ number: Double) { values[field] = .decimal(number) }
    /// Says whether `field` is true.
    public mutating func set(_ field: LogField, _ flag: Bool) { values[field] = .boolean(flag) }
}

extension LogFact.Value {
    /// The value as rules compare it: decimals have four digits behind the point.
    public var text: String {
        switch self {
        case .text(let text): return text
        case .number(let number): return String(number)
        case .boolean(let flag): return flag ? "true" : "false"
        case .decimal(let number):
            let scaled = (number * 10_000).rounded()
            guard abs(scaled) < 1e15 else { return String(Int64(clamping: Int(exactly: number.rounded()) ?? .max)) }
            let (whole, rest) = Int64(abs(scaled)).quotientAndRemainder(dividingBy: 10_000)
            let digits = String(rest)
            let text = "\(whole)." + String(repeating: "0", count: 4 - digits.count) + digits
            return scaled < 0 ? "-" + text : text
        }
    }
}
