package import Screen

/// Where each panel lies between header and footer: a pure function of the size and of what panels need.
///
/// Panels never overlap, and together they fill the area.
package struct ScreenLayout: Sendable, Equatable {
  /// How a panel is set off from the others.
  package enum Frame: Sendable, Equatable {
    /// A box; a line with the title above; nothing.
    case box, rule, none

    /// Rows that it takes.
    var rows: Int {
      switch self {
      case .box: 2
      case .rule: 1
      case .none: 0
      }
    }
  }

  /// A panel's place.
  package struct Place: Sendable, Equatable {
    /// The panel.
    package var panel: Panel
    /// Its area with the frame.
    package var area: Rect
    /// Its frame.
    package var frame: Frame
  }

  /// The contents that the session offers.
  package struct Needs: Sendable, Equatable {
    /// Stages of the session.
    package var stages: Int
    /// Lanes of workers, and one of the interpreter lock where it is shared.
    package var lanes: Int
    /// Whether pictures can be drawn.
    package var hasPicture: Bool
    /// Whether figures are compared with a baseline, which takes a row more.
    package var hasBaseline: Bool
    /// Whether epochs are predicted; the changes so far take the place of What if where they aren't.
    package var hasPredictions: Bool
    /// Rows that What if can have: one for each change, and one for the best pair.
    package var alternatives: Int
    /// Rows that a zoomed panel can use; nil for one that uses all.
    package var zoomedRows: Int?

    /// Needs as given.
    package init(
      stages: Int, lanes: Int, hasPicture: Bool, hasBaseline: Bool = false,
      hasPredictions: Bool = true, alternatives: Int = 0, zoomedRows: Int? = nil
    ) {
      self.stages = stages
      self.lanes = lanes
      self.hasPicture = hasPicture
      self.hasBaseline = hasBaseline
      self.hasPredictions = hasPredictions
      self.alternatives = alternatives
      self.zoomedRows = zoomedRows
    }

    /// Panels that there is something for.
    var panels: [Panel] {
      Panel.allCases.filter {
        (hasPicture || $0 != .picture) && (hasPredictions || $0 != .whatIf)
      }
    }

    /// The panel beside the stages.
    var besideStages: Panel { hasPredictions ? .whatIf : .keys }
  }

  /// The panels that are shown, from the top down.
  package private(set) var places: [Place] = []
  /// The panels without room, in the order of their numbers.
  package private(set) var hidden: [Panel] = []

  /// Below this width there is one column.
  static let narrow = 76
  /// From this width on there are three.
  static let wide = 160
  /// From this width on there are four.
  static let widest = 240
  /// History, times and timeline with their frames are at least so high.
  static let leastHistory = 6
  static let leastTimes = 7
  static let leastTimeline = 5
  private static let leastMiddle = 8
  /// A history of so many rows shares further ones with What if.
  private static let goodHistory = 18

  /// Solves the layout.
  ///
  /// - Parameters:
  ///   - area: Between header and footer.
  ///   - zoomed: The panel that takes all of the area, or as much as it can use: the history takes the rest;
  ///     nil shows the arrangement.
  package init(_ area: Rect, _ arrangement: Arrangement, _ needs: Needs, zoomed: Panel?) {
    if let zoomed {
      zoom(zoomed, area, needs)
    } else if area.width < Self.narrow {
      stack(area, needs)
    } else {
      switch arrangement {
      case .overview: overview(area, needs)
      case .time: time(area, needs)
      case .stages: stages(area, needs)
      }
    }
    places.removeAll { $0.area.isEmpty }
    let shown = places.map(\.panel)
    hidden = needs.panels.filter { !shown.contains($0) }
  }

  /// The place of a panel; nil where it is hidden.
  package func place(of panel: Panel) -> Place? { places.first { $0.panel == panel } }

  /// The panel at a cell; nil for header, footer and what lies outside.
  package func panel(at point: Point) -> Panel? {
    places.first { $0.area.contains(point) }?.panel
  }

  mutating func put(_ panel: Panel, _ area: Rect, _ frame: Frame = .box) {
    places.append(Place(panel: panel, area: area, frame: frame))
  }

  /// Columns of text in which the reason, the last change and the best next one stand at a width.
  static func whyColumns(_ width: Int) -> Int {
    width < 170 ? 1 : width < 330 ? 2 : 3
  }

  /// Rows of text that the reason, the last change and the best next one take at a width, at the most.
  static func whyRows(_ area: Rect, _ needs: Needs) -> Int {
    let rows =
      switch area.width {
      // The table of stages needs the rest.
      case ..<narrow: area.height < 22 ? 5 : 7
      case ..<96: 6
      case ..<116: 5
      // The same lines in more columns.
      case ..<236: 4
      case ..<330: 3
      default: 2
      }
    return rows + (needs.hasBaseline && whyColumns(area.width) == 1 ? 1 : 0)
  }

  /// Stages beside what-if: numbers of stages are whole before what-if gets more.
  static func halves(_ width: Int) -> [Length] {
    let left = width < 90 ? 58 : width < 110 ? 55 : 53
    return [.share(left), .share(100 - left)]
  }

  /// One column, for small screens: what there is no room for is hidden.
  private mutating func stack(_ area: Rect, _ needs: Needs) {
    var left = area.height
    let why = min(left, Self.whyRows(area, needs))
    let epoch = min(3, left - why)
    left -= why + epoch
    var stages = min(left, needs.stages + 1)
    left -= stages
    var timeline = 0
    var whatIf = 0
    var history = 0
    if left >= Self.leastTimeline {
      timeline = min(left, needs.lanes + 4)
      left -= timeline
    }
    if left >= 6 {
      whatIf = min(left, 10)
      left -= whatIf
    }
    if left >= Self.leastHistory {
      history = left
    } else if whatIf > 0 {
      whatIf += left
    } else if timeline > 0 {
      timeline += left
    } else {
      stages += left
    }
    let rows = area.stacked([why, epoch, stages, whatIf, history, timeline].map { .cells($0) })
    put(.why, rows[0], .none)
    put(.epoch, rows[1], .none)
    put(.stages, rows[2], .none)
    put(needs.besideStages, rows[3])
    put(.history, rows[4])
    put(.timeline, rows[5])
  }

  private mutating func overview(_ area: Rect, _ needs: Needs) {
    let frame: Frame = area.height >= 28 ? .box : .rule
    var why = min(area.height, Self.whyRows(area, needs) + frame.rows)
    var left = area.height - why
    var timeline = left >= Self.leastMiddle + Self.leastTimeline ? Self.leastTimeline : 0
    left -= timeline
    var middle = min(left, needs.stages + 3)
    left -= middle
    let few = Self.epochBelowFewStages(middle, needs, frame, left: left)
    // Where there is less, the table scrolls.
    let taken = min(left, few)
    middle += taken
    left -= taken
    let whole = middle
    var history = 0
    var times = 0
    // The table scrolls; a history can't be seen elsewhere.
    if left < Self.leastHistory,
      middle + left >= (few > 0 ? whole : 13) + Self.leastHistory
    {
      history = Self.leastHistory
      middle += left - history
      left = 0
    } else if left >= Self.leastHistory {
      history = Self.leastHistory
      left -= history
    }
    if timeline > 0 {
      let more = min(left, max(0, min(needs.lanes + 5, area.height / 3) - timeline))
      timeline += more
      left -= more
    }
    if left >= Self.leastTimes, history > 0 {
      times = left >= 2 * Self.leastTimes ? 9 : Self.leastTimes
      left -= times
    }
    if history > 0 {
      history += left
    } else if timeline > 0 {
      timeline += left
    } else {
      let more = min(left, 3)
      why += more
      middle += left - more
    }
    let room = middle - frame.rows - Self.epochRows(middle, frame)
    let below =
      few > 0
      ? 0
      : Self.epochBelowStages(
        missing: needs.alternatives - room, spare: history - Self.goodHistory)
    middle += below
    history -= below
    let rows = area.stacked([why, middle, history, timeline, times].map { .cells($0) })
    put(.why, rows[0], frame)
    let epochBelow = few > 0 ? few + middle - whole : below
    putMiddle(rows[1], needs, frame, epochBelow: min(Self.fullEpoch, epochBelow))
    put(.history, rows[2], frame)
    put(.timeline, rows[3], frame)
    putTimes(rows[4])
  }

  /// Rows of the epoch with its frame, below What if.
  private static func epochRows(_ middle: Int, _ frame: Frame) -> Int {
    min(middle - 3, middle >= 14 ? 5 + frame.rows : 3 + frame.rows)
  }

  /// The epoch with all its rows in a box.
  static let fullEpoch = 8

  /// Rows for the epoch below the stages, so that What if has their whole height; 0 where it doesn't need
  /// it, or there are too few. One more than the epoch's is for the sum of the stages.
  static func epochBelowStages(missing: Int, spare: Int) -> Int {
    let rows = min(fullEpoch + 1, spare)
    return missing > 0 && rows >= fullEpoch - 1 ? rows : 0
  }

  /// Rows for the epoch below a table that is too low for What if and epoch side by side with it, as of a job with
  /// few stages; 0 where it isn't, or there are too few rows.
  ///
  /// - Parameter left: Rows that neither the table nor the timeline has.
  static func epochBelowFewStages(_ table: Int, _ needs: Needs, _ frame: Frame, left: Int) -> Int {
    let beside = table - frame.rows - epochRows(table, frame)
    let least = leastEpoch + frame.rows
    // Two rows of the table below its heading, at the least.
    let spare = max(0, table - frame.rows - 3)
    guard beside < leastAlternatives, left + spare >= least else { return 0 }
    // A history keeps its rows, unless the epoch would have none.
    let room = left >= leastHistory + least ? left - leastHistory : left
    let wanted = needs.hasPredictions ? needs.alternatives + frame.rows - table : 0
    return max(least, min(room, fullEpoch - 2 + frame.rows, wanted))
  }

  /// Rows of the epoch, and of What if, that tell enough.
  private static let leastEpoch = 3
  private static let leastAlternatives = 3

  /// - Parameter epochBelow: Rows of the epoch below the stages; 0 puts it below What if.
  private mutating func putMiddle(
    _ area: Rect, _ needs: Needs, _ frame: Frame, epochBelow: Int
  ) {
    var columns = Self.halves(area.width)
    if area.width >= Self.wide { columns = [.share(37), .share(32), .share(31)] }
    if area.width >= Self.widest, needs.hasPicture {
      columns = [.share(32), .share(25), .share(22), .share(21)]
    }
    let places = area.sideBySide(columns)
    let left = places[0].stacked([.share(1), .cells(epochBelow)])
    put(.stages, left[0], frame)
    if epochBelow > 0 { put(.epoch, left[1], frame) }
    let epoch = epochBelow > 0 ? 0 : Self.epochRows(area.height, frame)
    let right = places[1].stacked([.share(1), .cells(epoch)])
    put(needs.besideStages, right[0], frame)
    put(.epoch, right[1], frame)
    guard places.count > 2 else { return }
    if needs.hasPicture { put(.picture, places[2]) }
    guard !needs.hasPicture || places.count > 3 else { return }
    let last = places[places.count - 1]
    guard needs.besideStages != .keys, area.height >= 6 else { return put(.machine, last) }
    // The log of changes scrolls; the machine has a dozen rows.
    let machine = min(15, max(area.height / 2, area.height - 8))
    let parts = last.stacked([.share(1), .cells(machine)])
    put(.keys, parts[0])
    put(.machine, parts[1])
  }

  /// Those of times, changes and machine that the middle has no room for.
  mutating func putTimes(_ area: Rect) {
    guard !area.isEmpty else { return }
    let shown = places.filter { !$0.area.isEmpty }.map(\.panel)
    let panels = [Panel.times, .keys, .machine].filter { !shown.contains($0) }
      .prefix(area.width < 110 ? 2 : 3)
    let weights = panels.map { Length.share($0 == .times ? 50 : $0 == .keys ? 28 : 22) }
    for (panel, place) in zip(panels, area.sideBySide(weights)) { put(panel, place) }
  }
}
