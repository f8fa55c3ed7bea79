/// Mutated bytes: a few are changed, removed or doubled.
package enum Mutation {
  package static func of(_ bytes: [UInt8], with random: inout SeededNumbers) -> [UInt8] {
    var mutated = bytes
    for _ in 0...Int.random(in: 0..<6, using: &random) where !mutated.isEmpty {
      let place = Int.random(in: 0..<mutated.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: mutated[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: mutated[place] = .random(in: 0...255, using: &random)
      case 2: mutated.remove(at: place)
      case 3: mutated.removeLast(min(mutated.count - 1, Int.random(in: 0..<200, using: &random)))
      default:
        let beginning = bytes.prefix(Int.random(in: 0..<40, using: &random))
        mutated.insert(contentsOf: beginning, at: place)
      }
    }
    return mutated
  }
}
