// Codes and tokens become fingerprints of the right kind, and raw ones are reported and never copied.

import AuthEvents
import FieldRows
import LogFormats
import Testing

@Suite struct ArtefactTests {
    static func event(_ members: String, vendor: [String] = []) throws -> DecodedEvent {
        let line = "{\"time\":\"2026-01-05T10:00:00Z\",\"kind\":\"token.request\",\(members)}"
        return try #require(decode(line, try Formats.plan("grantaudit-json", vendor: vendor)).events.first)
    }

    static func fingerprint(_ text: String, _ kind: ReferenceKind) -> TokenFingerprint {
        let bytes = Array(text.utf8)
        return Formats.key.fingerprint(bytes.span.bytes, kind: kind)
    }

    @Test(
        arguments: [
            ("code_id", .code, .id, nil), ("code_hash", .code, .hash, nil), ("code", .code, .secret, "code"),
            ("refresh_token_id", .refreshToken, .id, nil), ("refresh_token_hash", .refreshToken, .hash, nil),
            ("refresh_token", .refreshToken, .secret, "refresh_token"),
            ("refresh_token_issued_id", .refreshTokenIssued, .id, nil),
            ("refresh_token_issued_hash", .refreshTokenIssued, .hash, nil),
            ("refresh_token_issued", .refreshTokenIssued, .secret, "refresh_token"),
            ("access_token_id", .accessToken, .id, nil), ("access_token_jti", .accessToken, .jti, nil),
            ("access_token_hash", .accessToken, .hash, nil), ("access_token", .accessToken, .secret, "access_token"),
            ("subject_token_id", .subjectToken, .id, nil), ("subject_token", .subjectToken, .secret, "subject_token"),
            ("device_code_hash", .deviceCode, .hash, nil), ("device_code", .deviceCode, .secret, "device_code"),
            ("family", .family, .id, nil),
        ] as [(String, Artefact, ReferenceKind, String?)]
    )
    func namesTellHowATokenIsReferredTo(
        _ name: String,
        _ artefact: Artefact,
        _ kind: ReferenceKind,
        _ credential: String?
    ) throws {
        let event = try Self.event("\"\(name)\":\"value-1\"")
        #expect(event.fingerprints == [artefact: Self.fingerprint("value-1", kind)])
        #expect(event["credential_in_log"] == credential)
        #expect(event.event.has(.credentialInLog) == (credential != nil))
        #expect(event.event.has(artefact.field))
        #expect(event.kinds[artefact.field.name] == .fingerprint)
        #expect(event[artefact.field.name]?.wholeMatch(of: /[0-9a-f]{32}/) != nil)
        #expect(!event.fields.values.contains { $0.contains("value-1") })
    }

    @Test func referencesOfOneTokenDoNotJoin() throws {
        let names = ["access_token_id", "access_token_jti", "access_token_hash", "access_token"]
        let prints = try names.map { try Self.event("\"\($0)\":\"v\"").fingerprints[.accessToken] }
        #expect(Set(prints).count == names.count)
    }

    @Test func bestReferenceWinsAndARawOneIsStillReported() throws {
        for members in [
            #""code":"raw","code_id":"c1","code_hash":"h1""#, #""code_hash":"h1","code_id":"c1","code":"raw""#,
        ] {
            let event = try Self.event(members)
            #expect(event.fingerprints == [.code: Self.fingerprint("c1", .id)])
            #expect(event["credential_in_log"] == "code")
        }
    }

    @Test func escapedAndPlainWritingAreOneToken() throws {
        let plain = try Self.event(#""refresh_token_id":"a/b-1""#)
        let escaped = try Self.event(#""refresh_token_id":"a\/b\u002d1""#)
        #expect(plain.fingerprints == escaped.fingerprints)
    }

    @Test(arguments: ["client_secret", "password", "assertion", "client_assertion", "code_verifier", "id_token"])
    func otherCredentialsAreReported(_ name: String) throws {
        #expect(try Self.event("\"\(name)\":\"v\"")["credential_in_log"] == name)
        #expect(try Self.event("\"\(name)\":null")["credential_in_log"] == nil)
    }

    @Test func allCredentialsOfALineAreNamed() throws {
        let event = try Self.event(#""password":"a","access_token":"b","refresh_token":"c","refresh_token_issued":"d""#)
        let names = Set((event["credential_in_log"] ?? "").split(separator: " "))
        #expect(names == ["password", "access_token", "refresh_token"])
        #expect(event.kinds["credential_in_log"] == .words)
    }

    @Test func nullIsNoToken() throws {
        let event = try Self.event(#""refresh_token_id":null,"access_token":null"#)
        #expect(event.fingerprints.isEmpty)
        #expect(event["credential_in_log"] == nil)
    }

    @Test func lineCannotSayThatItHoldsNoCredential() throws {
        #expect(try Self.event(#""credential_in_log":"none","password":"x""#)["credential_in_log"] == "password")
    }

    @Test func prefixesOfKeycloakTokenIdsAreLeftOut() throws {
        let plan = try Formats.plan("keycloak")
        let prints = try ["71eea26a", "onrtac:71eea26a", "a:b:71eea26a"].map { id in
            let line = #"{"time":1767607200250,"type":"CODE_TO_TOKEN","realmId":"r","details":{"token_id":"\#(id)"}}"#
            return try #require(decode(line, plan).events.first).fingerprints
        }
        #expect(prints.allSatisfy { $0 == [.accessToken: Self.fingerprint("71eea26a", .jti)] })
    }

    @Test func refreshHasBothItsTokens() throws {
        let line =
            #"{"time":1767607200250,"type":"REFRESH_TOKEN","realmId":"r","details":{"refresh_token_id":"r-1","#
            + #""updated_refresh_token_id":"r-2"}}"#
        let event = try #require(decode(line, try Formats.plan("keycloak")).events.first)
        #expect(event.fingerprints[.refreshToken] == Self.fingerprint("r-1", .jti))
        #expect(event.fingerprints[.refreshTokenIssued] == Self.fingerprint("r-2", .jti))
        #expect(event.event.grantType == .refreshToken)
    }
}

@Suite struct VendorFieldTests {
    @Test func vendorPathsAreFilled() throws {
        let names = ["details.refresh_token_type", "details.identity_provider", "realmId", "details", "none.such"]
        let plan = try Formats.plan("keycloak", vendor: names)
        let line =
            #"{"time":1767607200250,"type":"REFRESH_TOKEN","realmId":"r1","clientId":"app","#
            + #""details":{"refresh_token_type":"Offline","identity_provider":null,"n":[1]}}"#
        let event = try #require(decode(line, plan).events.first)
        #expect(event["details.refresh_token_type"] == "Offline")
        #expect(event["details.identity_provider"] == nil)
        #expect(event["realmId"] == "r1")
        #expect(event["details"] == #"{"refresh_token_type":"Offline","identity_provider":null,"n":[1]}"#)
        #expect(event.kinds["details"] == .json)
        #expect(event["none.such"] == nil)
    }

    @Test func vendorNamesOfPairsAreFilled() throws {
        let plan = try Formats.plan("keycloak", vendor: ["refresh_token_type", "realmName"])
        let line =
            #"2026-01-05 10:00:00,174 WARN  [org.keycloak.events] (x) type="REFRESH_TOKEN", realmName="shop", "#
            + #"refresh_token_type="Offline""#
        let event = try #require(decode(line, plan).events.first)
        #expect(event["refresh_token_type"] == "Offline")
        #expect(event["realmName"] == "shop")
    }

    @Test func derivedColumnsAreLeftToOthers() throws {
        let format = try #require(Formats.catalog["grantaudit-json"])
        let plan = try CompiledFormat(
            format,
            layout: FieldLayout(CanonicalField.names + ["grant.scope_added", "extra"]),
            isDerived: { $0 == "grant.scope_added" }
        )
        let line =
            #"{"time":"2026-01-05T10:00:00Z","kind":"other","grant.scope_added":"forged","extra":"x","#
            + #""grant":{"scope_added":"forged"}}"#
        let event = try #require(decode(line, plan).events.first)
        #expect(event["grant.scope_added"] == nil)
        #expect(event["extra"] == "x")
    }

    static let raw = ["client_secret", "password", "assertion", "client_assertion", "code_verifier", "id_token"]

    @Test func secretsAreNotCopiedIntoColumnsThatRulesAskFor() throws {
        let plan = try Formats.plan("grantaudit-json", vendor: Self.raw)
        let members = Self.raw.map { "\"\($0)\":\"raw-value\"" }.joined(separator: ",")
        let line = "{\"time\":\"2026-01-05T10:00:00Z\",\"kind\":\"other\",\"access_token\":\"raw-value\",\(members)}"
        let event = try #require(decode(line, plan).events.first)
        #expect(!event.fields.values.contains { $0.contains("raw-value") })
        #expect(Self.raw.allSatisfy { event.kinds[$0] == nil })
    }

    @Test func tokensOfDebugLinesAreNotCopied() throws {
        let names = ["access_token", "refresh_token", "client_object", "logger"]
        let plan = try Formats.plan("flask-authlib", vendor: names)
        let line =
            "2026-01-05 10:00:00,784 DEBUG   authlib.oauth2.rfc6749.grants.authorization_code Issue token {"
            + "'token_type': 'Bearer', 'access_token': 'raw-value-1', 'expires_in': 3600, 'refresh_token': "
            + "'raw-value-2', 'scope': 'openid email'} to <OAuth2Client 4>"
        let event = try #require(decode(line, plan).events.first)
        #expect(!event.fields.values.contains { $0.contains("raw-value") })
        #expect(event["refresh_token"] == nil)
        #expect(event["client_object"] == "OAuth2Client 4")
        #expect(event["expires_in"] == "3600")
        #expect(
            event.fingerprints == [
                .accessToken: ArtefactTests.fingerprint("raw-value-1", .secret),
                .refreshTokenIssued: ArtefactTests.fingerprint("raw-value-2", .secret),
            ]
        )
    }

    @Test func secretParametersAreNotCopied() throws {
        // A rule that asks for `query.code` gets the code itself, and evidence would store it.
        let plan = try Formats.plan("combined", vendor: ["query.code", "query.state"])
        let line = #"203.0.113.7 - - [05/Jan/2026:10:00:00 +0000] "GET /cb?code=raw-value&state=s HTTP/1.1" 200 1"#
        let event = try #require(decode(line, plan).events.first)
        #expect(event["query.state"] == "s")
        #expect(event["query.code"] == nil)
    }
}
