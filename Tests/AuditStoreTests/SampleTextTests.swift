// Samples of rejected lines are short, and a cut does not bare half a secret.

import Testing

@testable import AuditStore

@Suite struct SampleTextTests {
    @Test func aLongLineIsCut() {
        let sample = SampleText.prepared(String(repeating: "no ", count: 2000))
        #expect(sample.count == SampleText.characterMax + 1)
        #expect(sample.hasSuffix("…"))
    }

    @Test func aTokenCutAtTheEndIsDropped() {
        // The line is looked at up to 4096 characters; ten of the token's come before that.
        let line = String(repeating: " ", count: 4086) + "a1b2c3d4e5f6a7b8c9d0"
        #expect(!SampleText.prepared(line).contains("a1b2"))
        let masked = "x" + String(repeating: "1", count: 4080) + " a1b2c3d4e5f6a7b8c9d0"
        #expect(SampleText.prepared(masked) == "[masked] ")
    }
}
