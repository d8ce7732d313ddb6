// How many files the process may hold open at once.

import Glibc

enum OpenFiles {
    /// Raises the soft limit to the hard one: an audit holds every input open whose times overlap with another's.
    static func allowAll() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
