// Turns YAML into nodes, after a look at whether that can do harm.

public import Yams

/// YAML that may have been written to do harm.
public enum YAMLText {
    /// The root of the only document in `text`; `nil` when there is none.
    ///
    /// A file whose aliases multiply, or whose keys are lists or maps, is refused before nodes are made of it. Keys are
    /// unique. Scalars are resolved as far as JSON needs it.
    public static func compose(_ text: String) throws(YAMLProblem) -> Node? {
        guard !text.isEmpty else { return nil }
        var check = YAMLCheck(text)
        try check.run()
        do {
            return try Yams.Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch {
            // The check has read the same text with the same reader.
            throw YAMLProblem("YAML: the text cannot be read")
        }
    }
}
