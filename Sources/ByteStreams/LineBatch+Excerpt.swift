// Some of a batch's lines, to be looked at before or apart from the rest.

public import FieldRows

extension LineBatch {
    /// The lines in `range` of ``lines``, cut to those that exist, without overlong ones.
    ///
    /// Where the batch ends in the input stays what it was: an excerpt is for looking at, not for going on from.
    public func excerpt(_ range: Range<Int>) -> LineBatch {
        let range = range.clamped(to: lines.indices)
        return LineBatch(
            block: block,
            lines: Array(lines[range]),
            firstLineNumber: firstLineNumber + Int64(range.lowerBound),
            firstByteOffset: firstByteOffset,
            overlong: [],
            endOffset: endOffset,
            endCRC64: endCRC64,
            lastLineIsUnterminated: lastLineIsUnterminated && range.upperBound == lines.count
        )
    }
}

extension LineBatch {
    /// The content of `block` as a batch of one line that was read from nowhere.
    public init(oneLine block: ByteBlock) {
        self.init(
            block: block,
            lines: [LineRange(start: 0, count: UInt32(block.count))],
            firstLineNumber: 1,
            firstByteOffset: 0,
            overlong: [],
            endOffset: Int64(block.count),
            endCRC64: 0,
            lastLineIsUnterminated: true
        )
    }
}
