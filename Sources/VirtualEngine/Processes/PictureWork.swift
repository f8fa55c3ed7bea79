import Pipeline
import Quantities

/// How late woken threads run, in nanoseconds.
struct WakeTimes {
  var least = 0.0
  var most = 0.0
  var coreWait = 0.0
  var takenAfter = 0.0
  var crowdedAfter = 0.0
  /// How late a thread is for a nanosecond of work before its sleep, while as many others burn as there are cores.
  var crowdedShare = 0.0

  /// At once.
  init() {}

  init(_ costs: LoaderCosts) {
    func time(_ part: LoaderCosts.Part) -> Double { costs[part].seconds * 1e9 }
    least = time(.wakeLeast)
    most = time(.wakeMost)
    coreWait = time(.coreWait)
    takenAfter = time(.takenAfter)
    crowdedAfter = time(.crowdedAfter)
    crowdedShare = costs[.crowdedWork].seconds / LoaderCosts.workedBefore.seconds
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

  /// How much of the present picture is done.
  ///
  /// A sum of stretches may end a little before its picture does: what is then left of the picture is too little to
  /// change the sum, and so the picture counts as done.
  ///
  /// - Parameters:
  ///   - position: Work done of a batch.
  ///   - scale: The batch's work, relative to the mean batch's.
  func offset(at position: Double, scale: Double) -> Double {
    let length = period * scale
    guard length > 0 else { return 0 }
    return max(0, position - (position / length + 1e-6).rounded(.down) * length)
  }

  /// What a core that is taken for so long costs a worker whose pictures end at a set time, in the mean.
  ///
  /// A picture that would end meanwhile ends as soon as the core is back; one that ends later loses nothing. What is
  /// left of a picture is anything up to its whole length, equally likely.
  func lost(to length: Double) -> Double {
    guard period > 0 else { return length }
    return length < period ? length * length / (2 * period) : length - period / 2
  }

  /// All stages of a picture as one kind of work.
  init(_ costs: StageCosts, _ loader: LoaderCosts) {
    free = costs.lockFree.reduce(0, +)
    held = costs.perPicture.reduce(0, +) - free + loader[.item].seconds * 1e9
    waitLate = loader[.waitLate].seconds * 1e9
  }
}
