// Grants as stories: each line is an event and the derived fields expected of it.

import AuthEvents
import GrantLineage
import Testing

/// Events in order, each as `<seconds> <what happens> | <derived fields>`; a set of words is joined with commas.
struct Story: CustomTestStringConvertible, Sendable {
    let title: String
    var traits: SourceTraits = []
    /// The fields it is about; those of other stories are not looked at.
    var fields: Set<String> = Story.classic
    let script: String

    var testDescription: String { title }

    /// What codes, refresh tokens and families have always been asked about.
    static let classic: Set<String> = [
        "code.state", "code.redemptions", "code.seconds_since_redemption", "code.client_mismatch", "code.context",
        "refresh_token.state", "refresh_token.seconds_since_rotation", "refresh_token.generations_behind",
        "refresh_token.context", "refresh_token.client_mismatch", "family.live_branches", "family.rotations",
        "grant.scope_added", "grant.revoked_seconds_ago", "grant.context", "grant.seconds_since_redemption",
        "grant.code_refused",
    ]

    func check() throws {
        let player = StoryPlayer(traits: traits)
        for line in script.split(separator: "\n") {
            let parts = line.split(separator: "|", omittingEmptySubsequences: false)
            try #require(parts.count == 2, "one bar per line: \(line)")
            let fields = player.play(try StoryEvent(line: String(parts[0])))
            let texts = DerivedField.names.filter(self.fields.contains).compactMap { name in
                fields[name].map { "\(name)=\($0.replacing(" ", with: ","))" }
            }
            let expected = parts[1].split(separator: " ").joined(separator: " ")
            #expect(texts.joined(separator: " ") == expected, "\(title): \(parts[0])")
        }
    }
}

@Suite struct LineageStoryTests {
    @Test(arguments: Story.codes) func codeRedemption(_ story: Story) throws { try story.check() }
    @Test(arguments: Story.rotations) func rotation(_ story: Story) throws { try story.check() }
    @Test(arguments: Story.forks) func fork(_ story: Story) throws { try story.check() }
    @Test(arguments: Story.scopes) func scope(_ story: Story) throws { try story.check() }
    @Test(arguments: Story.revocations) func revocation(_ story: Story) throws { try story.check() }
    @Test(arguments: Story.sessions) func session(_ story: Story) throws { try story.check() }
    @Test(arguments: Story.authorizations) func authorization(_ story: Story) throws { try story.check() }
    @Test(arguments: Story.orphans) func orphan(_ story: Story) throws { try story.check() }
    @Test(arguments: Story.incidents) func incident(_ story: Story) throws { try story.check() }
    @Test(arguments: Story.requestedScopes) func requestedScope(_ story: Story) throws { try story.check() }
    @Test(arguments: Story.accessTokens) func accessToken(_ story: Story) throws { try story.check() }
    @Test(arguments: Story.parties) func party(_ story: Story) throws { try story.check() }
    @Test(arguments: Story.consents) func consent(_ story: Story) throws { try story.check() }
    @Test(arguments: Story.baselines) func baseline(_ story: Story) throws { try story.check() }
}
