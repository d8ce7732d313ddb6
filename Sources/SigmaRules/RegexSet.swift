// Compiled regular expressions that cannot run away.

import CPCRE2
import FieldRows

/// PCRE2 programs with just-in-time code and a shared budget per match; belongs to one thread.
final class RegexSet {
    enum Outcome {
        case match, noMatch
        /// The match was given up because it needed too much work.
        case limit
    }

    /// Backtracking points per match; less than a millisecond of work.
    static let matchLimit: UInt32 = 500_000
    /// Kibibytes of heap per match.
    static let heapLimit: UInt32 = 4_096
    private static let stackBytes = 512 * 1024

    private var programs: ContiguousArray<OpaquePointer> = []
    private var indices: [RegexPattern: Int] = [:]
    private var matchData: OpaquePointer?
    private var context: OpaquePointer?
    private var stack: OpaquePointer?

    deinit {
        for program in programs { pcre2_code_free_8(program) }
        pcre2_match_data_free_8(matchData)
        pcre2_match_context_free_8(context)
        pcre2_jit_stack_free_8(stack)
    }

    /// Makes what all matches need; most sets stay empty and never do.
    private func prepare() {
        guard context == nil else { return }
        matchData = pcre2_match_data_create_8(1, nil)
        context = pcre2_match_context_create_8(nil)
        stack = pcre2_jit_stack_create_8(32 * 1024, Self.stackBytes, nil)
        pcre2_set_match_limit_8(context, Self.matchLimit)
        pcre2_set_depth_limit_8(context, Self.matchLimit)
        pcre2_set_heap_limit_8(context, Self.heapLimit)
        pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack))
    }

    /// Compiles `pattern`, or finds it again, and returns its number.
    func add(_ pattern: RegexPattern) throws(RegexProblem) -> Int {
        if let index = indices[pattern] { return index }
        prepare()
        let program = try Self.compile(pattern)
        if !pattern.isMistakenByJIT { pcre2_jit_compile_8(program, UInt32(PCRE2_JIT_COMPLETE)) }
        programs.append(program)
        indices[pattern] = programs.count - 1
        return programs.count - 1
    }

    /// Backtracking points for a text that comes behind `others` texts of the same value.
    ///
    /// Together they come to the limit of a few matches, and to a number for each byte: a value can have very many.
    private static func limit(behind others: Int, _ byteCount: Int) -> UInt32 {
        max(matchLimit / UInt32(clamping: others + 1), min(matchLimit, UInt32(clamping: 256 + 64 * byteCount)))
    }

    /// Searches the span, which comes behind `others` texts of the same value, for the pattern with the given number.
    func search(_ index: Int, _ span: RawSpan, behind others: Int) -> Outcome {
        if _slowPath(others > 0) { pcre2_set_match_limit_8(context, Self.limit(behind: others, span.byteCount)) }
        defer { if _slowPath(others > 0) { pcre2_set_match_limit_8(context, Self.matchLimit) } }
        let program = programs[index]
        let result = span.withUnsafeBytes { bytes -> Int32 in
            // PCRE2 wants an address even for no bytes.
            guard let base = bytes.baseAddress else { return Self.searchEmpty(program, matchData, context) }
            let subject = base.assumingMemoryBound(to: UInt8.self)
            return pcre2_match_8(program, subject, bytes.count, 0, 0, matchData, context)
        }
        if result >= 0 { return .match }
        return result == PCRE2_ERROR_NOMATCH ? .noMatch : .limit
    }

    private static func searchEmpty(
        _ program: OpaquePointer,
        _ data: OpaquePointer?,
        _ context: OpaquePointer?
    ) -> Int32 {
        var byte: UInt8 = 0
        return pcre2_match_8(program, &byte, 0, 0, 0, data, context)
    }

    /// Tells whether `pattern` can be used without keeping it.
    static func check(_ pattern: RegexPattern) throws(RegexProblem) {
        pcre2_code_free_8(try compile(pattern))
    }

    private static func compile(_ pattern: RegexPattern) throws(RegexProblem) -> OpaquePointer {
        let source = Array(pattern.anchored.utf8)
        guard source.count <= RegexPattern.sourceBytesMax else {
            throw RegexProblem(message: "pattern is longer than \(RegexPattern.sourceBytesMax) bytes", offset: 0)
        }
        var options = UInt32(PCRE2_NEVER_BACKSLASH_C)
        if pattern.ignoresCase { options |= UInt32(PCRE2_CASELESS) }
        if pattern.multiline { options |= UInt32(PCRE2_MULTILINE) }
        if pattern.dotMatchesNewline { options |= UInt32(PCRE2_DOTALL) }
        // Bytes are faster and mostly enough; logs may hold ill-formed UTF-8, which must not end the search.
        options |=
            pattern.countsCharacters
            ? UInt32(PCRE2_UTF) | UInt32(PCRE2_MATCH_INVALID_UTF) : UInt32(PCRE2_NEVER_UTF)
        var error: Int32 = 0
        var offset = 0
        let code = source.withUnsafeBufferPointer { bytes in
            pcre2_compile_8(bytes.baseAddress, bytes.count, options, &error, &offset, nil)
        }
        guard let code else { throw RegexProblem(message: message(for: error), offset: offset) }
        return code
    }

    private static func message(for error: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = pcre2_get_error_message_8(error, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, Int(count))), as: UTF8.self)
    }
}
