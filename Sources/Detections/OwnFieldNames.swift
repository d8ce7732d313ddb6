// Rules about other logs than ours mean the log's own fields, even where these are called like ours.

import AuthEvents
import FieldRows
import GrantLineage
public import SigmaRules

extension LoadedRules {
    /// The same rules; those about other log sources than `category: oauth` ask for the log's own fields first, and
    /// for a canonical or derived field of that name only in events that lack them.
    public var preferringOwnFields: LoadedRules {
        preferring(Self.ownNames) { !$0.attributes.isEmpty && $0.category != "oauth" && !$0.isAboutLogs }
    }

    private static let ownNames = Dictionary(
        uniqueKeysWithValues: (CanonicalField.names + DerivedField.names).map { ($0, FieldLayout.ownName($0)) }
    )
}
