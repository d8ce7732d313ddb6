// Redirection URIs that are not compared as whole texts: patterns, and loopback URIs with any port.

import FieldRows

/// A URI with one `*` in it.
struct RedirectPattern: Sendable, Equatable {
    let prefix: [UInt8]
    let suffix: [UInt8]

    /// Reads a text with exactly one `*`.
    init?(_ text: String) {
        let parts = text.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        (prefix, suffix) = (Array(parts[0].utf8), Array(parts[1].utf8))
    }

    /// Whether the `*` may stand for the end of a host name, so that the host may be anybody's.
    var leavesHostOpen: Bool {
        guard let authority = prefix.firstRange(of: Array("://".utf8))?.upperBound else { return true }
        return suffix.isEmpty && !prefix[authority...].contains(UInt8(ascii: "/"))
    }

    /// Whether the pattern stands for `uri`.
    ///
    /// A `*` at the end is anything, as Keycloak has it; elsewhere it is a part of a host name or of a path, and must
    /// not bring in what begins another part of the URI.
    func matches(_ uri: RawSpan) -> Bool {
        let count = uri.byteCount
        guard count >= prefix.count + suffix.count, uri.extracting(0..<prefix.count).equals(prefix.span.bytes),
            uri.extracting(count - suffix.count..<count).equals(suffix.span.bytes)
        else { return false }
        if suffix.isEmpty { return true }
        for index in prefix.count..<count - suffix.count {
            switch uri.byte(at: index) {
            case UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "@"),
                UInt8(ascii: ":"):
                return false
            default: continue
            }
        }
        return true
    }
}

/// A `http` URI of the user's own machine, taken apart around its port (RFC 8252 §7.3).
struct LoopbackURI {
    /// Scheme and host.
    let host: Range<Int>
    /// What stands behind the port.
    let rest: Range<Int>

    /// Takes `uri` apart; `nil` if it is no loopback URI.
    ///
    /// RFC 9700 §4.1.3 counts `localhost` among the loopback hosts.
    init?(_ uri: RawSpan) {
        guard let end = Self.hostEnd(uri) else { return nil }
        var index = end
        if index < uri.byteCount, uri.byte(at: index) == UInt8(ascii: ":") {
            let first = index + 1
            index = first
            while index < uri.byteCount, uri.byte(at: index) &- 0x30 <= 9 { index += 1 }
            guard (1...5).contains(index - first) else { return nil }
        }
        // Anything else behind the port would make the host a user name.
        if index < uri.byteCount {
            let next = uri.byte(at: index)
            guard next == UInt8(ascii: "/") || next == UInt8(ascii: "?") else { return nil }
        }
        (host, rest) = (0..<end, index..<uri.byteCount)
    }

    private static func hostEnd(_ uri: RawSpan) -> Int? {
        let count = uri.byteCount
        if count >= 16, uri.extracting(0..<16).equals("http://127.0.0.1") { return 16 }
        if count >= 16, uri.extracting(0..<16).equals("http://localhost") { return 16 }
        if count >= 12, uri.extracting(0..<12).equals("http://[::1]") { return 12 }
        return nil
    }
}
