import Screen

extension ScreenLayout {
  /// One panel with as much as it can use, and the history below it.
  mutating func zoom(_ panel: Panel, _ area: Rect, _ needs: Needs) {
    let wanted = needs.zoomedRows.map { max(1, $0) + Frame.box.rows } ?? area.height
    guard panel != .history, area.height - wanted >= Self.leastHistory else {
      return put(panel, area)
    }
    let rest = area.height - wanted
    let lanes = needs.lanes + 5
    let timeline = panel != .timeline && rest >= Self.leastHistory + lanes ? lanes : 0
    let rows = area.stacked([.cells(wanted), .share(1), .cells(timeline)])
    put(panel, rows[0])
    put(.history, rows[1])
    if timeline > 0 { put(.timeline, rows[2]) }
  }

  /// History and timeline.
  mutating func time(_ area: Rect, _ needs: Needs) {
    let frame: Frame = area.height >= 28 ? .box : .rule
    let why = min(area.height, Self.whyRows(area, needs) + frame.rows)
    let left = area.height - why
    let times = left >= 3 * Self.leastTimes ? 9 : 0
    let wanted = max(Self.leastTimeline, min(needs.lanes + 5, (left - times) / 2))
    let timeline = left >= Self.leastTimeline ? min(left, wanted) : 0
    let history = left - times - timeline
    let isLow = history < Self.leastHistory
    let rows = area.stacked([
      .cells(why), .cells(isLow ? 0 : history), .cells(isLow ? timeline + history : timeline),
      .cells(times),
    ])
    put(.why, rows[0], frame)
    put(.history, rows[1])
    put(.timeline, rows[2])
    putTimes(rows[3])
  }

  /// Stages, what-if and picture.
  mutating func stages(_ area: Rect, _ needs: Needs) {
    let frame: Frame = area.height >= 28 ? .box : .rule
    let why = min(area.height, Self.whyRows(area, needs) + frame.rows)
    let rows = area.stacked([.cells(why), .share(1)])
    put(.why, rows[0], frame)
    let high = rows[1].height
    var table = min(high, needs.stages + 3)
    // Below the stages, beside a high What if: the epoch, or the picture where that has no column.
    let below =
      needs.hasPredictions
      ? Self.epochBelowStages(
        missing: needs.alternatives + 2 - table, spare: high - table - Self.leastTimes) : 0
    table += below
    let rest = high - table
    let isHigh = rest >= Self.leastTimes
    let parts = rows[1].stacked([.cells(isHigh ? table : high), .share(1)])
    let hasColumn = below > 0 && needs.hasPicture && area.width >= Self.wide
    let columns = parts[0].sideBySide(
      hasColumn ? [.share(40), .share(30), .share(30)] : Self.halves(area.width))
    let left = columns[0].stacked([.share(1), .cells(min(Self.fullEpoch, below))])
    put(.stages, left[0])
    if below > 0 {
      put(needs.hasPicture && !hasColumn ? .picture : .epoch, left[1])
      put(.whatIf, columns[1])
      if hasColumn { put(.picture, columns[2]) }
    } else if needs.hasPicture, columns[1].height >= 16 {
      let right = columns[1].stacked([.share(1), .share(1)])
      put(needs.besideStages, right[0])
      put(.picture, right[1])
    } else {
      put(needs.besideStages, columns[1])
    }
    guard isHigh else { return }
    // More rows than the two can use are the history's.
    let lists = rest >= 9 + Self.leastHistory ? 9 : rest
    let low = parts[1].stacked([.cells(lists), .share(1)])
    let halves = low[0].sideBySide([.share(1), .share(1)])
    put(.times, halves[0])
    put(needs.hasPredictions ? .keys : .machine, halves[1])
    put(.history, low[1])
  }
}
