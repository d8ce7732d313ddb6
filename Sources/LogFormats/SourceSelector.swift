// Paths of source fields that lead through arrays: `target[type=User].id`, `events[0].name`, `scopes[].name`.

/// A source field that is found inside a JSON value, member by member.
struct SourceSelector: Sendable, Equatable {
    /// Where a member of an object is: the whole path as one key, or its keys one inside the other.
    struct MemberPath: Sendable, Equatable {
        let keys: [[UInt8]]
        /// The path as one key, if that is something else than its keys.
        let whole: [UInt8]?

        init(_ path: Substring) {
            keys = path.split(separator: ".", omittingEmptySubsequences: false).map { Array($0.utf8) }
            whole = keys.count > 1 ? Array(path.utf8) : nil
        }
    }

    /// One step from a value to a value inside it.
    enum Step: Sendable, Equatable {
        /// The member of an object.
        case key(MemberPath)
        /// The element of an array at this place; an object or scalar is its own only element.
        case index(Int)
        /// The first element that is an object with this text at this path.
        case element(MemberPath, [UInt8])
        /// All elements; an object or scalar is its own only element.
        case every
        /// The keys one inside the other, through whatever arrays stand between them.
        case through([[UInt8]])
    }

    /// The path before the first bracket.
    let path: String
    /// The steps from there on.
    let steps: [Step]

    /// The selector that `name` writes; `nil` when it is a plain path, or its brackets make no sense.
    init?(_ name: String) {
        guard let open = name.firstIndex(of: "["), open > name.startIndex else { return nil }
        path = String(name[..<open])
        if name[open...].hasPrefix("[*].") {
            steps = [.through(MemberPath(name[open...].dropFirst(4)).keys)]
            return
        }
        var steps: [Step] = []
        var rest = name[open...]
        while let first = rest.first {
            if first == "[" {
                guard let close = rest.firstIndex(of: "]"),
                    let step = Self.bracket(rest[rest.index(after: rest.startIndex)..<close])
                else { return nil }
                steps.append(step)
                rest = rest[rest.index(after: close)...]
            } else {
                guard first == "." else { return nil }
                let body = rest.dropFirst()
                let end = body.firstIndex(of: "[") ?? body.endIndex
                guard end > body.startIndex else { return nil }
                steps.append(.key(MemberPath(body[..<end])))
                rest = body[end...]
            }
        }
        self.steps = steps
    }

    /// The path `a.b.c` in a form in which arrays may stand anywhere between its keys: their members are meant then.
    static func throughArrays(_ path: String) -> String? {
        let keys = path.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        return keys.count == 2 && !keys[0].isEmpty ? keys[0] + "[*]." + keys[1] : nil
    }

    private static func bracket(_ text: Substring) -> Step? {
        if text.isEmpty { return .every }
        if let index = Int(text) { return index >= 0 ? .index(index) : nil }
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else { return nil }
        return .element(MemberPath(text[..<equals]), Array(text[text.index(after: equals)...].utf8))
    }
}
