import Augmentation
import Dashboard
import Pipeline
import Quantities

/// Readings by hand, with the numbers that the default preset is calculated to have.
enum Sample {
  static let measured = CostSource.profile(CostProfile(name: "keras-1.1", stages: [:]))

  static var scenario: Scenario {
    var scenario = Scenario(name: "fast-gpu")
    scenario.settings.widthShiftRange = 0.1
    scenario.settings.heightShiftRange = 0.1
    scenario.settings.horizontalFlip = true
    scenario.samplesPerEpoch = 50_000
    scenario.costs = measured
    scenario.interpreterLock = true
    scenario.consumer.host = .microseconds(200)
    return scenario
  }

  /// Input-bound by the warp, in its second epoch.
  static var running: Reading {
    var reading = blank
    reading.at = .seconds(41)
    reading.batchesMade = 2_570
    reading.batchesTrained = 2_569
    reading.imagesTrained = 82_200
    reading.stages = stages(reading.scenario)
    reading.epoch = epoch
    reading.queue.depth = 1
    reading.queue.frame = DepthSpan(low: 0, mean: 1.3, high: 3)
    reading.frames = frames(deepest: 2, busy: 0.84, starved: 0.11)
    for number in 0..<400 {
      reading.makeTimes.add(.microseconds(3_800 + Int64(number * 37 % 200)))
      reading.stepTimes.add(.microseconds(3_900 + Int64(number * 53 % 300)))
    }
    reading.consumer.steps = 500
    reading.consumer.busy = 0.842
    reading.consumer.host = 0.049
    reading.consumer.starved = 0.109
    reading.consumer.step = .microseconds(3_600)
    reading.consumer.batchesPerSecond = 247.6
    reading.consumer.imagesPerSecond = 7_923
    reading.workers.count = 1
    reading.workers.make = .microseconds(3_900)
    reading.workers.lockWait = .microseconds(120)
    reading.workers.making = 0.97
    reading.own = ownCost
    reading.timeline = timeline(making: 3_900, napping: 0)
    return reading
  }

  /// Sixteen seconds: depths up to one, and shares that vary a little.
  private static func frames(
    deepest: Int, busy: Double, starved: Double, after first: Int = 250
  ) -> [FrameReading] {
    (0..<160).map { index in
      let number = first + index
      var frame = FrameReading(
        number: number, end: .milliseconds(Int64(number) * 100), length: .milliseconds(100))
      frame.depths = DepthTimes(deepest: 10)
      for depth in 0...deepest {
        frame.depths.seconds[frame.depths.place(of: depth)] += 0.1 / Float(deepest + 1)
      }
      let wave = Double(number * 5 % 13) / 1_000
      frame.busy = busy / 10 - wave
      frame.starved = starved / 10 + wave
      frame.host = 0.1 - frame.busy - frame.starved
      frame.pictures = 780 + number * 7 % 23
      frame.workerCPU = 0.09 + wave
      return frame
    }
  }

  /// 24 batches in a row: each is made, perhaps after a nap, and trained on.
  private static func timeline(making: Int64, napping: Int64) -> TimelineReading {
    var timeline = TimelineReading()
    var made: [Segment] = []
    var now = Nanoseconds.zero
    for batch in 0..<24 {
      if napping > 0, batch % 10 == 0 {
        made.append(Segment(.napping, now, now + .microseconds(napping)))
        now += .microseconds(napping)
      }
      let end = now + .microseconds(making)
      made.append(Segment(.making, now, end))
      timeline.depths.append(DepthPoint(at: end, depth: napping > 0 ? batch % 10 + 1 : 1))
      timeline.gpu += [
        Segment(.starved, end, end + .microseconds(300)),
        Segment(.host, end + .microseconds(300), end + .microseconds(500)),
        Segment(.busy, end + .microseconds(500), end + .microseconds(3_900)),
      ]
      now = end
    }
    timeline.workers = [made]
    timeline.period = .microseconds(making + napping / 10)
    timeline.end = .milliseconds(100)
    return timeline
  }

  /// The warp is off, and what that did to the epoch is known.
  static var warpOff: Reading {
    var reading = running
    let change = ScenarioChange.stage(.warp, on: false)
    reading.scenario.apply(change)
    reading.stages = stages(reading.scenario)
    reading.stages[Stage.warp.index].epochDelta = EpochEstimate(
      seconds: -2.3, low: -2.5, high: -2.1)
    var effect = ChangeEffect(
      changes: [change], before: EpochEstimate(seconds: 6.3, low: 6.2, high: 6.4))
    effect.firstBatch = 418
    effect.after = EpochEstimate(seconds: 8.6, low: 8.4, high: 8.8)
    reading.effect = effect
    reading.epoch.beforeChange = effect.before
    reading.epoch.estimate = effect.after
    reading.epoch.projected = 8.6
    reading.queue.depth = 9
    reading.queue.frame = DepthSpan(low: 0, mean: 4.8, high: 10)
    reading.consumer.busy = 0.62
    reading.consumer.host = 0.04
    reading.consumer.starved = 0.34
    reading.frames = frames(deepest: 10, busy: 0.62, starved: 0.34)
    reading.consumer.batchesPerSecond = 182
    reading.consumer.imagesPerSecond = 5_824
    reading.workers.make = .microseconds(900)
    reading.workers.napping = 0.82
    reading.timeline = timeline(making: 900, napping: 50_000)
    var past = ChangeEffect(
      changes: [.loader(.kerasThreads)], before: EpochEstimate(seconds: 6.1, low: 6.0, high: 6.2))
    past.firstBatch = 99
    past.after = effect.before
    reading.pastEffects = [past]
    return reading
  }

  /// Somebody's own job: two workers of a PyTorch loader, input-bound by a colour transform.
  ///
  /// - Parameter hasKeys: Whether its transforms may be switched.
  static func job(hasKeys: Bool) -> Reading {
    var scenario = Scenario(name: "train.py", dataset: .job(dataset: "PetPhotos"))
    scenario.loader = .torch
    scenario.workers = 2
    let names = ["decode", "RandomCrop", "ColorJitter", "Normalize"]
    let found = names.enumerated().map { place, name in
      SessionStage(
        name, key: hasKeys && place > 0 ? Character("\(place + 1)") : nil, isSwitchable: place > 0)
    }
    let stages = StageList(
      [SessionStage("getitem", isSwitchable: false)] + found
        + [SessionStage("collate", isSwitchable: false)])
    scenario.stages = stages.all
    var reading = running
    var job = Reading(
      scenario: scenario,
      dataset: DatasetFacts(
        count: 7_390, shape: PictureShape(height: 224, width: 224, channels: 3)),
      stages: stages, epoch: epoch, queue: QueueReading(limit: scenario.queueRoom))
    let walls: [Int64] = [9, 310, 55, 470, 60, 41]
    job.stages = zip(stages, walls).map { stage, wall in
      var reading = StageReading(stage: stage, isOn: true)
      reading.wallPerImage = .microseconds(wall)
      reading.cpuPerImage = .microseconds(wall)
      reading.share = Double(wall) / Double(walls.reduce(0, +))
      return reading
    }
    job.at = reading.at
    job.frames = reading.frames
    job.makeTimes = reading.makeTimes
    job.stepTimes = reading.stepTimes
    job.timeline = reading.timeline
    job.timeline.workers += job.timeline.workers
    reading.consumer.host = 0
    reading.consumer.busy = 0.29
    reading.consumer.starved = 0.71
    reading.consumer.step = .microseconds(4_300)
    reading.consumer.batchesPerSecond = 63.6
    reading.consumer.imagesPerSecond = 2_035
    job.consumer = reading.consumer
    job.workers = reading.workers
    job.workers.count = 2
    job.workers.make = .microseconds(30_240)
    job.own = ownCost
    return job
  }

  /// The same after a key has bypassed the crop.
  static var alteredJob: Reading {
    var reading = job(hasKeys: true)
    let change = ScenarioChange.stage(StageID(2), on: false)
    reading.scenario.apply(change)
    reading.stages[2] = StageReading(stage: reading.stages[2].stage, isOn: false)
    var effect = ChangeEffect(
      changes: [change], before: EpochEstimate(seconds: 58.1, low: 57.6, high: 58.6))
    effect.firstBatch = 1_204
    effect.after = EpochEstimate(seconds: 56.8, low: 56.3, high: 57.3)
    reading.effect = effect
    return reading
  }

  /// The same, recorded.
  static var replayed: Reading {
    var reading = warpOff
    var replay = ReplayReading()
    replay.position = .seconds(41)
    replay.end = .seconds(754)
    replay.speed = 0.5
    replay.indexed = 0.43
    reading.replay = replay
    return reading
  }

  /// Its costs run on with another loader.
  static var resimulated: Reading {
    var reading = replayed
    reading.at = .seconds(47)
    reading.replay?.indexed = nil
    reading.replay?.speed = 10
    reading.scenario.apply(.loader(.blocking))
    reading.effect = nil
    reading.pastEffects = []
    reading.epoch.estimate = EpochEstimate(seconds: 5.62, low: 5.6, high: 5.64)
    reading.epoch.projected = 5.62
    reading.replay?.resimulation = ResimulationReading(
      from: .seconds(41), recordedEpoch: EpochEstimate(seconds: 8.6, low: 8.4, high: 8.8),
      recordedVerdict: .waitPolicyBound)
    return reading
  }

  /// Nothing is measured yet, as in the first frame.
  static var blank: Reading {
    let scenario = scenario
    return Reading(
      scenario: scenario, dataset: DatasetFacts(count: 50_000, shape: .cifar),
      stages: scenario.generatorStages, epoch: EpochReading(samples: 50_000),
      queue: QueueReading(limit: scenario.queueLimit))
  }

  private static var epoch: EpochReading {
    var epoch = EpochReading(samples: 50_000)
    epoch.number = 2
    epoch.samplesSeen = 30_500
    epoch.projected = 6.3
    epoch.estimate = EpochEstimate(seconds: 6.3, low: 6.2, high: 6.4)
    epoch.thisEpoch = 6.29
    epoch.remaining = 2.46
    epoch.remainingHalf = 0.1
    epoch.last = 6.31
    return epoch
  }

  private static var ownCost: OwnCost {
    var own = OwnCost()
    own.cpuFraction = 0.004
    own.emulatedCores = 1.02
    own.nanosecondsPerEvent = 65
    own.residentBytes = 44_900_000
    return own
  }

  /// Microseconds of one picture, as `keras-1.1` has them.
  private static let costs: [Stage: Double] = [
    .load: 0.3, .rotation: 4.5, .heightShift: 2.4, .widthShift: 3.0, .shear: 2.9, .zoom: 1.4,
    .compose: 7.9, .warp: 94.9, .channelShift: 0.04, .horizontalFlip: 0.9, .verticalFlip: 0.03,
    .lens: 0, .standardize: 0.02, .collate: 1.1,
  ]

  private static func stages(_ scenario: Scenario) -> [StageReading] {
    let sum = Stage.allCases.reduce(0) { $0 + cost($1, scenario) }
    return Stage.allCases.map { stage in
      var reading = StageReading(
        stage: scenario.generatorStages[stage.id], isOn: scenario.stages.contains(stage.id))
      guard reading.isOn else { return reading }
      reading.cpuPerImage = Nanoseconds(seconds: cost(stage, scenario) * 1e-6)
      reading.wallPerImage = reading.cpuPerImage
      reading.share = cost(stage, scenario) / sum
      return reading
    }
  }

  private static func cost(_ stage: Stage, _ scenario: Scenario) -> Double {
    scenario.stages.contains(stage.id) ? costs[stage, default: 0] : 0
  }
}

extension Model {
  /// A model that shows a reading, untouched.
  init(
    showing reading: Reading, cores: Int = 2, hasPicture: Bool = false, presets: [Scenario] = []
  ) {
    self.init(
      reading: reading, themes: ["dark", "light", "mono"], theme: "dark",
      costs: [.native, Sample.measured], machineCores: cores,
      recordingPath: { "augtop-20260102-030405-\($0).pftrace" }, hasPicture: hasPicture,
      presets: presets)
  }

  /// The same after keys, so that the first hint is gone.
  func after(_ actions: Action...) -> Model {
    var model = self
    for action in actions { _ = model.update(.key(action)) }
    return model
  }

  func taking(_ reading: Reading) -> Model {
    var model = self
    _ = model.update(.reading(reading))
    return model
  }
}
