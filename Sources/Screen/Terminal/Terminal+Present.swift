internal import CNcurses
internal import Glibc

extension Terminal {
  /// Shows a grid: sends the cells that differ from what is shown.
  ///
  /// A grid of another size than the terminal's is cut, or leaves the rest blank. Nothing is shown while
  /// the terminal hasn't taken the frame before.
  package func present(_ grid: CellGrid) {
    guard canPresent else { return }
    let isWhole = isStale || shown.size != grid.size
    if isWhole { nc_erase() }
    var run: [nc_cell] = []
    run.reserveCapacity(grid.size.width)
    let width = min(grid.size.width, size.width)
    let old = shown.cells
    let new = grid.cells
    let (theme, depth) = (theme, depth)
    var changed: [Int] = []
    for y in 0..<min(grid.size.height, size.height) {
      let row = y * grid.size.width
      // Most rows are as they were, to the byte; where bytes differ that mean nothing, cells decide.
      if !isWhole, old.hasSameBytes(as: new, in: row..<row + width) { continue }
      changed.append(y)
      var x = 0
      while x < width {
        guard isWhole || new[row + x] != old[row + x] else {
          x += 1
          continue
        }
        // Start at the left half of a wide character.
        if new[row + x].isContinuation, x > 0 { x -= 1 }
        let start = x
        run.removeAll(keepingCapacity: true)
        while x < width {
          let cell = new[row + x]
          guard isWhole || cell != old[row + x] || cell.isContinuation || x == start else { break }
          run.append(palette.paintedCell(cell, theme, depth))
          x += 1
        }
        nc_put_run(Int32(start), Int32(y), run, Int32(run.count))
      }
    }
    nc_flush()
    if isWhole {
      shown = grid
    } else {
      // The grid stays its drawer's alone, who draws the next frame on it without copying it.
      for y in changed { shown.copyRow(y, of: grid) }
    }
    isStale = false
  }

  /// Whether the terminal has taken the last frame whole. One that is stopped or whose connection stalls
  /// hasn't; `nextEvents` returns when it has.
  package var canPresent: Bool { isOpen && nc_has_unsent() == 0 }

  /// Draws everything anew in other colours at the next `present`.
  func repaint() {
    palette.forget()
    isStale = true
  }
}

extension [Cell] {
  /// Whether the bytes of some cells are the same in both.
  fileprivate func hasSameBytes(as other: [Cell], in range: Range<Int>) -> Bool {
    withUnsafeBytes { mine in
      other.withUnsafeBytes { theirs in
        guard let mine = mine.baseAddress, let theirs = theirs.baseAddress else { return true }
        let stride = MemoryLayout<Cell>.stride
        let start = range.lowerBound * stride
        return memcmp(mine + start, theirs + start, range.count * stride) == 0
      }
    }
  }
}
