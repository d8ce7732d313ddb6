// The stories in Samples/ are told as their files say.

import Foundation
import Testing

@Suite struct SampleTests {
    static let stories: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: Program.root.appending(path: "Samples").path)) ?? [])
        .sorted()

    @Test(arguments: stories) func findsWhatIsExpected(_ story: String) throws {
        let folder = try TemporaryFolder()
        let sample = Program.root.appending(path: "Samples/\(story)")
        let audit = try Program.run(["audit", "Samples/\(story)/logs", "--database", folder.path("db"), "--json"])
        #expect(audit.status == 0, "\(audit.error)")
        let report = try JSONSerialization.jsonObject(with: Data(audit.output.utf8)) as? [String: Any]
        let findings = report?["findings"] as? [[String: Any]] ?? []
        let found = findings.map { finding in
            let evidence = (finding["evidence"] as? [[String: Any]])?.first ?? [:]
            let file = (evidence["path"] as? String ?? "").split(separator: "/").last ?? ""
            return "\(finding["level"] ?? "")  \(finding["count"] ?? "")  \(finding["rule_name"] ?? "")  "
                + "\(file):\(evidence["line"] ?? "")"
        }
        let expected = try String(contentsOf: sample.appending(path: "expected_findings.txt"), encoding: .utf8)
        #expect(found.sorted() == expected.split(separator: "\n").map(String.init).sorted())
    }
}
