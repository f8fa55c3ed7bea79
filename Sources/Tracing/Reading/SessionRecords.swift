package import Pipeline
package import Quantities

/// The records of a session file, in the order of their recording.
///
/// Its memory doesn't grow with the file. Damaged and missing packets, and records that depend on
/// them, are left out and counted in `trouble`. Only one thread may use it, and copies share the
/// file's place.
package struct SessionRecords: Sequence, IteratorProtocol {
  /// The path that the file was opened at.
  package let path: String
  /// The facts of the file's header.
  package let header: RecordedHeader

  /// Later times, more than two years after the start in nanoseconds, are damaged numbers.
  static let latest = UInt64(1) << 56
  private static let mostSequences = 9_000

  /// Moments later than this are counted as damaged; set by callers that have found the recording's
  /// end.
  package var latest = Nanoseconds(Int64(Self.latest))

  private let stream: PacketStream
  private let scenario: Scenario
  private let stages: StageList
  private var sequences: [SequenceAssembly?] = []
  private var session: SessionAssembly
  private var ready: [SessionRecord] = []
  private var given = 0
  private var lost = 0
  private var damage = 0
  /// Incomplete records that end before this, after a `seek`, aren't counted as lost.
  private var graceUntil = Nanoseconds.zero
  /// The session's start on CLOCK_MONOTONIC.
  private let start: UInt64

  /// The records of a file from its first packet on.
  ///
  /// - Parameters:
  ///   - scenario: The scenario that the session began with; changes in the file are applied to it.
  ///   - stages: The session's stages.
  package init(_ file: SessionFileReader, scenario: Scenario, stages: StageList) {
    self.stages = stages
    path = file.path
    header = file.header
    stream = file.stream
    self.scenario = scenario
    session = SessionAssembly(scenario: scenario, stages: stages)
    start = file.header.clocks.monotonic
  }

  /// The bytes of the file.
  package var size: Int { stream.file.size }
  /// The bytes that have been read.
  package var position: Int { stream.offset }

  /// The parts of the file that couldn't be used so far; complete once `next` has returned nil.
  package var trouble: RecordingTrouble {
    var trouble = RecordingTrouble()
    trouble.tornBytes = stream.leftOver
    trouble.damagedPlaces = stream.damaged
    trouble.skippedBytes = stream.skipped
    trouble.firstDamage = stream.firstDamage
    trouble.lostMoments = lost
    trouble.isExpansionCut = stream.file.isExpansionCut
    trouble.failure = stream.file.failure
    return trouble
  }

  /// Goes back to the first record.
  package mutating func rewind() {
    stream.rewind()
    sequences = []
    session = SessionAssembly(scenario: scenario, stages: stages)
    ready.removeAll()
    given = 0
    lost = 0
    damage = 0
    graceUntil = .zero
  }

  /// Continues at a place of the file's index. Batches and steps that are in progress there are
  /// left out.
  ///
  /// - Parameter scenario: The scenario with all changes asked for until then.
  package mutating func seek(to place: SessionIndex.Place, scenario: Scenario) {
    stream.seek(to: place.offset)
    for sequence in sequences { _ = sequence?.lose() }
    session = SessionAssembly(scenario: scenario, stages: stages)
    ready.removeAll()
    given = 0
    graceUntil = place.at + .seconds(1)
  }

  /// Whether `next` has returned all records of the packets read so far.
  package var isBetweenPackets: Bool { given == ready.count }

  /// Writes or reads the state of the reading; writing traps unless `isBetweenPackets`.
  package mutating func archive(_ archive: inout StateArchive) {
    precondition(archive.isReading || isBetweenPackets, "records would be lost")
    stream.archive(&archive)
    session.archive(&archive)
    archive.value(&lost)
    archive.value(&damage)
    archive.value(&graceUntil)
    var known: [SequenceAssembly] = sequences.compactMap { $0 }
    archive.list(&known, filler: SequenceAssembly(id: .session, stages: stages.count)) {
      $0.archive(&$1)
    }
    guard archive.isReading else { return }
    ready.removeAll()
    given = 0
    sequences = []
    for sequence in known where sequence.id.rawValue < Self.mostSequences {
      let index = Int(sequence.id.rawValue)
      while sequences.count <= index { sequences.append(nil) }
      sequences[index] = sequence
    }
  }

  /// The next record; nil at the file's end or where the kernel ended the reading.
  package mutating func next() -> SessionRecord? {
    while given == ready.count {
      ready.removeAll(keepingCapacity: true)
      given = 0
      guard let bytes = stream.next() else { return nil }
      read(bytes)
    }
    given += 1
    return ready[given - 1]
  }

  private mutating func read(_ bytes: UnsafeRawBufferPointer) {
    if stream.damaged != damage {
      // A packet of an unknown sequence is missing, so no sequence's time is known until its clock
      // is in the file again.
      damage = stream.damaged
      for sequence in sequences { lost += sequence?.lose() ?? 0 }
    }
    guard let packet = RawMoment.packet(bytes) else {
      stream.refuse()
      return
    }
    guard packet.sequence < Self.mostSequences else {
      lost += 1
      return
    }
    guard let event = packet.event else {
      learn(bytes)
      return
    }
    guard let moment = RawMoment(event: event) else {
      stream.refuse()
      return
    }
    let sequence = sequence(packet.sequence)
    guard let at = time(packet, on: sequence) else {
      lost += 1 + sequence.drop()
      return
    }
    let dropped =
      sequence.id == .session
      ? session.take(moment, at: at) { ready.append($0) }
      : sequence.take(moment, at: at) { ready.append($0) }
    if at >= graceUntil { lost += dropped }
  }

  private mutating func sequence(_ number: UInt32) -> SequenceAssembly {
    let index = Int(number)
    while sequences.count <= index { sequences.append(nil) }
    if let known = sequences[index] { return known }
    let made = SequenceAssembly(id: SequenceID(rawValue: number), stages: stages.count)
    sequences[index] = made
    return made
  }

  /// The time since the session's start; nil where the clock isn't known or the time is later than
  /// `latest`.
  private func time(
    _ packet: RawMoment.Packet, on sequence: SequenceAssembly
  ) -> Nanoseconds? {
    var count = packet.timestamp
    if packet.clock == UInt64(TraceClock.monotonic.rawValue) {
      count &-= start
    } else {
      guard sequence.isSynchronized else { return nil }
      count = sequence.clock &+ packet.timestamp
      sequence.clock = count
    }
    guard count < Self.latest, case let time = Nanoseconds(Int64(count)), time <= latest else {
      return nil
    }
    return time
  }

  /// Takes a packet without an event; only those with a sequence's clock matter here.
  private mutating func learn(_ bytes: UnsafeRawBufferPointer) {
    guard let packet = PreamblePacket(bytes) else {
      stream.refuse()
      return
    }
    guard case .clocks(let time?) = packet.content, packet.sequence != 0 else { return }
    let sequence = sequence(packet.sequence)
    if sequence.isSynchronized, sequence.clock != time { lost += sequence.drop() + 1 }
    sequence.clock = time
    sequence.isSynchronized = true
  }

}
