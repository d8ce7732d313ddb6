// Lines that come from a test instead of a file.

import ByteStreams
import FieldRows

extension LineBatch {
    /// A batch of the single line `text`.
    init(oneLine text: String) {
        let block = ByteBlock(capacity: text.utf8.count)
        block.append(Array(text.utf8).span.bytes)
        self.init(oneLine: block)
    }
}
