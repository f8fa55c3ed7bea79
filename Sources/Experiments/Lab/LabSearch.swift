import Pipeline
import Quantities

/// One mechanism's search.
struct LabSearch {
  /// The goal of a round.
  private enum Aim {
    /// The best fit over short epochs.
    case coarse
    /// The best fit.
    case fine
    /// Anything that meets the table to its rounding.
    case wide

    func cost(_ perturbed: PerturbedFit) -> Double {
      self == .wide && perturbed.isWithinRounding ? 0 : perturbed.worst.sumOfSquares
    }

    /// Whether a fit will cost more than `limit`, whatever its unknown rows are.
    func isHopeless(_ partial: LabTable.PartialFit, beyond limit: Double) -> Bool {
      partial.sum > limit && !(self == .wide && partial.worst <= ObservedEpochs.rounding)
    }
  }

  private let table: LabTable
  private let mechanism: LabMechanism
  private let effort: Lab.Effort
  private let pool: ParallelMap
  /// Places where simpler mechanisms fitted: as good as any to begin at.
  private let hints: [[Double]]
  private var stream: SplitMix
  private var tried = 0
  private var best: (point: LabPoint, perturbed: PerturbedFit)?
  private var region = LabRegion()
  /// Where the members were once the best fit was found.
  private(set) var places: [[Double]] = []

  init(
    _ table: LabTable, _ mechanism: LabMechanism, effort: Lab.Effort, pool: ParallelMap,
    hints: [[Double]], stream: SplitMix
  ) {
    self.table = table
    self.mechanism = mechanism
    self.effort = effort
    self.pool = pool
    self.hints = hints
    self.stream = stream
  }

  /// - Parameter progress: Called with the share of the work that is done.
  /// - Returns: Nil where it was cancelled before anything was known.
  mutating func run(progress: (Double) -> Void) -> LabFinding? {
    let drawn = draw()
    var evolution = DifferentialEvolution(drawn, coordinates: coordinates, stream: stream)
    evolve(&evolution, .coarse, rounds: rounds(effort.coarse), progress)
    // A cancelled search still returns the best so far, over whole epochs.
    if pool.isCancelled, let best = evolution.best { keep(best) }
    remeasure(&evolution, .fine)
    evolve(&evolution, .fine, rounds: rounds(effort.fine), progress)
    places = evolution.members.map(\.place)
    if region.points > 0 {
      remeasure(&evolution, .wide)
      evolve(&evolution, .wide, rounds: rounds(effort.wide), progress)
    }
    return best.map {
      LabFinding(
        mechanism: mechanism, point: $0.point, fit: $0.perturbed.fit, perturbed: $0.perturbed.worst,
        tried: tried, region: region.points > 0 ? region : nil, isComplete: !pool.isCancelled)
    }
  }

  /// Fewer parameters take fewer rounds.
  private func rounds(_ most: Int) -> Int {
    max(1, most * (coordinates.count - 1) / (LabParameter.allCases.count - 1))
  }

  /// The parameters that the mechanism has.
  private var coordinates: [Int] {
    LabParameter.allCases.indices.filter {
      mechanism.parameters.contains(LabParameter.allCases[$0])
    }
  }

  /// The best of the hints and of many points all over the bounds, with their costs.
  private mutating func draw() -> [DifferentialEvolution.Member] {
    let drawn =
      hints
      + (0..<effort.draws).map { _ in
        LabParameter.allCases.map { _ in stream.unit() }
      }
    let members = zip(drawn, measure(drawn, .coarse)).compactMap { place, cost in
      cost.map { DifferentialEvolution.Member(place: place, cost: $0) }
    }
    return Array(members.sorted { $0.cost < $1.cost }.prefix(effort.population))
  }

  /// Points that the whole search tries.
  private var trials: Int {
    let all = [effort.coarse, effort.fine, effort.wide].reduce(0) { $0 + rounds($1) + 1 }
    return hints.count + effort.draws + effort.population * all
  }

  private mutating func evolve(
    _ evolution: inout DifferentialEvolution, _ aim: Aim, rounds: Int,
    _ progress: (Double) -> Void
  ) {
    for _ in 0..<rounds where !pool.isCancelled {
      let offspring = evolution.offspring(aim == .wide ? .spread : .gather)
      let limits = evolution.members.map(\.cost)
      evolution.select(offspring, costs: measure(offspring, aim, limits: limits))
      progress(min(1, Double(tried) / Double(trials)))
    }
  }

  /// Judges the population by another aim.
  private mutating func remeasure(_ evolution: inout DifferentialEvolution, _ aim: Aim) {
    evolution.judge(by: measure(evolution.members.map(\.place), aim))
  }

  /// The cost of each point; nil for points above their limit, and for those not measured before the
  /// search was cancelled.
  private mutating func measure(
    _ places: [[Double]], _ aim: Aim, limits: [Double]? = nil
  ) -> [Double?] {
    let (table, mechanism) = (table, mechanism)
    let points = places.enumerated().map { index, place in
      (point: LabPoint(shares: place), limit: limits?[index] ?? .infinity)
    }
    let fits = pool.map(points) { item in
      table.measure(
        mechanism, at: item.point, isFirstLook: aim == .coarse
      ) {
        aim.isHopeless($0, beyond: item.limit)
      }
    }
    tried += places.count
    return zip(points, fits).map { item, known in
      guard let known, let perturbed = known else { return nil }
      if aim != .coarse { take(item.point, perturbed) }
      return aim.cost(perturbed)
    }
  }

  /// Looks at one point over whole epochs, whether cancelled or not.
  private mutating func keep(_ place: [Double]) {
    let point = LabPoint(shares: place)
    if let perturbed = table.measure(mechanism, at: point, isFirstLook: false) {
      take(point, perturbed)
    }
  }

  private mutating func take(_ point: LabPoint, _ perturbed: PerturbedFit) {
    if perturbed.worst.sumOfSquares < best?.perturbed.worst.sumOfSquares ?? .infinity {
      best = (point, perturbed)
    }
    if perturbed.isWithinRounding { region.add(point, mechanism.parameters) }
  }
}
