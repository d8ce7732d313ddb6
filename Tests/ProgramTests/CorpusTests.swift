// Whole captured runs of real servers under known attacks, where they are at hand.
//
// The folder that GRANTAUDIT_CORPUS names holds `servers/<name>/logs` and `servers/<name>/truth.jsonl.zst`.

import Foundation
import Testing

/// What must be found in one server's logs: kinds of attack that those logs show.
struct CapturedServer: Sendable, CustomTestStringConvertible {
    let name: String
    /// Attack (`kind/variant`) to the rules of which one must have it as evidence.
    let visible: [String: [String]]

    var testDescription: String { name }

    /// What any access log with the query in it shows.
    private static let frontChannel: [String: [String]] = [
        "pkce/plain_instead_of_S256": ["pkce_method_plain"],
        "pkce/challenge_stripped_public": ["authorization_request_without_pkce"],
        "pkce/challenge_stripped_confidential": ["authorization_request_without_pkce"],
        "redirect_uri/evil_host": ["authorization_request_refused_without_redirect"],
        "redirect_uri/suffix_host": ["authorization_request_refused_without_redirect"],
        "redirect_uri/userinfo_at": ["authorization_request_refused_without_redirect"],
        "redirect_uri/plain_http": ["unencrypted_redirect_uri_attempted"],
        "redirect_uri/javascript": ["active_redirect_uri_attempted"],
        "secret_in_url/access_token_query": ["secret_in_url"],
        "secret_in_url/refresh_token_query": ["secret_in_url"],
        "secret_in_url/token_endpoint_get": ["secret_in_url"],
        "secret_in_url/token_endpoint_query": ["secret_in_url"],
        "grant_type/implicit": ["implicit_grant_token_requested"],
    ]

    /// What only a log that names codes and tokens shows.
    private static let grants: [String: [String]] = [
        "code_replay/same_client_other_ip": ["authorization_code_replay_refused_other_context"],
        "code_replay/same_client_same_ip": ["authorization_code_replay_refused_same_context"],
        "code_replay/many_times": ["authorization_code_replay_refused_other_context"],
        "code_replay/other_client_fresh_code": ["authorization_code_of_other_client_refused"],
        "code_replay/other_client_used_code": ["authorization_code_of_other_client_refused"],
        "code_replay/race": ["authorization_code_redeemed_twice", "authorization_code_replay_refused_other_context"],
        "refresh_token/reuse_other_ip": ["refresh_token_reuse_reported", "refresh_token_reuse_other_context"],
        "refresh_token/reuse_after_two": ["refresh_token_reuse_reported", "refresh_token_reuse_other_context"],
        "refresh_token/stolen_first_use_by_attacker": [
            "refresh_token_reuse_reported", "refresh_token_reuse_other_context",
        ],
        "scope/refresh_escalation": ["refresh_scope_beyond_grant_requested"],
        "scope/refresh_unknown": ["refresh_scope_beyond_grant_requested"],
        "grant_type/password": ["password_grant_attempted"],
    ]

    static let all = [
        CapturedServer(name: "flask_authlib_werkzeug_bare", visible: frontChannel),
        CapturedServer(name: "flask_authlib_werkzeug_debug", visible: frontChannel),
        CapturedServer(
            name: "nginx_gunicorn_flask_json",
            visible: frontChannel.merging(grants) { $0 + $1 }
        ),
    ]
}

@Suite struct CorpusTests {
    static let corpus = ProcessInfo.processInfo.environment["GRANTAUDIT_CORPUS"]

    @Test(
        .enabled(if: corpus != nil, "GRANTAUDIT_CORPUS names no folder with captured runs"),
        arguments: CapturedServer.all
    )
    func findsTheAttacksAndNothingElse(_ server: CapturedServer) throws {
        let folder = try #require(Self.corpus) + "/servers/" + server.name
        let temporary = try TemporaryFolder()
        let audit = try Program.run(["audit", folder + "/logs", "--database", temporary.path("db"), "--json"])
        #expect(audit.status == 0, "\(audit.error)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(audit.output.utf8)) as? [String: Any])
        let truth = try Truth(folder + "/truth.jsonl.zst")
        var found: [String: Set<String>] = [:]
        var ruleNames: Set<String> = []
        for finding in report["findings"] as? [[String: Any]] ?? [] {
            let level = finding["level"] as? String ?? ""
            ruleNames.insert(finding["rule_name"] as? String ?? "")
            for evidence in finding["evidence"] as? [[String: Any]] ?? [] {
                let flows = truth.flows(of: evidence)
                for flow in flows { found[flow.attack, default: []].insert(finding["rule_name"] as? String ?? "") }
                let isNormal = !flows.isEmpty && flows.allSatisfy { $0.category == "normal" }
                #expect(
                    !(isNormal && (level == "high" || level == "critical")),
                    "\(finding["title"] ?? "") on normal traffic"
                )
            }
        }
        // Its evidence is capped, so that it cannot be told from the evidence which attacks it counts.
        #expect(ruleNames.contains("token_endpoint_refusals_from_one_network"))
        for (attack, rules) in server.visible {
            #expect(!(found[attack] ?? []).isDisjoint(with: rules), "\(attack) was not found by \(rules)")
        }
        for input in report["inputs"] as? [[String: Any]] ?? [] {
            let lines = input["lines"] as? [String: Any]
            #expect(lines?["holds"] as? Bool == true, "\(input["path"] ?? "")")
            #expect(lines?["rejected"] as? Int == 0, "\(input["path"] ?? "")")
        }
    }

    @Test(
        .enabled(if: corpus != nil, "GRANTAUDIT_CORPUS names no folder with captured runs"),
        arguments: CapturedServer.all
    )
    func keepsNoSecret(_ server: CapturedServer) throws {
        let folder = try #require(Self.corpus) + "/servers/" + server.name
        let temporary = try TemporaryFolder()
        let audit = try Program.run(["audit", folder + "/logs", "--database", temporary.path("db"), "--json"])
        var kept = Array(audit.output.utf8) + Array(audit.error.utf8)
        for file in ["db", "db-wal"] {
            if let data = FileManager.default.contents(atPath: temporary.path(file)) { kept += Array(data) }
        }
        let text = String(decoding: kept, as: UTF8.self)
        let words = Set(text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_")) })
        for secret in try Truth(folder + "/truth.jsonl.zst").secrets {
            #expect(!words.contains(Substring(secret)), "a raw secret was kept")
        }
    }
}

/// What a driver did to a captured server.
struct Truth {
    struct Flow: Hashable {
        let category: String
        /// `kind/variant`.
        let attack: String
    }

    private var requests: [(time: Double, addresses: Set<String>, path: String, flow: Flow)] = []
    private(set) var secrets: Set<String> = []

    init(_ path: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["zstd", "-dcq", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        for line in data.split(separator: UInt8(ascii: "\n")) {
            guard let record = try JSONSerialization.jsonObject(with: line) as? [String: Any] else { continue }
            read(record)
        }
        requests.sort { $0.time < $1.time }
    }

    private mutating func read(_ record: [String: Any]) {
        let kind = record["kind"] as? String ?? ""
        let flow = Flow(
            category: record["class"] as? String ?? "",
            attack: kind + "/" + (record["variant"] as? String ?? "")
        )
        for request in record["requests"] as? [[String: Any]] ?? [] {
            guard let time = Self.seconds(request["t"] as? String) else { continue }
            let addresses = [request["src"], request["xff"]].compactMap { $0 as? String }
            requests.append((time, Set(addresses), request["path"] as? String ?? "", flow))
        }
        let artefacts = record["artifacts"] as? [String: [String]] ?? [:]
        for name in ["code", "access_token", "refresh_token"] {
            secrets.formUnion((artefacts[name] ?? []).filter { $0.count >= 20 })
        }
    }

    /// The flows that could have made the event of a piece of evidence: same address and path, within two seconds.
    func flows(of evidence: [String: Any]) -> Set<Flow> {
        let fields = evidence["fields"] as? [String: String] ?? [:]
        guard let time = Self.seconds(evidence["time"] as? String), let address = fields["ip"] else { return [] }
        let first = requests.partitioningIndex { $0.time >= time - 2.2 }
        var result: Set<Flow> = []
        for request in requests[first...].prefix(while: { $0.time <= time + 1.2 })
        where request.addresses.contains(address) && (fields["http_path"] ?? request.path) == request.path {
            result.insert(request.flow)
        }
        return result
    }

    private static func seconds(_ text: String?) -> Double? {
        guard let text else { return nil }
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return try? style.parse(text).timeIntervalSince1970
    }
}

extension Array {
    /// The first index of the part for which `belongs` holds, in an array sorted by it.
    func partitioningIndex(where belongs: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
