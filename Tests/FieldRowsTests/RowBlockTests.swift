// Rows stay where they are while the block grows.

import FieldRows
import Testing

@Suite struct RowBlockTests {
    @Test func rowsStandOneBehindTheOther() {
        let block = RowBlock<UInt32>()
        let template: [UInt32] = [7, 8, 9]
        for row in 0..<2000 {
            let start = block.append(template)
            #expect(start == row * 3)
            block[start + 1] = UInt32(row)
        }
        #expect(block.count == 6000)
        for row in 0..<2000 {
            let values = [block[row * 3], block[row * 3 + 1], block[row * 3 + 2]]
            #expect(values == [7, UInt32(row), 9])
        }
        let span = block.span
        let last = span[5999]
        #expect(span.count == 6000)
        #expect(last == 9)
    }

    @Test func forgettingAllBeginsAnew() {
        let block = RowBlock<Int>()
        _ = block.append(Array(repeating: 1, count: 5000))
        block.removeAll()
        #expect(block.count == 0)
        #expect(block.append([]) == 0)
        #expect(block.append([4, 5]) == 0)
        #expect(block[1] == 5)
    }

    @Test func rowsLongerThanTheFirstRoomFit() {
        let block = RowBlock<UInt8>()
        _ = block.append([1])
        let start = block.append(Array(repeating: 2, count: 10_000))
        #expect(start == 1)
        #expect(block[0] == 1)
        #expect(block[10_000] == 2)
    }

    @Test func thereIsNothingBehindTheEnd() async {
        await #expect(processExitsWith: .failure) {
            let block = RowBlock<UInt8>()
            _ = block.append([1, 2])
            _ = block[2]
        }
    }
}
