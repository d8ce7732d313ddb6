// Columns have one place each, in the order in which they were asked for.

import FieldRows
import Testing

@Suite struct FieldLayoutTests {
    @Test func namesHaveTheirColumns() {
        let layout = FieldLayout(["a", "b", "c"])
        #expect(layout.count == 3)
        #expect(layout.names == ["a", "b", "c"])
        #expect(layout.names.map { layout.column(of: $0) } == [0, 1, 2])
        #expect(layout.column(of: "A") == nil)
        #expect(layout.column(of: "") == nil)
    }

    @Test func nameGivenTwiceKeepsItsFirstColumn() {
        var layout = FieldLayout(["a", "b", "a"])
        #expect(layout.names == ["a", "b"])
        #expect(layout.add("b") == 1)
        #expect(layout.add("details.reason") == 2)
        #expect(layout.add("details.reason") == 2)
        #expect(layout.column(of: "details.reason") == 2)
        #expect(layout.count == 3)
    }
}
