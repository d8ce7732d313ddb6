// Compares a field with another field of the same row.

import FieldRows

extension MatchProgram {
    /// Whether `slice` holds the value of the node's other field.
    func refers(_ node: MatchNode, _ slice: FieldSlice, _ row: borrowing FieldRow) -> Bool {
        let other = row[Int(node.operand)]
        guard slice.hasValue, other.hasValue else { return false }
        let (text, reference) = (row.bytes(slice), row.bytes(other))
        if slice.kind == .fingerprint || other.kind == .fingerprint {
            return slice.kind == other.kind && node.placement == .whole && text.equals(reference)
        }
        switch slice.kind {
        case .words: return text.holds(reference, node.placement, node.fold) || anyWord(node, text, reference)
        case .json: return anyMember(node, text, reference)
        case .number:
            if node.placement == .whole, let one = DecimalNumber(text), let two = DecimalNumber(reference) {
                return one == two
            }
            return text.holds(reference, node.placement, node.fold)
        default: return text.holds(reference, node.placement, node.fold)
        }
    }

    private func anyWord(_ node: MatchNode, _ text: RawSpan, _ reference: RawSpan) -> Bool {
        var start = 0
        for index in 0...text.byteCount where index == text.byteCount || text.byte(at: index) == 0x20 {
            let isWord = index > start
            if isWord, text.extracting(start..<index).holds(reference, node.placement, node.fold) { return true }
            start = index + 1
        }
        return false
    }

    private func anyMember(_ node: MatchNode, _ text: RawSpan, _ reference: RawSpan) -> Bool {
        var members = JSONMembers()
        while let member = members.next(in: text) {
            var unescaped: [UInt8] = []
            JSONMembers.unescape(text.extracting(member.range), into: &unescaped)
            let bytes = unescaped
            if bytes.span.bytes.holds(reference, node.placement, node.fold) { return true }
        }
        return false
    }
}
