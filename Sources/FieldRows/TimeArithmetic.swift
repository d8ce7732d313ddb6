// Sums and differences of times that logs may have put at the ends of what there is.

extension Int64 {
    /// This time or span longer by `span`, or the latest there is; in the unit of both.
    public func later(by span: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(span)
        return overflow ? .max : sum
    }

    /// This time less `span`, or the earliest there is; in the unit of both.
    public func earlier(by span: Int64) -> Int64 {
        let (time, overflow) = subtractingReportingOverflow(span)
        return overflow ? .min : time
    }
}
