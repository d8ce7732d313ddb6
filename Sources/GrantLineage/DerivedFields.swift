// The derived fields of one event, before they become text.

/// A value per ``DerivedField``, where there is one.
///
/// Numbers and seconds stand as they are, words by their raw value, booleans as 0 and 1, scope sets by their id.
public struct DerivedFields: BitwiseCopyable, Sendable {
    /// One bit per field that has a value.
    public private(set) var present: UInt32 = 0
    // Local to one event and small; never looked up in a hot loop.
    private var values = InlineArray<25, UInt32>(repeating: 0)

    /// No values.
    public init() {}

    /// Whether no field has a value.
    public var isEmpty: Bool { present == 0 }

    /// Takes all values away.
    public mutating func reset() { present = 0 }

    /// The value of `field`, if it has one.
    public internal(set) subscript(field: DerivedField) -> UInt32? {
        get { present & 1 << UInt32(field.rawValue) != 0 ? values[field.rawValue] : nil }
        set {
            let bit: UInt32 = 1 << UInt32(field.rawValue)
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

    /// Sets a context field, if there is anything to say.
    mutating func set(_ field: DerivedField, _ match: ContextMatch?) {
        if let match { self[field] = UInt32(match.rawValue) }
    }

    /// Sets a boolean field, if it is known.
    mutating func set(_ field: DerivedField, _ flag: Bool?) {
        if let flag { self[field] = flag ? 1 : 0 }
    }
}
