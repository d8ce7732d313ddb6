// Where addresses are.

import AuthEvents

extension DerivedFieldSpecification {
    static let address = [
        Self(
            name: "ip.country",
            type: .text,
            needs: [.ip],
            isAboutPlaces: true,
            meaning: "Country of `ip` as two letters (ISO 3166-1); absent when unknown."
        ),
        Self(
            name: "ip.asn",
            type: .number,
            needs: [.ip],
            isAboutPlaces: true,
            meaning: "Number of the autonomous system that `ip` belongs to; absent when unknown."
        ),
    ]
}
