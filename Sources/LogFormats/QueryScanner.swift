// Takes a request target apart: path and query parameters (RFC 3986 §3.4, application/x-www-form-urlencoded).

import AuthEvents
import FieldRows

/// Reads the parameters of one request target per call.
struct QueryScanner: Sendable {
    private let keys: KeyTable
    /// The names of ``secretParameters``, each with its place as slot.
    private let secrets: KeyTable
    private let pathSlot: Int
    private let credentialsSlot: Int

    /// Sends the path to `pathSlot` and the names of parameters that carry secrets to `credentialsSlot`.
    init(_ keys: KeyTable, pathSlot: Int, credentialsSlot: Int) {
        self.keys = keys
        var secrets = KeyTable()
        for (place, name) in Self.secretParameters.enumerated() { secrets.want([name.description], slot: place) }
        self.secrets = secrets
        self.pathSlot = pathSlot
        self.credentialsSlot = credentialsSlot
    }

    /// Parameters that must never stand in a URL (RFC 9700 §4.2, RFC 6750 §5.3).
    private static let secretParameters: [StaticString] = [
        "access_token", "refresh_token", "client_secret", "password", "assertion", "client_assertion",
        "subject_token", "actor_token", "code_verifier", "code", "id_token", "device_code", "token",
    ]

    /// Scans the target `text[start..<end]`; parts of it that need no decoding become slices with `origin` added
    /// to their offset, in `region`.
    func scan(
        _ text: RawSpan,
        _ start: Int,
        _ end: Int,
        region: FieldSlice.Region = .line,
        origin: Int = 0,
        into slots: SlotTable,
        arena: ByteBlock
    ) {
        var index = min(ByteScan.next(UInt8(ascii: "?"), text, start), end)
        if index == end, Self.isQuery(text, start, end) {
            // The first parameter begins where a question mark would be behind.
            index = start - 1
        } else {
            slots[pathSlot] =
                Self.decode(text, start, index, plusIsSpace: false, into: arena)
                ?? FieldSlice(.string, region, offset: origin + start, count: index - start)
        }
        var names: [Int] = []
        while index < end {
            let nameStart = index + 1
            let stop = min(ByteScan.next(UInt8(ascii: "&"), text, nameStart), end)
            let equals = min(ByteScan.next(UInt8(ascii: "="), text, nameStart), stop)
            defer { index = stop }
            guard equals < stop else { continue }
            let (secret, target) = parameter(text, nameStart, equals)
            if let secret, Self.isSecretGiven(text, equals, stop), !names.contains(secret) { names.append(secret) }
            guard target.slot >= 0 else { continue }
            let value =
                Self.decode(text, equals + 1, stop, into: arena)
                ?? FieldSlice(.string, region, offset: origin + equals + 1, count: stop - equals - 1)
            let known = slots[Int(target.slot)]
            // RFC 6749 §3.1: parameters must not be included more than once. Whoever repeats one, or has a
            // value decoded before it was logged, may be forging it: a repeated parameter counts as null.
            slots[Int(target.slot)] = known.isPresent ? .null : value
        }
        guard !names.isEmpty else { return }
        let begin = arena.count
        for (place, name) in names.enumerated() {
            if place > 0 { arena.append(byteWithoutPadding: 0x20) }
            Self.secretParameters[name].withUTF8Buffer { buffer in
                for byte in buffer { arena.append(byteWithoutPadding: byte) }
            }
        }
        slots[credentialsSlot] = FieldSlice(.words, .arena, offset: begin, count: arena.count - begin)
    }

    /// Whether a target without a question mark is a query alone: it has an equals sign and does not begin as a path
    /// or with a scheme.
    private static func isQuery(_ text: RawSpan, _ start: Int, _ end: Int) -> Bool {
        guard start < end, text.byte(at: start) != UInt8(ascii: "/") else { return false }
        let equals = ByteScan.next(UInt8(ascii: "="), text, start)
        return equals < end && ByteScan.next(UInt8(ascii: ":"), text, start) > equals
    }

    /// What the parameter called `text[start..<end]` is: one of the secret ones, and where its value goes.
    ///
    /// Servers decode names as they decode values, so `access%5Ftoken` is an access token, too.
    private func parameter(_ text: RawSpan, _ start: Int, _ end: Int) -> (secret: Int?, target: KeyTarget) {
        guard Self.isEncoded(text, start, end) else {
            return (secret(text, start, end), keys.target(text, start, end, node: 0))
        }
        let name = ByteBlock(capacity: end - start)
        _ = Self.decode(text, start, end, into: name)
        name.pad()
        return (secret(name.padded, 0, name.count), keys.target(name.padded, 0, name.count, node: 0))
    }

    @inline(__always)
    private func secret(_ text: RawSpan, _ start: Int, _ end: Int) -> Int? {
        let place = secrets.target(text, start, end, node: 0).slot
        return place < 0 ? nil : Int(place)
    }

    /// Whether the value `text[equals + 1..<stop]` is there and not masked.
    private static func isSecretGiven(_ text: RawSpan, _ equals: Int, _ stop: Int) -> Bool {
        guard stop - equals > 4 else { return false }
        let first = text.byte(at: equals + 1)
        return first != UInt8(ascii: "*") && first != UInt8(ascii: "[")
    }

    /// The value of `slice`, which has the bytes `value`, with `%XX` and `+` decoded.
    static func decoded(_ slice: FieldSlice, _ value: [UInt8], into arena: ByteBlock) -> FieldSlice {
        let text = value.span.bytes
        return decode(text, 0, value.count, into: arena) ?? slice
    }

    /// The value `text[start..<end]` with `%XX` and, in the query, `+` decoded; `nil` if it has neither.
    ///
    /// A malformed escape stays as it is.
    private static func decode(
        _ text: RawSpan,
        _ start: Int,
        _ end: Int,
        plusIsSpace: Bool = true,
        into arena: ByteBlock
    ) -> FieldSlice? {
        guard isEncoded(text, start, end) else { return nil }
        let begin = arena.count
        var index = start
        while index < end {
            let byte = text.byte(at: index)
            if byte == UInt8(ascii: "%"), index + 2 < end, let high = hexadecimal(text.byte(at: index + 1)),
                let low = hexadecimal(text.byte(at: index + 2))
            {
                arena.append(byteWithoutPadding: high << 4 | low)
                index += 3
            } else {
                arena.append(byteWithoutPadding: plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
                index += 1
            }
        }
        return FieldSlice(.string, .arena, offset: begin, count: arena.count - begin)
    }

    private static func isEncoded(_ text: RawSpan, _ start: Int, _ end: Int) -> Bool {
        var index = start
        while index &+ 8 <= end {
            if ByteScan.has(UInt8(ascii: "%"), or: UInt8(ascii: "+"), text.word(at: index)) { return true }
            index &+= 8
        }
        while index < end {
            let byte = text.byte(at: index)
            if byte == UInt8(ascii: "%") || byte == UInt8(ascii: "+") { return true }
            index &+= 1
        }
        return false
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
