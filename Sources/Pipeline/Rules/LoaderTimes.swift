import Quantities

/// A `DataLoader`'s costs for batches of one size, in nanoseconds: those of `LoaderCosts`, by its parts' names.
package struct LoaderTimes: Sendable {
  package private(set) var get = 0.0
  /// The worker's loop around one picture.
  package private(set) var item = 0.0
  package private(set) var collate = 0.0
  package private(set) var put = 0.0
  /// All of a batch's tensors.
  package private(set) var pickle = 0.0
  package private(set) var write = 0.0
  package private(set) var receive = 0.0
  package private(set) var hop = 0.0
  package private(set) var serve = 0.0
  /// One tensor.
  package private(set) var map = 0.0
  /// With the copy to pinned memory where the loader pins.
  package private(set) var putIndex = 0.0
  package private(set) var feedIndex = 0.0
  package private(set) var loop = 0.0
  package private(set) var stepLate = 0.0
  package private(set) var waitLate = 0.0
  package private(set) var tensors = 1

  /// Nothing.
  package init() {}

  /// - Parameters:
  ///   - megabytes: Of a batch, in 10⁶ bytes.
  ///   - isPinned: Whether batches are copied to pinned memory.
  package init(_ costs: LoaderCosts, megabytes: Double, isPinned: Bool) {
    func time(_ part: LoaderCosts.Part) -> Double { costs[part].seconds * 1e9 }
    get = time(.get)
    item = time(.item)
    collate = time(.collate) + time(.collatePerMegabyte) * megabytes
    put = time(.put)
    pickle = time(.pickle) * Double(costs.tensors)
    write = time(.write)
    receive = time(.receive)
    hop = time(.hop)
    serve = time(.serve)
    map = time(.map)
    putIndex = time(.putIndex) + (isPinned ? time(.pinPerMegabyte) * megabytes : 0)
    feedIndex = time(.feedIndex)
    loop = time(.loop) + time(.unmapPerMegabyte) * megabytes
    stepLate = time(.stepLate)
    waitLate = time(.waitLate)
    tensors = costs.tensors
  }
}
