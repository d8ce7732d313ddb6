// The reference of fields says the same as the code.

import AuthEvents
import Foundation
import Testing

@testable import RuleWorkbench

@Suite struct FieldReferenceTests {
    @Test func namesEveryFieldOnce() {
        let names = FieldReference.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.contains("client_id") && names.contains("code.redemptions"))
        for name in names { #expect(FieldReference.markdown.contains("| `\(name)` |")) }
    }

    @Test func linkageFollowsFromWhatAFieldNeeds() {
        let levels = Dictionary(uniqueKeysWithValues: FieldReference.all.map { ($0.name, $0.linkage) })
        #expect(levels["code.redemptions"] == "L2")
        #expect(levels["refresh_token.state"] == "L3")
        #expect(levels["client_id"] == "L0")
    }

    /// The meanings are the documentation of the enumeration's cases.
    @Test func meaningsAreThoseOfTheDocumentation() throws {
        let path = Repository.path("Sources/AuthEvents/CanonicalField.swift")
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            .map { $0.trimmingCharacters(in: .whitespaces) }
        for field in CanonicalField.allCases {
            let place = try #require(lines.firstIndex(of: "case \(field)"))
            let documentation = lines[place - 1].dropFirst(4)
            let plain = documentation.replacing("see ``EventKind``", with: "see `kind` values below")
                .replacing("see ``ServerVerdict``", with: "see `code_replay`, `refresh_reuse`, `client_mismatch`")
            #expect(field.meaning == plain)
        }
    }
}
