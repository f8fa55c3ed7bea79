package import Pipeline
package import Quantities

/// A session file as the events, notes and numbers it was made of, in the order of their recording.
///
/// Flat in memory, whatever the file's length; tolerant: what is damaged or missing is left out and
/// counted in `trouble`, and what depends on it as well. For one thread.
package struct SessionRecords: Sequence, IteratorProtocol {
  package let path: String
  package let header: RecordedHeader

  /// A clock that stood still for two years is a damaged number.
  static let latest = UInt64(1) << 56
  private static let mostSequences = 9_000

  /// What would be later than this was damaged; for whoever knows when the recording ends.
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
  /// What ends before isn't whole, and isn't missed.
  private var graceUntil = Nanoseconds.zero
  /// The session's start on CLOCK_MONOTONIC.
  private let start: UInt64

  /// - Parameters:
  ///   - scenario: As the session began; changes are applied to it.
  ///   - stages: The session's.
  package init(_ file: SessionFileReader, scenario: Scenario, stages: StageList) {
    self.stages = stages
    path = file.path
    header = file.header
    stream = file.stream
    self.scenario = scenario
    session = SessionAssembly(scenario: scenario, stages: stages)
    start = file.header.clocks.monotonic
  }

  /// Bytes of the file, and how many have been read.
  package var size: Int { stream.size }
  package var position: Int { stream.offset }

  /// Whole once the last record has been given.
  package var trouble: RecordingTrouble {
    var trouble = RecordingTrouble()
    trouble.tornBytes = stream.leftOver
    trouble.damagedPlaces = stream.damaged
    trouble.skippedBytes = stream.skipped
    trouble.firstDamage = stream.firstDamage
    trouble.lostMoments = lost
    trouble.failure = stream.failure
    return trouble
  }

  /// Begins anew.
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

  /// Goes on at one of the file's places: the next records are what ends after it. A batch or a step
  /// that was begun before isn't told.
  ///
  /// - Parameter scenario: With all changes asked for until then.
  package mutating func seek(to place: SessionIndex.Place, scenario: Scenario) {
    stream.seek(to: place.offset)
    for sequence in sequences { _ = sequence?.lose() }
    session = SessionAssembly(scenario: scenario, stages: stages)
    ready.removeAll()
    given = 0
    graceUntil = place.at + .seconds(1)
  }

  /// All records of the packets read so far have been given.
  package var isBetweenPackets: Bool { given == ready.count }

  /// Writes or reads all that the reading has come to know; between packets.
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
      // Somebody's packet is missing, so nobody's time is known until it is said again.
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

  /// The time since the session's start; nil where it isn't known, or can't be.
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

  /// Packets without an event: only those that say where a sequence's clock stands matter here.
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
