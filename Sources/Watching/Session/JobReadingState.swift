import CLinux
import Host
import LiveEngine
import Pipeline
import Quantities
import Tracing

/// The state of the thread that reads a job's rings.
struct JobReadingState {
  var events = JobEvents()
  var recorder: RecorderState?
  var clock: SessionClock?
  var start: JobStart?
  /// The scenario with every switch asked for so far.
  var requested: Scenario?
  /// Switches asked for so far.
  var generation = 0
  /// Who uses the processors.
  var processors = ProcessorUse()
  /// Who waits for them.
  private var delays = RunDelays()
  /// Stages that are known to stay on.
  var known: Set<String> = []
  /// The page that workers look at; nil before the first switch.
  var control: JobControl?
  private var readers: [String: RingReader] = [:]
  private var isLate: Bool
  private var polls = 0
  /// Rings that nobody writes any more and that couldn't be removed.
  private var departed: Set<String> = []
  private var departedLost = 0
  private var departedRefused = 0
  /// Rings beyond it aren't read; the probe makes none.
  private static let mostRings = 4096
  /// Polls from one look for new and for left rings to the next.
  private static let pollsPerLook = 2

  init(isLate: Bool) { self.isLate = isLate }

  private var chosenAt: Nanoseconds?
  /// So long after a loader was chosen, the session begins with whatever was seen.
  private static let longestWait = Nanoseconds.seconds(3)

  /// Whether enough steps were seen to describe the job by.
  mutating func isWorthBeginning(at now: Nanoseconds) -> Bool {
    let since = chosenAt ?? now
    chosenAt = since
    return events.firstSteps.count >= JobEvents.mostFirstSteps || now - since > Self.longestWait
  }

  var tally: JobTally {
    var tally = events.tally
    for reader in readers.values {
      tally.lost += reader.lost
      tally.impossible += reader.refused
    }
    tally.lost += departedLost
    tally.impossible += departedRefused
    return tally
  }

  /// Observations of the job besides its session.
  var observations: JobReading {
    var job = JobReading()
    let loader = events.chosen.flatMap { events.loaders[$0] }
    job.parts = loader?.parts.mean
    job.ranks = RankReading.ranks(of: events.loaders, events.tally.ranks, isRecent: true)
    job.residentBytes = events.tally.memory.bytes
    job.creep = events.tally.memory.creep
    job.restart = loader?.restart
    if loader?.hasDevice == true, loader?.isPinned == false { job.copy = job.parts?.before }
    let host = tally.hostShare
    let delay =
      events.chosen.flatMap { number(of: $0.process) }.flatMap { delays.delay(of: $0) } ?? 0
    job.loop = LoopWork(
      computing: host, kept: min(1 - host, host * delay), threads: delays.threads)
    return job
  }

  /// Takes note of how long the job's threads wait for a core.
  private mutating func lookAtDelays() {
    delays.look(
      at: numbers.values.lazy.compactMap(\.self),
      training: events.chosen.flatMap { number(of: $0.process) },
      now: Nanoseconds(cl_monotonic_ns()))
    for reader in readers.values {
      events.runDelays[reader.process] = number(of: reader.process).flatMap { delays.delay(of: $0) }
    }
  }

  /// The number here of a process that writes a ring, by which `/proc` has it; nil for one of another machine.
  private func number(of process: Int32) -> Int32? { numbers[process] ?? nil }

  /// By the numbers that processes have where they run, as in a container: those that they have here.
  private var numbers: [Int32: Int32?] = [:]

  /// Finds the numbers of processes that have said where theirs means something.
  private mutating func findNumbers() {
    for reader in readers.values where numbers[reader.process] == nil {
      let space = events.spaces[reader.process]
      numbers[reader.process] = .some(space.map { $0.here(reader.process) } ?? reader.process)
    }
  }

  /// Reads all rings once: lines first, since records refer to them.
  mutating func poll(_ folder: WatchFolder) {
    if polls % Self.pollsPerLook == 0 { look(in: folder) }
    polls += 1
    lookAtDelays()
    for reader in readers.values {
      for line in reader.lines() { events.take(line, from: reader.process) }
    }
    findNumbers()
    for reader in readers.values {
      for record in reader.records() { events.take(record, from: reader.process) }
    }
  }

  /// Takes note of the processors' use by the processes that write rings.
  mutating func lookAtProcessors() {
    processors.look(at: numbers.values.lazy.compactMap(\.self))
    if let training = events.chosen.flatMap({ number(of: $0.process) }) {
      events.tally.memory.look(at: training)
    }
  }

  /// The next poll looks for new rings: the last one must miss none.
  mutating func lookAgain() { polls = 0 }

  /// Looks for new rings, and lets go of those whose process has ended, after one more poll.
  private mutating func look(in folder: WatchFolder) {
    for name in gone {
      guard let reader = readers.removeValue(forKey: name) else { continue }
      departedLost += reader.lost
      departedRefused += reader.refused
      numbers[reader.process] = nil
      // Jobs that start workers anew in each epoch would fill shared memory.
      if !folder.removeRing(name) { departed.insert(name) }
    }
    for name in folder.rings
    where readers[name] == nil && !departed.contains(name) && readers.count < Self.mostRings {
      readers[name] = RingReader(path: folder.path + "/" + name, fromNow: isLate)
    }
    gone = readers.filter { !$0.value.isWritten }.map(\.key)
    let left = Set(gone)
    living = Set(readers.filter { !left.contains($0.key) }.map(\.value.process))
    isLate = false
  }

  /// Rings whose process had ended at the last look: what it wrote is read by the next.
  private var gone: [String] = []
  /// Processes that write rings.
  private(set) var living: Set<Int32> = []
}
