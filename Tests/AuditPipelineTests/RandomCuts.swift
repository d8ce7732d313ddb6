// Cuts a story into files as hosts, rotation and compression would.

import TestMaterial

/// Files that together hold a story, each line once.
enum RandomCuts {
    /// The files' bytes; within a host lines are written up to five seconds after their events.
    static func files(of story: Story, using generator: inout Numbers) -> [[UInt8]] {
        let hostCount = Int.random(in: 1...4, using: &generator)
        var hosts = [[StoryLine]](repeating: [], count: hostCount)
        for line in story.lines { hosts[Int.random(in: 0..<hostCount, using: &generator)].append(line) }
        return hosts.flatMap { lines in
            rotated(delayed(lines, by: 5000, using: &generator), using: &generator)
        }
    }

    /// The lines, each as if it had been written up to `milliseconds` after its time.
    static func delayed(_ lines: [StoryLine], by milliseconds: Int64, using generator: inout Numbers)
        -> [String]
    {
        lines.map { (written: $0.time + Int64.random(in: 0..<milliseconds, using: &generator), text: $0.text) }
            .sorted { $0.written < $1.written }.map(\.text)
    }

    /// One to four files that follow each other, each compressed in some way or not at all.
    private static func rotated(_ lines: [String], using generator: inout Numbers) -> [[UInt8]] {
        let count = Int.random(in: 1...4, using: &generator)
        return (0..<count).map { part in
            let range = lines.count * part / count..<lines.count * (part + 1) / count
            let bytes = TemporaryFolder.bytes(Array(lines[range]))
            return switch Int.random(in: 0..<3, using: &generator) {
            case 0: CompressedFile.gzip([bytes])
            case 1: CompressedFile.zstd([bytes])
            default: bytes
            }
        }
    }
}
