// Rules about other logs than ours mean the log's own fields, even where these are called like ours.

import AuthEvents
import FieldRows
import GrantLineage
public import SigmaRules

extension LoadedRules {
    /// The same rules; those about other log sources than `category: oauth` ask for the log's own fields first, and
    /// for a canonical or derived field of that name only in events that lack them.
    public var preferringOwnFields: LoadedRules {
        var copy = self
        copy.rules = rules.map { $0.logsource.isOfOthers ? $0.preferring(Self.ownName) : $0 }
        copy.filters = filters.map { $0.logsource.isOfOthers ? $0.preferring(Self.ownName) : $0 }
        return copy
    }

    private static func ownName(_ name: String) -> String? {
        let isOurs = CanonicalField(name: name) != nil || DerivedField(name: name) != nil
        return isOurs ? FieldLayout.ownName(name) : nil
    }
}

extension Logsource {
    /// Whether it names a log, and not the events that all logs of authorization servers have in common.
    fileprivate var isOfOthers: Bool { !attributes.isEmpty && category != "oauth" }
}
