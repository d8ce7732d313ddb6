// Fingerprints join what is equal, part what is not, and are made as described.

import AuthEvents
import FieldRows
import Testing

@Suite struct TokenFingerprintTests {
    static let key = FingerprintKey(Array(0..<32))
    static let otherKey = FingerprintKey(Array(1...32))

    static func fingerprint(
        _ text: String,
        _ kind: ReferenceKind = .id,
        _ key: FingerprintKey = key
    ) -> TokenFingerprint {
        fingerprint(Array(text.utf8), kind, key)
    }

    static func fingerprint(_ bytes: [UInt8], _ kind: ReferenceKind, _ key: FingerprintKey) -> TokenFingerprint {
        key.fingerprint(bytes.span.bytes, kind: kind)
    }

    @Test(arguments: ReferenceKind.allCases) func equalReferencesAreEqual(_ kind: ReferenceKind) {
        let again = FingerprintKey(Self.key.bytes)
        #expect(again == Self.key)
        for text in ["", "c", "token-1", "exactly8", "a longer identifier than one word"] {
            #expect(Self.fingerprint(text, kind) == Self.fingerprint(text, kind, again))
            #expect(Self.fingerprint(text, kind).isPresent)
        }
    }

    @Test(arguments: ReferenceKind.allCases) func keyMatters(_ kind: ReferenceKind) {
        #expect(Self.otherKey != Self.key)
        #expect(Self.fingerprint("token-1", kind) != Self.fingerprint("token-1", kind, Self.otherKey))
    }

    @Test func everyByteOfTheKeyMattersForSecrets() {
        var seen: Set<TokenFingerprint> = [Self.fingerprint("token-1", .secret)]
        for place in 0..<FingerprintKey.byteCount {
            var bytes = Self.key.bytes
            bytes[place] ^= 1
            #expect(seen.insert(Self.fingerprint("token-1", .secret, FingerprintKey(bytes))).inserted)
        }
    }

    @Test func kindsNeverJoin() {
        let prints = ReferenceKind.allCases.map { Self.fingerprint("token-1", $0) }
        #expect(Set(prints).count == ReferenceKind.allCases.count)
        #expect(Self.fingerprint("token-1", .secret) != Self.fingerprint("token-1", .id))
    }

    @Test func neitherTextNorLengthCollides() {
        var seen: Set<TokenFingerprint> = []
        var count = 0
        for kind in ReferenceKind.allCases {
            for length in 0...40 {
                // Zeros and the kinds' own numbers are what a careless ending would mix up.
                for byte in [0, 1, 2, 0x61] as [UInt8] where length > 0 || byte == 0 {
                    seen.insert(Self.fingerprint(Array(repeating: byte, count: length), kind, Self.key))
                    count += 1
                }
            }
        }
        #expect(seen.count == count)
    }

    @Test func absenceIsNoFingerprint() {
        #expect(!TokenFingerprint.none.isPresent)
        #expect(TokenFingerprint(high: 0, low: 1).isPresent)
        #expect(TokenFingerprint(high: 1, low: 0).isPresent)
    }

    @Test func slowHashHasThePublishedResults() {
        // The authors' first, second and sixteenth vectors for SipHash-2-4-128: key 00 … 0f, messages 00 01 02 ….
        let published: [(Int, [UInt64])] = [
            (0, [0xe6a8_25ba_047f_81a3, 0x9302_55c7_1472_f66d]),
            (1, [0x44af_996b_d8c1_87da, 0x45fc_229b_1159_7634]),
            (15, [0x11a8_b033_99e9_9354, 0xd9c3_cf97_0fec_087e]),
        ]
        for (count, expected) in published {
            var hash = SlowSipHash(key: Array(0..<16))
            let (first, second) = hash.hash(SlowSipHash.published(Array(0..<UInt8(count))))
            #expect([first, second] == expected)
        }
    }

    @Test(arguments: ReferenceKind.allCases.filter { $0 != .secret })
    func identifiersAreHashedWithSipHash(_ kind: ReferenceKind) {
        for count in 0...70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
            var hash = SlowSipHash(key: Array(0..<16))
            let (high, low) = hash.hash(SlowSipHash.withDomain(bytes, kind.rawValue))
            #expect(Self.fingerprint(bytes, kind, Self.key) == TokenFingerprint(high: high | 1, low: low))
        }
    }

    @Test(
        arguments: [
            ("", .id, 0xc74f_f196_246e_d989, 0x46d1_1731_01fa_ead6),
            ("token-1", .id, 0xeb9e_f5fe_24e2_2521, 0x265c_7b19_17ba_2e22),
            ("a longer identifier than one word", .id, 0xb660_e094_ad78_1343, 0x7f28_7954_0497_6b7f),
            // The first sixteen bytes of SHA-256 over key and text.
            ("", .secret, 0x6633_c466_29cd_0d63, 0x4f5b_b2bb_4854_1291),
            ("token-1", .secret, 0x11f2_77b3_7c7d_1829, 0xaf70_86f1_0c97_4a30),
        ] as [(String, ReferenceKind, UInt64, UInt64)]
    )
    func databasesStayReadable(_ text: String, _ kind: ReferenceKind, _ high: UInt64, _ low: UInt64) {
        // Computed apart from this program; a change here cuts every stored lineage off from new events.
        #expect(Self.fingerprint(text, kind) == TokenFingerprint(high: high, low: low))
    }

    @Test func randomKeysDiffer() {
        #expect(FingerprintKey.random() != FingerprintKey.random())
        #expect(FingerprintKey.random().bytes.count == FingerprintKey.byteCount)
    }

    @Test func keyOfAnotherLengthIsRefused() async {
        await #expect(processExitsWith: .failure) { _ = FingerprintKey(Array(repeating: 1, count: 31)) }
    }
}
