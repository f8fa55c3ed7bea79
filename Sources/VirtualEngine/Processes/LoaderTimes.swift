import Pipeline
import Quantities

/// A `DataLoader`'s costs for batches of one size, in nanoseconds.
struct LoaderTimes {
  var get = 0.0
  var collate = 0.0
  var put = 0.0
  var pickle = 0.0
  var write = 0.0
  var receive = 0.0
  var hop = 0.0
  var serve = 0.0
  var map = 0.0
  var putIndex = 0.0
  var feedIndex = 0.0
  var loop = 0.0
  var stepLate = 0.0
  var tensors = 1

  /// Nothing.
  init() {}

  /// - Parameters:
  ///   - megabytes: Of a batch, in 10⁶ bytes.
  ///   - isPinned: Whether batches are copied to pinned memory.
  init(_ costs: LoaderCosts, megabytes: Double, isPinned: Bool) {
    func time(_ part: LoaderCosts.Part) -> Double { costs[part].seconds * 1e9 }
    get = time(.get)
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
    tensors = costs.tensors
  }
}

/// How late woken threads run, in nanoseconds.
struct WakeTimes {
  var least = 0.0
  var most = 0.0
  var coreWait = 0.0
  var takenAfter = 0.0
  var crowdedAfter = 0.0

  /// At once.
  init() {}

  init(_ costs: LoaderCosts) {
    func time(_ part: LoaderCosts.Part) -> Double { costs[part].seconds * 1e9 }
    least = time(.wakeLeast)
    most = time(.wakeMost)
    coreWait = time(.coreWait)
    takenAfter = time(.takenAfter)
    crowdedAfter = time(.crowdedAfter)
  }
}

/// One picture's making on a worker, in nanoseconds.
struct PictureWork {
  /// With the process's lock.
  var held = 0.0
  /// Behind it, without.
  var free = 0.0
  /// How late a worker goes on after a wait for a picture's data.
  var waitLate = 0.0

  var period: Double { held + free }

  /// No work.
  init() {}

  /// All stages of a picture as one kind of work.
  ///
  init(_ costs: StageCosts, _ loader: LoaderCosts) {
    free = costs.lockFree.reduce(0, +)
    held = costs.perPicture.reduce(0, +) - free + loader[.item].seconds * 1e9
    waitLate = loader[.waitLate].seconds * 1e9
  }
}
