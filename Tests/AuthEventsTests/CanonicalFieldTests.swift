// Canonical fields have unique snake-case names and fit into a word of bits.

import AuthEvents
import Testing

@Suite struct CanonicalFieldTests {
    @Test func fieldsFitIntoAWordOfBits() {
        #expect(CanonicalField.allCases.count <= 64)
        #expect(CanonicalField.allCases.map(\.rawValue) == Array(0..<CanonicalField.allCases.count))
    }

    @Test func namesAreUnique() {
        #expect(Set(CanonicalField.names).count == CanonicalField.allCases.count)
    }

    @Test(arguments: CanonicalField.allCases) func nameIsSnakeCaseAndLeadsBack(_ field: CanonicalField) {
        #expect(field.name.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil, "\(field.name) is not snake case")
        #expect(CanonicalField.names[field.rawValue] == field.name)
        #expect(CanonicalField(name: field.name) == field)
    }

    @Test(
        arguments: [
            (.time, "time"), (.eventID, "event_id"), (.clientID, "client_id"), (.redirectURI, "redirect_uri"),
            (.scopeRequested, "scope_requested"), (.codeChallengePresent, "code_challenge_present"),
            (.refreshTokenIssued, "refresh_token_issued"), (.httpStatus, "http_status"), (.aud, "aud"), (.sub, "sub"),
            (.credentialInLog, "credential_in_log"), (.credentialInURL, "credential_in_url"),
        ] as [(CanonicalField, String)]
    )
    func namesAreTheRegisteredOnes(_ field: CanonicalField, _ name: String) {
        #expect(field.name == name)
    }

    @Test(arguments: ["", "clientID", "client-id", "CLIENT_ID", "client_id ", "details.reason"])
    func otherNamesAreNoFields(_ name: String) {
        #expect(CanonicalField(name: name) == nil)
    }

    @Test func scopesAreSetsOfWords() {
        #expect(CanonicalField.wordSets.isSuperset(of: [.scope, .scopeRequested]))
        #expect(!CanonicalField.wordSets.contains(.errorDescription))
    }

    @Test func presenceHasOneBitPerField() {
        for field in CanonicalField.allCases {
            var event = AuthEvent()
            event.present = 1 << UInt64(field.rawValue)
            #expect(CanonicalField.allCases.filter { event.has($0) } == [field])
        }
    }
}
