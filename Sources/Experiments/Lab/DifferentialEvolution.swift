import Pipeline
import Quantities

/// A search over the unit cube that needs no slope: every member of a population is moved by the
/// difference of two others, towards one of the best, and is replaced by the outcome where that is no
/// worse.
///
/// The result depends on the seed alone.
///
/// - Source: Storn, Price 1997, "Differential evolution"; Zhang, Sanderson 2009, "JADE", for
///   current-to-pbest/1/bin.
struct DifferentialEvolution {
  /// The direction of the members' moves.
  enum Course {
    /// Towards the members of lowest cost.
    case gather
    /// Over the whole region of equal cost.
    case spread
  }

  /// The chance that a coordinate is moved.
  private static let crossover = 0.8
  /// How much of a difference is added: drawn anew for each cross.
  private static let weights = 0.3...0.9
  /// The share of the members that are among the best.
  private static let elite = 0.15

  struct Member {
    /// In the cube.
    var place: [Double]
    /// Lower is better.
    var cost: Double
  }

  private(set) var members: [Member]
  /// The coordinates that a cross changes; the others stay.
  private let coordinates: [Int]
  private var stream: SplitMix

  init(_ members: [Member], coordinates: [Int], stream: SplitMix) {
    self.members = members
    self.coordinates = coordinates
    self.stream = stream
  }

  /// Where it costs least.
  var best: [Double]? { members.min { $0.cost < $1.cost }?.place }

  /// A cross for each member; none of fewer than four.
  mutating func offspring(_ course: Course) -> [[Double]] {
    guard members.count > 3 else { return [] }
    let order = members.indices.sorted { members[$0].cost < members[$1].cost }
    let elite = order.prefix(max(1, Int(Double(order.count) * Self.elite)))
    return members.indices.map { index in
      switch course {
      case .gather: cross(index, towards: elite[pick(elite.count)])
      case .spread: cross(index, towards: pick(members.count))
      }
    }
  }

  /// Takes the offspring that are no worse than their parents; nil is worse than anything.
  mutating func select(_ offspring: [[Double]], costs: [Double?]) {
    for (index, cost) in costs.enumerated() {
      guard let cost, cost <= members[index].cost else { continue }
      members[index] = Member(place: offspring[index], cost: cost)
    }
  }

  /// Gives the members other costs.
  mutating func judge(by costs: [Double?]) {
    for (index, cost) in costs.enumerated() { members[index].cost = cost ?? .infinity }
  }

  private mutating func cross(_ index: Int, towards goal: Int) -> [Double] {
    let (plus, minus) = twoOthers(than: index)
    let weight =
      Self.weights.lowerBound
      + (Self.weights.upperBound - Self.weights.lowerBound) * stream.unit()
    // One coordinate at least is moved.
    let certain = coordinates[pick(coordinates.count)]
    let (start, end) = (members[index].place, members[goal].place)
    var child = start
    for coordinate in coordinates where coordinate == certain || stream.unit() < Self.crossover {
      let difference = members[plus].place[coordinate] - members[minus].place[coordinate]
      child[coordinate] = Self.reflected(
        start[coordinate] + weight * (end[coordinate] - start[coordinate] + difference))
    }
    return child
  }

  private mutating func twoOthers(than index: Int) -> (Int, Int) {
    var picked = [index]
    while picked.count < 3 {
      let other = pick(members.count)
      if !picked.contains(other) { picked.append(other) }
    }
    return (picked[1], picked[2])
  }

  private mutating func pick(_ count: Int) -> Int {
    min(count - 1, Int(stream.unit() * Double(count)))
  }

  /// Reflects a value outside 0...1 at the cube's wall.
  private static func reflected(_ value: Double) -> Double {
    let inside = value < 0 ? -value : value > 1 ? 2 - value : value
    return min(1, max(0, inside))
  }
}
