// The derived fields of one event, before they become text.

/// A value per ``DerivedField``, where there is one.
///
/// Numbers and seconds stand as they are, words by their raw value, booleans as 0 and 1, scope sets by their id.
public struct DerivedFields: BitwiseCopyable, Sendable {
    /// One bit per field that has a value.
    public private(set) var present: UInt64 = 0
    // Local to one event and small; never looked up in a hot loop.
    private var values = InlineArray<64, UInt32>(repeating: 0)

    /// No values.
    public init() {}

    /// Whether no field has a value.
    public var isEmpty: Bool { present == 0 }

    /// Takes all values away.
    public mutating func reset() { present = 0 }

    /// The value of `field`, if it has one.
    public internal(set) subscript(field: DerivedField) -> UInt32? {
        get { present & 1 << UInt64(field.rawValue) != 0 ? values[field.rawValue] : nil }
        set {
            let bit: UInt64 = 1 << UInt64(field.rawValue)
            if let newValue {
                present |= bit
                values[field.rawValue] = newValue
            } else {
                present &= ~bit
            }
        }
    }

    /// State of the presented code.
    public var codeState: CodeState? { self[.codeState].flatMap { CodeState(rawValue: UInt8($0)) } }

    /// State of the presented refresh token.
    public var refreshTokenState: RefreshTokenState? {
        self[.refreshTokenState].flatMap { RefreshTokenState(rawValue: UInt8($0)) }
    }

    /// Sets a field that says a word, if there is anything to say.
    mutating func set(_ field: DerivedField, _ word: (some DerivedWord)?) {
        if let word { self[field] = UInt32(word.rawValue) }
    }

    /// Sets a boolean field, if it is known.
    mutating func set(_ field: DerivedField, _ flag: Bool?) {
        if let flag { self[field] = flag ? 1 : 0 }
    }

    /// Sets a time span that is of interest from a day on, so that most events need not have it.
    mutating func set(_ field: DerivedField, days start: Moment, to time: Int64) {
        let seconds = start.isKnown ? start.seconds(to: time) : 0
        if seconds >= 86_400 { self[field] = seconds }
    }
}
