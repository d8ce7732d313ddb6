// How far it is from one place to another.

import Glibc

extension Place {
    /// The haversine formula, which is exact enough for small distances, too.
    static func kilometres(from one: (Double, Double), to other: (Double, Double)) -> Double {
        let radians = Double.pi / 180
        let (latitude, longitude) = ((other.0 - one.0) * radians / 2, (other.1 - one.1) * radians / 2)
        let chord =
            sin(latitude) * sin(latitude)
            + cos(one.0 * radians) * cos(other.0 * radians) * sin(longitude) * sin(longitude)
        return 2 * 6371 * asin(min(1, chord.squareRoot()))
    }
}
