// Puts the site's own values where a rule says `%name%`.

/// Values by placeholder name.
struct Placeholders {
    let values: [String: [String]]

    /// Most values that one text may become.
    static let expansionsMax = 10_000

    enum Problem: Error, Equatable {
        case unknown(String)
        case tooMany
    }

    /// All texts that `text` stands for; `text` itself when it has no placeholder.
    func expand(_ text: String) throws(Problem) -> [String] {
        var results = [""]
        var rest = text[...]
        while let start = rest.firstIndex(of: "%") {
            let behind = rest.index(after: start)
            guard let end = rest[behind...].firstIndex(of: "%"), Self.isName(rest[behind..<end]) else {
                results = results.map { $0 + rest[...start] }
                rest = rest[behind...]
                continue
            }
            let name = String(rest[behind..<end])
            guard let values = values[name], !values.isEmpty else { throw .unknown(name) }
            guard results.count * values.count <= Self.expansionsMax else { throw .tooMany }
            let before = rest[..<start]
            results = results.flatMap { result in values.map { result + before + $0 } }
            rest = rest[rest.index(after: end)...]
        }
        return results.map { $0 + rest }
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || "_-.".utf8.contains($0) }
    }
}
