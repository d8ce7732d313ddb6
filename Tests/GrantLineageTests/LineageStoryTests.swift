// Grants as stories: each line is an event and the derived fields expected of it.

import AuthEvents
import GrantLineage
import Testing

/// Events in order, each as `<seconds> <what happens> | <derived fields>`; a set of words is joined with commas.
struct Story: CustomTestStringConvertible, Sendable {
    let title: String
    var traits: SourceTraits = []
    let script: String

    var testDescription: String { title }

    func check() throws {
        let player = StoryPlayer(traits: traits)
        for line in script.split(separator: "\n") {
            let parts = line.split(separator: "|", omittingEmptySubsequences: false)
            try #require(parts.count == 2, "one bar per line: \(line)")
            let fields = player.play(try StoryEvent(line: String(parts[0])))
            let texts = DerivedField.names.compactMap { name in
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
}
