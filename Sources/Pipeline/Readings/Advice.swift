/// The changes that a user could make, one or two at a time, with the epoch predicted for each.
package struct Advice: Sendable, Equatable {
  /// The price of a change for its user.
  package enum Price: String, Sendable, CaseIterable {
    /// Settings of the same program on the same machine: the pictures stay as they are.
    case nothing
    /// A stage that changes pictures goes off: the model trains on less varied ones.
    case augmentation
    /// The program's input is written anew for another library.
    case rewriting
    /// Another GPU.
    case hardware
  }

  /// One change, or a pair, and the epoch predicted for it.
  package struct Line: Sendable, Equatable {
    /// One change or two, in the order in which they are made.
    package let changes: [ScenarioChange]
    /// The predicted epoch, in seconds.
    package let epoch: EpochEstimate
    /// That epoch minus the epoch now.
    package let difference: EpochEstimate
    /// The change's price.
    package let price: Price
    /// Whether differences too small to measure move the prediction by 5 % or more.
    package let isEdge: Bool

    /// - Parameter now: The epoch without a change.
    package init(
      _ changes: [ScenarioChange], epoch: EpochEstimate, now: EpochEstimate, price: Price,
      isEdge: Bool
    ) {
      self.changes = changes
      self.epoch = epoch
      difference = epoch.minus(now)
      self.price = price
      self.isEdge = isEdge
    }

    /// Whether the epoch gets shorter, by more than the uncertainty of the prediction.
    package var helps: Bool { difference.high < 0 }
    /// Whether the epoch can be distinguished from the one without a change.
    package var isDistinguishable: Bool { difference.isDistinguishable }
  }

  /// The predicted epoch without a change.
  package let now: EpochEstimate
  /// The epoch in which the GPU never waits, in seconds: no faster input makes it shorter.
  package let unstarved: Double
  /// Every single change, the shortest epoch first; also those that can't be distinguished from no change.
  package let singles: [Line]
  /// The pairs that are shorter than the better of their parts by more than the uncertainty, the
  /// shortest epoch first; nil until pairs have been predicted.
  package var pairs: [Line]?

  /// Ranks lines by their epochs. For equal ones the cheaper comes first.
  ///
  /// - Parameters:
  ///   - unstarved: Seconds of an epoch in which the GPU never waits.
  ///   - pairs: All that were predicted; nil where none were. Those without a gain over both parts are
  ///     left out.
  package init(now: EpochEstimate, unstarved: Double, singles: [Line], pairs: [Line]? = nil) {
    self.now = now
    self.unstarved = unstarved
    self.singles = singles.sorted(by: Self.isBetter)
    let parts = Dictionary(
      singles.compactMap { line in line.changes.first.map { ($0, line.epoch) } },
      uniquingKeysWith: { first, _ in first })
    self.pairs = pairs.map { pairs in
      pairs.filter { pair in
        pair.changes.allSatisfy { part in
          pair.epoch.minus(parts[part] ?? now).high < 0
        } && pair.helps
      }.sorted(by: Self.isBetter)
    }
  }

  private static func isBetter(_ one: Line, _ other: Line) -> Bool {
    guard one.epoch.seconds == other.epoch.seconds else {
      return one.epoch.seconds < other.epoch.seconds
    }
    return one.price.rank < other.price.rank
  }

  /// The single changes that make the epoch shorter.
  package var helping: [Line] { singles.filter(\.helps) }
  /// The best single change of the same program on the same hardware; nil where none helps.
  package var bestSingle: Line? { helping.first { $0.price.isSmall } }
  /// The best pair of that kind that is better than `bestSingle`; nil where there is none.
  package var bestPair: Line? {
    pairs?.first { pair in
      pair.price.isSmall
        && bestSingle.map { pair.epoch.minus($0.epoch).high < 0 } ?? true
    }
  }
  /// The best single change that costs nothing; nil where none helps.
  package var bestFree: Line? { helping.first { $0.price == .nothing } }
  /// Seconds that faster input could win at most.
  package var mostToWin: Double { max(0, now.seconds - unstarved) }
  /// Whether faster input could win less than a hundredth of the epoch.
  package var isGPUTheLimit: Bool { mostToWin < now.seconds * 0.01 }
}

extension Advice.Price {
  /// Whether neither another GPU nor another program is asked for.
  package var isSmall: Bool { self == .nothing || self == .augmentation }

  /// Cheaper first.
  fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
