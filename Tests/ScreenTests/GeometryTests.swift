import Screen
import Testing

@Suite struct GeometryTests {
  @Test func partsFillTheWholeAndNeverLeaveIt() {
    for total in 0...40 {
      let lengths: [Length] = [.cells(3), .share(1), .cells(7), .share(2)]
      let extents = Length.resolve(lengths, total: total)
      #expect(extents.reduce(0, +) == total)
      #expect(extents.allSatisfy { $0 >= 0 })
      if total >= 10 { #expect(extents[0] == 3 && extents[2] == 7) }
    }
    #expect(Length.resolve([.share(1), .share(2)], total: 9) == [3, 6])
  }

  @Test func splitsStandSideBySide() {
    let parts = Rect(x: 2, y: 1, width: 10, height: 4).sideBySide([.cells(4), .share(1)])
    #expect(
      parts == [
        Rect(x: 2, y: 1, width: 4, height: 4), Rect(x: 6, y: 1, width: 6, height: 4),
      ])
    let rows = Rect(x: 2, y: 1, width: 10, height: 4).stacked([.share(1), .cells(1)])
    #expect(
      rows == [
        Rect(x: 2, y: 1, width: 10, height: 3), Rect(x: 2, y: 4, width: 10, height: 1),
      ])
  }

  @Test func extremeRectanglesStayFinite() {
    let huge = Rect(x: .max, y: .min, width: .max, height: -5)
    #expect(huge.height == 0)
    #expect(huge.intersection(Rect(x: 0, y: 0, width: 9, height: 9)).isEmpty)
    #expect(Rect(x: 0, y: 0, width: 1, height: 1).insideBorder.isEmpty)
  }
}
