import Host
import Pipeline
import Quantities
import Recordings
import Tracing
import VirtualEngine

/// The replay's position, speed and re-simulation, moved by keys and by the time that passes. It reads
/// no clock: the caller's `keepsGoing` limits the time of a call.
struct Player {
  /// A jump back skips a target that lies this close before the position, so that a second jump doesn't
  /// stay at the first one's target.
  private static let justNow = Nanoseconds.milliseconds(500)

  let session: RecordedSession
  let start: Nanoseconds
  let end: Nanoseconds
  private(set) var position: Nanoseconds
  private(set) var speed: Double
  private(set) var resimulation: Resimulation?
  private(set) var isHeld = false
  private(set) var notice: (number: Int, kind: ReplayNotice)?
  /// The moment that a seek is still moving to; nil without one.
  private(set) var target: Nanoseconds?
  private var playhead: Playhead
  /// Whether the position is between two readings, after a step by one batch.
  private var isBetweenReadings = false

  /// - Parameters:
  ///   - session: The recording, at whose start the replay begins.
  ///   - end: The moment of the recording's last record.
  init(_ session: RecordedSession, end: Nanoseconds, speed: Double) {
    self.session = session
    self.speed = speed
    self.end = end
    playhead = Playhead(session)
    let first = playhead.upcoming ?? .zero
    start = first < .seconds(1) ? .zero : first
    position = start
  }

  /// The parts of the file up to here that couldn't be used.
  var trouble: RecordingTrouble { playhead.trouble }

  var isEnded: Bool { position >= end && target == nil }

  mutating func show(_ kind: ReplayNotice) {
    notice = ((notice?.number ?? 0) + 1, kind)
  }

  /// The reading for the screen.
  func reading(_ map: SeekIndex) -> Reading {
    var reading = resimulation?.reading ?? recordedReading
    var replay = ReplayReading()
    replay.position = target ?? position
    replay.end = end
    replay.speed = speed
    replay.indexed = map.isWhole ? nil : map.share
    replay.resimulation = resimulation?.comparison
    replay.notice = notice
    if resimulation == nil, let target {
      replay.motion = .seeking(share(of: target))
    } else {
      replay.motion =
        isHeld ? .held : resimulation == nil && isEnded ? .ended : .playing
    }
    reading.replay = replay
    // The screen exports this file.
    reading.recording = .closed(path: session.path, bytes: session.stamp?.size ?? 0)
    return reading
  }

  private var recordedReading: Reading {
    guard !isBetweenReadings, speed >= 1, let known = playhead.recorded(at: position)
    else { return failed(playhead.preview(at: max(position, playhead.latest))) }
    return failed(known)
  }

  /// Sets the state to `.failed` at the end of a recorded session that failed.
  private func failed(_ reading: Reading) -> Reading {
    guard isEnded, let reason = playhead.failure else { return reading }
    var reading = reading
    reading.state = .failed(reason)
    return reading
  }

  private func share(of target: Nanoseconds) -> Double {
    let way = (target - start).seconds
    return way > 0 ? min(1, max(0, (playhead.latest - start).seconds / way)) : 1
  }

  // MARK: Time

  /// Advances the position by a span of real time at the present speed. Where `keepsGoing` returns
  /// false before, a replay goes on in the next call; a resimulation drops the rest.
  mutating func advance(
    by passed: Nanoseconds, _ source: MapSource, keepsGoing: () -> Bool
  ) {
    if let resimulation {
      if !isHeld { resimulation.advance(by: passed * speed, keepsGoing: keepsGoing) }
      return
    }
    if let target { return approach(target, source, keepsGoing: keepsGoing) }
    guard !isHeld, !isEnded else { return }
    isBetweenReadings = false
    // At high speeds more records lie between than can be decoded in time, so states are used as in
    // a seek.
    approach(min(end, position + passed * speed), source, keepsGoing: keepsGoing)
  }

  /// Goes to a moment; where `keepsGoing` returns false before, `advance` goes on.
  mutating func seek(
    to moment: Nanoseconds, _ source: MapSource, keepsGoing: () -> Bool
  ) {
    isBetweenReadings = false
    let wanted = min(max(moment, start), end)
    if wanted < position || target != nil { restart(before: wanted, source) }
    approach(wanted, source, keepsGoing: keepsGoing)
  }

  /// Moves the playhead to the last known state before a moment, or to the start.
  private mutating func restart(before moment: Nanoseconds, _ source: MapSource) {
    playhead = source.playhead(session, before: moment) ?? Playhead(session)
  }

  private mutating func approach(
    _ moment: Nanoseconds, _ source: MapSource, keepsGoing: () -> Bool
  ) {
    // Starts from the nearest known state, or from here.
    if let checkpoint = source.map.checkpoint(before: moment - Playhead.readingLifetime),
      checkpoint.offset > playhead.offset,
      let nearer = source.playhead(session, before: moment)
    {
      playhead = nearer
    }
    let isThere = playhead.advance(to: moment, keepsGoing: keepsGoing)
    target = isThere ? nil : moment
    guard isThere else { return }
    position = moment
    if moment == end { show(.ended) }
  }

  // MARK: Keys

  mutating func take(
    _ request: SessionRequest, _ source: MapSource, keepsGoing: () -> Bool
  ) {
    if case .replay(let request) = request {
      take(request, source, keepsGoing: keepsGoing)
      return
    }
    guard let resimulation else { return }
    switch request {
    case .change, .restartEpoch:
      do {
        try resimulation.apply(request)
      } catch {
        show(Self.notice(error))
      }
    case .pause, .resume, .mark, .record, .stopRecording, .replay: break
    }
  }

  private mutating func take(
    _ request: ReplayRequest, _ source: MapSource, keepsGoing: () -> Bool
  ) {
    switch request {
    case .playOrHold: playOrHold(source, keepsGoing: keepsGoing)
    case .faster: speed = ReplayReading.speeds.first { $0 > speed } ?? speed
    case .slower: speed = ReplayReading.speeds.last { $0 < speed } ?? speed
    case .resimulate: toggleResimulation()
    case .stepBatch, .seek, .toStart, .toEnd, .nextLandmark, .previousLandmark:
      guard resimulation == nil else { return show(.recordingStands) }
      move(request, source, keepsGoing: keepsGoing)
    }
  }

  private mutating func move(
    _ request: ReplayRequest, _ source: MapSource, keepsGoing: () -> Bool
  ) {
    let here = target ?? position
    switch request {
    case .stepBatch: stepBatch()
    case .seek(let by): seek(to: here + by, source, keepsGoing: keepsGoing)
    case .toStart: seek(to: start, source, keepsGoing: keepsGoing)
    case .toEnd: seek(to: end, source, keepsGoing: keepsGoing)
    case .nextLandmark:
      jump(to: source.map.target(after: here), isAhead: true, source, keepsGoing: keepsGoing)
    case .previousLandmark:
      let limit = isHeld ? here : here - Self.justNow
      jump(to: source.map.target(before: limit), isAhead: false, source, keepsGoing: keepsGoing)
    case .playOrHold, .faster, .slower, .resimulate: break
    }
  }

  private mutating func playOrHold(_ source: MapSource, keepsGoing: () -> Bool) {
    if resimulation == nil, isEnded, !isHeld {
      seek(to: start, source, keepsGoing: keepsGoing)
    } else {
      isHeld.toggle()
    }
  }

  private mutating func stepBatch() {
    guard target == nil else { return }
    isHeld = true
    guard let step = playhead.step() else {
      position = end
      isBetweenReadings = false
      return show(.noMoreBatches)
    }
    position = max(position, step.at)
    isBetweenReadings = true
    if step.batches > 1 { show(.stepOfSeveral(step.batches)) }
  }

  private mutating func jump(
    to target: SeekTarget?, isAhead: Bool, _ source: MapSource, keepsGoing: () -> Bool
  ) {
    guard let target else {
      let isKnown = source.map.isWhole || !isAhead
      return show(isKnown ? .noSeekTarget(isAhead: isAhead) : .noSeekTargetYet(isAhead: isAhead))
    }
    seek(to: target.at, source, keepsGoing: keepsGoing)
    show(.seekTarget(target.label))
  }

  private mutating func toggleResimulation() {
    guard resimulation == nil else {
      resimulation = nil
      return
    }
    guard target == nil else { return }
    do {
      resimulation = try Resimulation(recordedReading)
      isHeld = false
    } catch {
      show(Self.notice(error))
    }
  }

  private static func notice(_ gap: PredictionGap) -> ReplayNotice {
    switch gap {
    case .measuring: .notMeasured
    case .neverMeasured(let stage): .neverMeasured(stage)
    case .otherCosts: .otherCosts
    case .impossible, .standsStill, .notSeen: .notPossible
    }
  }
}

/// The recording's map so far, and the ledger's states at its places.
struct MapSource {
  var map: SeekIndex
  var index: IndexFile?

  /// A playhead at the last checkpoint from which everything shown at `moment` can be played; nil
  /// where there is none, or its state is damaged.
  func playhead(_ session: RecordedSession, before moment: Nanoseconds) -> Playhead? {
    guard let checkpoint = map.checkpoint(before: moment - Playhead.readingLifetime),
      let state = index?.state(checkpoint)
    else { return nil }
    // The failed attempt has moved the file's place, which the old playhead shares, so that one
    // can't go on.
    return Playhead(session, at: state, map.book) ?? Playhead(session)
  }
}
