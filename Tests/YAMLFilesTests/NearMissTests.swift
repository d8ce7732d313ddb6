// The word that was probably meant, or none.

import Testing
import YAMLFiles

@Suite struct NearMissTests {
    private static let words = ["contains", "startswith", "endswith", "re", "cidr", "gt", "gte", "lt"]

    @Test(
        arguments: [
            ("contians", "contains"), ("endwith", "endswith"), ("rex", "re"), ("gt", "gt"), ("zzzz", nil), ("xy", nil),
        ] as [(String, String?)]
    )
    func nearMisses(_ word: String, _ expected: String?) {
        #expect(nearMiss(word, among: Self.words) == expected)
    }
}
