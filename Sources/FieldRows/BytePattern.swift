// A regular expression over bytes, with limits that hold against hostile text.

import CPCRE2

/// Why a pattern cannot be used.
public struct BytePatternError: Error, Equatable, Sendable {
    /// What PCRE2 says is wrong.
    public let message: String
    /// Where in the pattern, in bytes from its start.
    public let offset: Int
}

/// A compiled PCRE2 pattern with room for one match; one per task.
public final class BytePattern {
    /// How a pattern is to be read.
    public struct Options: OptionSet, Sendable {
        /// The bits, as PCRE2 defines them.
        public let rawValue: UInt32

        /// Options from their bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// Letters match in either case.
        public static let caseless = Options(rawValue: UInt32(PCRE2_CASELESS))
        /// `^` and `$` match at line breaks.
        public static let multiline = Options(rawValue: UInt32(PCRE2_MULTILINE))
        /// `.` matches line breaks.
        public static let dotAll = Options(rawValue: UInt32(PCRE2_DOTALL))
        /// Pattern and subject are UTF-8; ill-formed subjects match piece by piece.
        public static let utf = Options(rawValue: UInt32(PCRE2_UTF | PCRE2_MATCH_INVALID_UTF))
    }

    /// How a search ended.
    public enum Result: Sendable {
        /// The pattern matched.
        case match
        /// It did not.
        case noMatch
        /// It was given up at a limit.
        case limitReached
    }

    /// Steps after which a match is given up; far above what a sane pattern needs on a line of 1 MiB.
    public static let matchLimit: UInt32 = 2_000_000

    private let code: OpaquePointer
    private let data: OpaquePointer
    private let context: OpaquePointer
    /// Whether machine code has been made of the pattern: most are only checked, or never meet a line of their format.
    private var isTranslated = false
    /// Whether the machine code can be run on any subject: for UTF-8 the subject is looked at before.
    private var runsDirectly = false
    /// Made when a search first needs more than the thread's own stack has for it.
    private var stack: OpaquePointer?
    private let ovector: UnsafeMutablePointer<Int>

    /// Compiles `pattern`.
    public init(_ pattern: String, options: Options = []) throws(BytePatternError) {
        var errorCode: Int32 = 0
        var errorOffset = 0
        let bytes = Array(pattern.utf8)
        let compiled = pcre2_compile_8(bytes, bytes.count, options.rawValue, &errorCode, &errorOffset, nil)
        guard let compiled else {
            throw BytePatternError(message: Self.message(errorCode), offset: errorOffset)
        }
        guard let data = pcre2_match_data_create_from_pattern_8(compiled, nil),
            let context = pcre2_match_context_create_8(nil), let ovector = pcre2_get_ovector_pointer_8(data)
        else {
            throw BytePatternError(message: "out of memory", offset: 0)
        }
        pcre2_set_match_limit_8(context, Self.matchLimit)
        pcre2_set_depth_limit_8(context, 10_000)
        pcre2_set_heap_limit_8(context, 16_384)
        code = compiled
        self.data = data
        self.context = context
        self.ovector = ovector
    }

    deinit {
        pcre2_jit_stack_free_8(stack)
        pcre2_match_context_free_8(context)
        pcre2_match_data_free_8(data)
        pcre2_code_free_8(code)
    }

    /// Bytes of stack that a search on a long line may need, for each repeat of a group that can be undone.
    private static let stackBytesMax = 4 << 20

    /// Searches `text[start..<end]`.
    public func search(_ text: RawSpan, _ start: Int, _ end: Int) -> Result {
        if _slowPath(!isTranslated) { translate() }
        var status = match(text.extracting(start..<end))
        if _slowPath(status == PCRE2_ERROR_JIT_STACKLIMIT), stack == nil {
            stack = pcre2_jit_stack_create_8(64 << 10, Self.stackBytesMax, nil)
            pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack))
            status = match(text.extracting(start..<end))
        }
        if status > 0 { return .match }
        return status == PCRE2_ERROR_NOMATCH ? .noMatch : .limitReached
    }

    @inline(never)
    private func translate() {
        isTranslated = true
        // Without JIT the pattern still works, only slower.
        let isTranslated = pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE)) == 0
        // A pattern can ask for UTF-8 itself, with `(*UTF)`.
        var options: UInt32 = 0
        let isKnown = pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_ALLOPTIONS), &options) == 0
        runsDirectly = isTranslated && isKnown && options & UInt32(PCRE2_UTF) == 0
    }

    @inline(__always)
    private func match(_ text: RawSpan) -> Int32 {
        text.withUnsafeBytes { subject in
            guard let base = subject.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
                return pcre2_match_8(code, [0], 0, 0, 0, data, context)
            }
            if _fastPath(runsDirectly) { return pcre2_jit_match_8(code, base, subject.count, 0, 0, data, context) }
            return pcre2_match_8(code, base, subject.count, 0, 0, data, context)
        }
    }

    /// Whether the pattern has a group that captures.
    public var hasGroup: Bool { pcre2_get_ovector_count_8(data) > 1 }

    /// What `group` matched in the last search, counted from that search's start; `nil` if it took no part.
    @inline(__always)
    public func range(_ group: Int) -> Range<Int>? {
        let (lower, upper) = (ovector[2 * group], ovector[2 * group + 1])
        return lower < 0 || upper < lower ? nil : lower..<upper
    }

    /// The number of the group called `name`, or `nil`.
    public func group(_ name: String) -> Int? {
        let number = pcre2_substring_number_from_name_8(code, Array(name.utf8) + [0])
        return number > 0 ? Int(number) : nil
    }

    private static func message(_ code: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = pcre2_get_error_message_8(code, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<Int(count)], as: UTF8.self) : "error \(code)"
    }
}
