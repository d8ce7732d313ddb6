// Kinds, outcomes, verdicts, artefacts and reference kinds have names that lead back to them.

import AuthEvents
import FieldRows
import Testing

@Suite struct EventKindTests {
    @Test func everyKindHasAName() {
        #expect(EventKind.names.count == EventKind.allCases.count)
        #expect(Set(EventKind.names).count == EventKind.names.count)
        #expect(EventKind.allCases.map { Int($0.rawValue) } == Array(EventKind.names.indices))
    }

    @Test(arguments: EventKind.allCases) func kindNameLeadsBack(_ kind: EventKind) {
        #expect(kind.name.wholeMatch(of: /[a-z]+(\.[a-z]+)?/) != nil)
        #expect(EventKind(name: kind.name) == kind)
        // `.tokenRequest` is called `token.request`.
        #expect("\(kind)".lowercased() == kind.name.replacing(".", with: ""))
    }

    @Test func otherWordsAreNoKinds() {
        #expect(EventKind(name: "token.refresh") == nil)
        #expect(EventKind(name: "tokenRequest") == nil)
        #expect(EventKind(name: "") == nil)
        #expect(EventOutcome(name: "ok") == nil)
        #expect(ServerVerdict(name: "replay") == nil)
        #expect(ReferenceKind(name: "raw") == nil)
    }

    @Test func outcomesAndVerdictsAreThoseOfTheDesign() {
        #expect(EventOutcome.allCases.map(\.name) == ["unknown", "success", "failure"])
        #expect(ServerVerdict.allCases.map(\.name) == ["none", "code_replay", "refresh_reuse", "client_mismatch"])
        #expect(EventOutcome.allCases.allSatisfy { EventOutcome(name: $0.name) == $0 })
        #expect(ServerVerdict.allCases.allSatisfy { ServerVerdict(name: $0.name) == $0 })
    }

    @Test func artefactsShowThemselvesInFieldsOfTheirName() {
        for artefact in Artefact.allCases {
            #expect("\(artefact.field)" == "\(artefact)")
            #expect(Artefact(field: artefact.field) == artefact)
        }
        let others = CanonicalField.allCases.filter { Artefact(field: $0) == nil }
        #expect(others.count == CanonicalField.allCases.count - Artefact.allCases.count)
        #expect(Artefact.allCases.map(\.rawValue) == Array(0..<Artefact.allCases.count))
    }

    @Test func referenceKindsAreThoseOfTheFormatLanguage() {
        let names = ["id", "jti", "hash", "secret", "suffix", "counter"]
        #expect(names.map { ReferenceKind(name: $0) } == ReferenceKind.allCases)
        #expect(!ReferenceKind.allCases.map(\.rawValue).contains(0))
    }

    @Test func grantTypesAreTheRegisteredValues() {
        #expect(GrantType(rawValue: "authorization_code") == .authorizationCode)
        #expect(GrantType(rawValue: "urn:ietf:params:oauth:grant-type:token-exchange") == .tokenExchange)
        #expect(GrantType(rawValue: "urn:ietf:params:oauth:grant-type:device_code") == .deviceCode)
        #expect(GrantType(rawValue: "urn:openid:params:grant-type:ciba") == .ciba)
        #expect(GrantType(rawValue: "code") == nil)
        let urns = GrantType.allCases.map(\.rawValue).filter { $0.contains(":") }
        #expect(urns.allSatisfy { $0.hasPrefix("urn:") })
    }

    @Test func lineOfAnEventLiesInItsBlock() {
        var event = AuthEvent()
        event.lineStart = 70_000
        event.lineCount = 321
        #expect(event.line.offset == 70_000)
        #expect(event.line.count == 321)
        #expect(event.line.region == .line)
    }
}
