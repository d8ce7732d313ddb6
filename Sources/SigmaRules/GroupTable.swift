// The windows of a correlation by their groups.

import Crypto

/// Finds the window of a group by a hash that is quickly made; those of an earlier engine by what it has kept of them.
struct GroupTable {
    private var windows: [KeyedHash.Value: CorrelationWindow] = [:]
    /// Windows of groups of which nothing has been heard since they were taken back, by ``CorrelationWindow/key``.
    private var restored: [[UInt8]: CorrelationWindow] = [:]

    var count: Int { windows.count + restored.count }
    var isEmpty: Bool { windows.isEmpty && restored.isEmpty }
    var all: [CorrelationWindow] { Array(windows.values) + Array(restored.values) }

    /// The window of the group with this `hash`, whose values have the bytes `key`.
    mutating func find(_ hash: KeyedHash.Value, _ key: [UInt8]) -> CorrelationWindow? {
        if let window = windows[hash] { return window }
        guard !restored.isEmpty, let window = restored.removeValue(forKey: Self.digest(key)) else { return nil }
        insert(window, hash)
        return window
    }

    mutating func insert(_ window: CorrelationWindow, _ hash: KeyedHash.Value) {
        window.hash = hash
        windows[hash] = window
    }

    mutating func insert(restored window: CorrelationWindow) { restored[window.key] = window }

    /// Forgets `window`; false if it is not here.
    mutating func remove(_ window: CorrelationWindow) -> Bool {
        if let hash = window.hash {
            guard windows[hash] === window else { return false }
            windows[hash] = nil
        } else {
            guard restored[window.key] === window else { return false }
            restored[window.key] = nil
        }
        return true
    }

    /// Forgets the windows that are over and hands them to `body`.
    mutating func removeAll(where isOver: (CorrelationWindow) -> Bool, _ body: (CorrelationWindow) -> Void) {
        for (hash, window) in windows where isOver(window) {
            windows[hash] = nil
            body(window)
        }
        for (key, window) in restored where isOver(window) {
            restored[key] = nil
            body(window)
        }
    }

    /// Bytes that are equal for equal keys, and from which their values cannot be read: windows may be kept in a
    /// database, and whoever writes a log may put anything into the values.
    static func digest(_ key: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: key)) }
}
