// Reads a fingerprint key from a file.

import AuthEvents
import FoundationEssentials

enum KeyFile {
    /// The key that `path` holds as hexadecimal digits.
    static func read(_ path: String) throws -> FingerprintKey {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(.usage, "\(path): cannot read the fingerprint key")
        }
        let digits = String(decoding: data, as: UTF8.self).filter { !$0.isWhitespace }
        var bytes: [UInt8] = []
        var rest = digits[...]
        while let byte = UInt8(rest.prefix(2), radix: 16) {
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        guard rest.isEmpty, bytes.count == FingerprintKey.byteCount else {
            throw Failure(
                .usage,
                "\(path): a fingerprint key has \(FingerprintKey.byteCount * 2) hexadecimal digits",
                hint: "make one with 'openssl rand -hex \(FingerprintKey.byteCount)'"
            )
        }
        return FingerprintKey(bytes)
    }
}
