// What is to happen next: a queue ordered by time.

/// A binary heap of things to do; those of one time come out in the order they were put in.
struct Schedule<Element> {
    private struct Entry {
        let time: Int64
        let sequence: Int
        let element: Element

        func precedes(_ other: Entry) -> Bool {
            time < other.time || time == other.time && sequence < other.sequence
        }
    }

    private var entries: [Entry] = []
    private var sequence = 0

    /// When the next thing is to happen; nil if nothing is left.
    var nextTime: Int64? { entries.first?.time }

    /// Plans `element` for `time`.
    mutating func add(_ element: Element, at time: Int64) {
        let entry = Entry(time: time, sequence: sequence, element: element)
        sequence += 1
        entries.append(entry)
        var index = entries.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard entry.precedes(entries[parent]) else { break }
            entries[index] = entries[parent]
            index = parent
        }
        entries[index] = entry
    }

    /// Takes out what is to happen next; nil if nothing is left.
    mutating func removeNext() -> (time: Int64, element: Element)? {
        guard let last = entries.popLast() else { return nil }
        guard let first = entries.first else { return (last.time, last.element) }
        var index = 0
        while true {
            var child = 2 * index + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count && entries[child + 1].precedes(entries[child]) { child += 1 }
            guard entries[child].precedes(last) else { break }
            entries[index] = entries[child]
            index = child
        }
        entries[index] = last
        return (first.time, first.element)
    }
}
