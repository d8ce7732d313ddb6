// A slice packs offset, count, kind and region into eight bytes and gives them back.

import FieldRows
import Testing

@Suite struct FieldSliceTests {
    static let kinds: [FieldSlice.Kind] = [
        .missing, .string, .words, .number, .boolean, .null, .json, .fingerprint,
    ]
    static let regions: [FieldSlice.Region] = [.line, .arena, .scratch, .fingerprints]

    @Test func isEightBytes() {
        #expect(MemoryLayout<FieldSlice>.size == 8)
    }

    @Test(arguments: kinds, regions)
    func givesBackWhatItWasMadeOf(_ kind: FieldSlice.Kind, _ region: FieldSlice.Region) {
        for offset in [0, 1, 63, 1 << 16, 1 << 28, FieldSlice.offsetMax] {
            for count in [0, 1, 15, 16, 1 << 20, FieldSlice.countMax] {
                let slice = FieldSlice(kind, region, offset: offset, count: count)
                #expect(slice.kind == kind)
                #expect(slice.region == region)
                #expect(slice.offset == offset)
                #expect(slice.count == count)
                #expect(slice == FieldSlice(kind, region, offset: offset, count: count))
            }
        }
    }

    @Test(arguments: kinds) func tellsPresenceFromValue(_ kind: FieldSlice.Kind) {
        let slice = FieldSlice(kind, .arena, offset: 5, count: 7)
        #expect(slice.isPresent == (kind != .missing))
        #expect(slice.hasValue == (kind != .missing && kind != .null))
    }

    @Test func missingAndNullHaveNoValue() {
        #expect(!FieldSlice.missing.isPresent)
        #expect(!FieldSlice.missing.hasValue)
        #expect(FieldSlice.null.isPresent)
        #expect(!FieldSlice.null.hasValue)
        #expect(FieldSlice.missing.count == 0)
        #expect(FieldSlice.null.count == 0)
        #expect(FieldSlice.missing != FieldSlice.null)
    }

    @Test(arguments: kinds) func retypingKeepsTheBytes(_ kind: FieldSlice.Kind) {
        let slice = FieldSlice(.string, .scratch, offset: 123_456, count: 789)
        let retyped = slice.retyped(kind)
        #expect(retyped == FieldSlice(kind, .scratch, offset: 123_456, count: 789))
    }
}
