// What a correlation says when its condition holds.

/// The condition of a correlation holds for one group at one time.
public struct CorrelationMatch<Payload> {
    /// Index of the rule.
    public let rule: Int
    /// End of the window, in microseconds since 1970-01-01T00:00:00Z.
    public let time: Int64
    /// Time of the first match in the window, in the same unit.
    public let firstTime: Int64
    /// The values of the group-by fields, in their order.
    public let group: [EventValue]
    /// Bytes that are equal for equal groups.
    public let groupKey: [UInt8]
    /// Number of the incident: the same for as long as one of its matches stays in the window.
    public let incident: Int
    /// The payloads of the matches that this incident did not know of yet, in the order of time.
    public let news: [Payload]

    /// The same with payloads of another type.
    func mapNews<Other>(_ other: (Payload) -> Other) -> CorrelationMatch<Other> {
        CorrelationMatch<Other>(
            rule: rule,
            time: time,
            firstTime: firstTime,
            group: group,
            groupKey: groupKey,
            incident: incident,
            news: news.map(other)
        )
    }
}
