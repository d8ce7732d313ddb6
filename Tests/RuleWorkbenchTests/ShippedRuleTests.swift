// Every shipped rule fires on its positive samples and stays silent on its negative ones.

import Foundation
import LogFormats
import RuleWorkbench
import SigmaRules
import Testing

/// The package on disk.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func path(_ relative: String) -> String { root.appending(path: relative).path }
}

@Suite struct ShippedRuleTests {
    static let loaded = RuleFolder.load(paths: [Repository.path("Rules")])
    static let catalog = FormatCatalog(folders: [Repository.path("Rules/formats")])
    static let files = RuleTestFile.paths(in: [Repository.path("Rules")])

    @Test func allRulesCompileAndNothingIsToBeSaidOfThem() {
        #expect(Self.loaded.diagnostics.map(\.description) == [])
        #expect(Self.loaded.rules.count >= 40)
        #expect(RuleReview(Self.loaded, formats: Self.catalog).remarks().map(\.description) == [])
    }

    @Test(arguments: files) func allCasesHold(_ file: String) throws {
        let outcome = try RuleTestRun(Self.loaded, formats: Self.catalog).run(RuleTestFile(path: file))
        for test in outcome.cases { #expect(test.failure == nil, "\(test.test.name)") }
    }
}
