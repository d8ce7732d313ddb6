// The reference of fields, for people and for programs.

import RuleWorkbench

/// A field as `rules fields --json` prints it.
struct FieldAnswer: Encodable {
    let name: String
    let origin: String
    let type: String
    let meaning: String
    let needs: [String]
    let linkage: String

    static var markdown: String { FieldReference.markdown }

    static var all: [FieldAnswer] {
        FieldReference.all.map { field in
            FieldAnswer(
                name: field.name,
                origin: field.origin.rawValue,
                type: field.type,
                meaning: field.meaning,
                needs: field.needs,
                linkage: field.linkage
            )
        }
    }
}
