import Quantities

/// The pauses of the training.
struct PhaseTrack: Sendable {
  /// Phases before the last step, in all.
  private(set) var beforeLastStep = Nanoseconds.zero
  private var sum = Nanoseconds.zero
  /// Those since the last step, in the order of time; one may be told before the one in front of it is
  /// over, as on simulated time.
  private var latest: [PhaseBegun] = []

  mutating func record(_ phase: PhaseBegun) {
    sum += phase.length
    latest.append(phase)
  }

  /// A pause of so long that has no name is over.
  mutating func leaveOut(_ length: Nanoseconds) { sum += length }

  /// A step ended.
  mutating func step() {
    beforeLastStep = sum
    latest.removeAll()
  }

  /// The pause that holds a moment.
  func current(at now: Nanoseconds) -> PhaseKind? {
    latest.first { now >= $0.start && now < $0.end }?.kind
  }

  /// When the last phase since the last step ends; nil where there was none.
  var latestEnd: Nanoseconds? { latest.last?.end }

  /// Seconds left of the present pause and those known to follow it; 0 while training goes on.
  func left(at now: Nanoseconds) -> Double {
    current(at: now) == nil ? 0 : latest.last.map { ($0.end - now).seconds } ?? 0
  }

  /// The same without the start of the next epoch's workers.
  func leftOfEpoch(at now: Nanoseconds) -> Double {
    latest.last { $0.kind != .workerStart }.map { max(0, ($0.end - now).seconds) } ?? 0
  }

  /// The time trained so far, which stands still in pauses.
  func trainingTime(at now: Nanoseconds) -> Nanoseconds {
    let toCome = latest.reduce(Nanoseconds.zero) {
      $0 + max(.zero, $1.end - max(now, $1.start))
    }
    return now - (sum - toCome)
  }

  mutating func archive(_ archive: inout StateArchive) {
    archive.value(&beforeLastStep)
    archive.value(&sum)
    archive.list(&latest)
  }
}

/// The validations of a watched job, whose length nobody has said beforehand.
struct ValidationTrack: Sendable, BitwiseCopyable {
  private var sum = Nanoseconds.zero

  mutating func record(_ phase: PhaseBegun) {
    if phase.kind == .validation { sum += phase.length }
  }

  /// Seconds of validation an epoch, in the mean over those that have ended.
  func seconds(epochsDone: Int) -> Double { sum.seconds / Double(max(1, epochsDone)) }
}
