// What there is to know of each derived field, in one row.

import AuthEvents
import ClientRegistry

/// Name, type, needs and meaning of a derived field.
struct DerivedFieldSpecification: Sendable {
    let name: String
    let type: DerivedFieldType
    let needs: [CanonicalField]
    var needsOneOf: [CanonicalField] = []
    var origins: [EventKind] = []
    var originNeeds: [CanonicalField] = []
    var isLearned = false
    var isAboutPlaces = false
    var registryAttribute: RegistryAttribute?
    let meaning: String

    /// One row per ``DerivedField``, in order of raw value.
    static let all =
        address + code + refreshToken + family + grant + accessToken + party + baseline + client

    static let context = DerivedFieldType.word(ContextMatch.allCases.map(\.name))
}
