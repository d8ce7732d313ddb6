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
        let areNumbers = slice.kind == .number || other.kind == .number
        if areNumbers, node.placement == .whole, let one = DecimalNumber(text), let two = DecimalNumber(reference),
            one == two
        {
            return true
        }
        var wanted = CodePoints(reference, node.fold)
        switch slice.kind {
        case .words: return wanted.stands(in: text, node.placement) || anyWord(node, text, &wanted)
        case .json: return anyMember(node, text, &wanted)
        default: return wanted.stands(in: text, node.placement)
        }
    }

    private func anyWord(_ node: MatchNode, _ text: RawSpan, _ wanted: inout CodePoints) -> Bool {
        var start = 0
        for index in 0...text.byteCount where index == text.byteCount || text.byte(at: index) == 0x20 {
            let isWord = index > start
            if isWord, wanted.stands(in: text.extracting(start..<index), node.placement) { return true }
            start = index + 1
        }
        return false
    }

    private func anyMember(_ node: MatchNode, _ text: RawSpan, _ wanted: inout CodePoints) -> Bool {
        var members = JSONMembers()
        while let member = members.next(in: text) {
            var unescaped: [UInt8] = []
            JSONMembers.unescape(text.extracting(member.range), into: &unescaped)
            let bytes = unescaped
            if wanted.stands(in: bytes.span.bytes, node.placement) { return true }
        }
        return false
    }
}
