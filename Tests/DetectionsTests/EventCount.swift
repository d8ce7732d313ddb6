// Sums what a source delivered.

import AuthEvents
import Detections

struct EventCount {
    let total: Int64

    init(_ coverage: SourceCoverage) {
        total = EventKind.allCases.reduce(0) { $0 + coverage[$1] }
    }
}
