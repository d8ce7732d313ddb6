// How much memory the process has needed.

import Glibc

enum ProcessMemory {
    /// Largest resident set so far, in bytes.
    static var peakBytes: Int64? {
        var usage = rusage()
        guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return nil }
        // Linux counts ru_maxrss in KiB (getrusage(2)).
        return Int64(usage.ru_maxrss) * 1024
    }
}
