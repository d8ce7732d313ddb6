// Where users sign in, and how they could have got there.

import AuthEvents
import NetworkPlaces

extension LineageState {
    /// Shorter ways may be errors of the files, which know cities at best.
    private static var kilometresMin: Double { 500 }
    /// Less time than this between two sign-ins counts as this.
    private static var hoursMin: Double { 1.0 / 60 }

    /// Says where the address of the event is.
    mutating func locate(
        _ event: AuthEvent,
        _ places: NetworkPlaces,
        _ batch: EventBatch,
        _ index: Int,
        _ derived: inout DerivedFields
    ) {
        place = nil
        guard event.has(.ip), let place = batch.withText(.ip, of: index, places.place(of:)) ?? nil else { return }
        self.place = place
        if place.country != 0 {
            texts[.ipCountry] = [UInt8(place.country >> 8), UInt8(place.country & 0xFF)]
            derived[.ipCountry] = 0
        }
        if place.asn != 0 { derived[.ipASN] = place.asn }
    }

    /// A user signs in or authorizes: says whether the country is new and how far away the last time was.
    mutating func notePlace(_ event: AuthEvent, _ batch: EventBatch, _ index: Int, _ derived: inout DerivedFields) {
        guard let place, event.user != 0, event.outcome == .success, batch.isUsersAddress(index) else { return }
        let (key, now) = (ValueKey(event.user), Moment(event.time))
        var user = users.value(of: key) ?? UserRecord()
        if !user.seenAt.isKnown { user.seenAt = now }
        noteCountry(of: event, place, user, &derived)
        // What is late, or read once more, says nothing of the way from the last place.
        if place.hasPoint, user.placeAt < now {
            if user.placeAt.isKnown, let speed = speed(from: user, to: place, now) {
                derived[.userTravelKmh] = UInt32(min(speed, 1_000_000))
            }
            user.placeAt = now
            user.latitude = Int16((place.latitude * 100).rounded())
            user.longitude = Int16((place.longitude * 100).rounded())
        }
        users.set(key, user)
    }

    private func speed(from user: UserRecord, to place: Place, _ now: Moment) -> Double? {
        var before = Place()
        (before.hasPoint, before.latitude, before.longitude) = (
            true, Float(user.latitude) / 100, Float(user.longitude) / 100
        )
        guard let kilometres = before.kilometres(to: place), kilometres >= Self.kilometresMin else { return nil }
        let hours = Double(now.rawValue - user.placeAt.rawValue) / 3600
        return kilometres / max(hours, Self.hoursMin)
    }

    private mutating func noteCountry(
        of event: AuthEvent,
        _ place: Place,
        _ user: UserRecord,
        _ derived: inout DerivedFields
    ) {
        guard place.country != 0 else { return }
        let (key, now) = (ValueKey(.country, event.user, UInt64(place.country)), Moment(event.time))
        if let pair = pairs.value(of: key) {
            guard mayRepeat, pair.seenAt >= now else { return }
        } else {
            pairs.set(key, PairRecord(seenAt: now))
        }
        if hasLearned(since: user.seenAt, at: event.time) { derived[.baselineUserCountryFirstSeen] = 1 }
    }
}
