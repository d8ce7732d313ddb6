// A keyed hash that stands in for a token; the token itself is not kept.

import Crypto
import FieldRows

/// The 128-bit stand-in for a code, a token or a family identifier.
///
/// Equal artefacts under one ``FingerprintKey`` have equal fingerprints when they were referred to in the
/// same way; references of different ``ReferenceKind`` never compare equal.
@frozen public struct TokenFingerprint: BitwiseCopyable, Hashable, Sendable {
    /// The first eight bytes.
    public let high: UInt64
    /// The last eight bytes.
    public let low: UInt64

    /// No artefact.
    public static let none = TokenFingerprint(high: 0, low: 0)

    /// A fingerprint from its two halves.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Whether there is an artefact.
    @inlinable
    public var isPresent: Bool { high | low != 0 }
}

/// The secret under which one database's fingerprints are made.
public struct FingerprintKey: Sendable, Equatable {
    /// Number of bytes in a key.
    public static let byteCount = 32

    /// The key's bytes.
    public let bytes: [UInt8]
    private let key0: UInt64
    private let key1: UInt64
    private let prefix: SHA256

    /// A key from exactly ``byteCount`` bytes.
    public init(_ bytes: [UInt8]) {
        precondition(bytes.count == Self.byteCount, "a fingerprint key has 32 bytes")
        self.bytes = bytes
        (key0, key1) = bytes.withUnsafeBytes {
            ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        var prefix = SHA256()
        prefix.update(data: bytes)
        self.prefix = prefix
    }

    /// A fresh random key.
    public static func random() -> FingerprintKey {
        var generator = SystemRandomNumberGenerator()
        return FingerprintKey((0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// Two keys are equal when their bytes are.
    public static func == (left: FingerprintKey, right: FingerprintKey) -> Bool { left.bytes == right.bytes }

    /// The fingerprint of the artefact that `reference` refers to.
    ///
    /// A raw secret is hashed with SHA-256 behind the key and cut to 128 bits: whoever reads the database, key
    /// included, still cannot get it back. Identifiers are no secrets; a keyed SipHash is enough to join them.
    public func fingerprint(_ reference: RawSpan, kind: ReferenceKind) -> TokenFingerprint {
        if kind == .secret { return secretFingerprint(reference) }
        var state = SipState(key0: key0, key1: key1)
        let (high, low) = state.hash(reference, domain: kind.rawValue)
        return TokenFingerprint(high: high | 1, low: low)
    }

    /// A 64-bit key for grouping by a value that is no artefact, such as a client; never zero.
    public func groupKey(_ value: RawSpan) -> UInt64 {
        FoldHash(key0: key1, key1: key0).hash(value) | 1
    }

    private func secretFingerprint(_ secret: RawSpan) -> TokenFingerprint {
        var hash = prefix
        secret.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hash.finalize().withUnsafeBytes {
            TokenFingerprint(
                high: $0.loadUnaligned(as: UInt64.self) | 1,
                low: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            )
        }
    }
}
