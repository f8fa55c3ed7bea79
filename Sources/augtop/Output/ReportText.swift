import Augmentation
import Pipeline
import Quantities

/// The report for people.
///
/// - Parameters:
///   - epoch: What stands for the epoch; nil for the estimate.
///   - next: The advice; nil for the verdict's.
func reportText(_ reading: Reading, epoch: String? = nil, next: String? = nil) -> String {
  let scenario = reading.scenario
  let verdict = Verdict(reading)
  let width = reading.stageList.map(\.name.count).reduce(15, max)
  var lines = [
    "\(scenario.name): \(scenario.dataset) \(reading.dataset.count)×\(reading.dataset.shape),"
      + " batch \(scenario.batchSize), \(scenario.loader.rawValue) ×\(scenario.workers),"
      + (scenario.isJob
        ? " its own costs"
        : " costs \(scenario.costs.name)\(scenario.interpreterLock ? ", lock" : "")"),
    "",
    "epoch   \(epoch ?? epochText(reading.epoch))",
  ]
  lines += phaseLines(reading)
  lines += [
    "rate    \(NumberText.rate(reading.consumer.imagesPerSecond)) images/s,"
      + " \(NumberText.fixed(reading.consumer.batchesPerSecond, 1)) batches/s",
    scenario.isJob
      ? "loop    trains \(NumberText.percent(reading.consumer.busy)),"
        + " waits for batches \(NumberText.percent(reading.consumer.starved))"
      : "gpu     busy \(NumberText.percent(reading.consumer.busy)),"
        + " host \(NumberText.percent(reading.consumer.host)),"
        + " starved \(NumberText.percent(reading.consumer.starved))",
  ]
  if let published = scenario.consumer.published { lines.append("        \(published.sentence)") }
  lines += [
    "queue   mean \(NumberText.fixed(reading.queue.meanDepth, 1)),"
      + " median \(reading.queue.medianDepth), max \(reading.queue.maxDepth),"
      + " limit \(reading.queue.limit)",
    "times   make \(reading.workers.make.map(NumberText.span) ?? "–"),"
      + " step \(reading.consumer.step.map(NumberText.span) ?? "–"),"
      + (scenario.isJob ? " waiting" : " starved")
      + " \(NumberText.percent(reading.consumer.starved))",
    "",
    "\("stage".padded(to: width))  CPU/image   wall/image  share  if switched",
  ]
  lines += reading.stages.map { stageLine($0, width) }
  if let first = reading.badPictures.named.first {
    let count = reading.badPictures.count
    lines += [
      "",
      "left out: \(count) \(count == 1 ? "picture" : "pictures") that can't be read;"
        + " the first is \(first.path): \(first.reason)",
    ]
  }
  lines += [
    "", "\(verdict.kind.rawValue): \(verdict.because)",
  ]
  // A session that can't go on needs another advice than its numbers.
  if verdict.kind != .failed {
    lines.append("next: \(next ?? verdict.sentence(for: reading))")
  }
  if let warning = verdict.warning { lines.append("warning: \(warning)") }
  lines += [
    "",
    "augtop itself: \(NumberText.smallPercent(reading.own.cpuFraction)) of a core,"
      + " \(NumberText.bytes(reading.own.residentBytes)),"
      + " \(reading.own.droppedEvents) events dropped",
  ]
  return lines.printableText
}

private func stageLine(_ stage: StageReading, _ width: Int) -> String {
  let delta = stage.epochDelta.map { NumberText.signedEpoch($0.seconds) } ?? "–"
  let name = stage.stage.name.padded(to: width)
  guard stage.isOn else { return "\(name)        off" + delta.leftPadded(to: 35) }
  let cpu = stage.cpuPerImage.map(NumberText.perImage) ?? "–"
  let wall = stage.wallPerImage.map(NumberText.perImage) ?? "–"
  return "\(name) \(cpu.leftPadded(to: 10)) \(wall.leftPadded(to: 12))"
    + " \(NumberText.percent(stage.share).leftPadded(to: 6))"
    + (stage.stage.isSwitchable ? delta : "").leftPadded(to: 14)
    + (stage.isIdle ? "  no-op" : "") + waiting(stage)
}

/// What of a stage's wall time was waiting for something else than a core, where it shows.
private func waiting(_ stage: StageReading) -> String {
  guard let idle = stage.idlePerImage, let wall = stage.wallPerImage,
    idle.seconds > 0.05 * wall.seconds
  else { return "" }
  return "  of it waiting \(NumberText.perImage(idle))"
}

private func epochText(_ epoch: EpochReading) -> String {
  if let estimate = epoch.settled ?? epoch.estimate {
    return "\(NumberText.epoch(estimate.seconds))"
      + "  (90 %: \(interval(estimate)))"
  }
  guard let projected = epoch.projected else { return "no step yet: run longer" }
  return "\(NumberText.epoch(projected))  (too short for an interval)"
}

/// The epoch's phases, the first epoch's, and those that came; none where there are no phases.
private func phaseLines(_ reading: Reading) -> [String] {
  let epoch = reading.epoch
  var lines: [String] = []
  let shares = epoch.phaseShares.map { "\($0.kind.title) \(NumberText.epoch($0.seconds))" }
  if !shares.isEmpty { lines.append("        of it \(shares.joined(separator: ", "))") }
  if epoch.firstExtra > 0 {
    lines.append(
      "        the first epoch takes \(NumberText.epoch(epoch.firstExtra)) longer: start-up, first step"
    )
  }
  if reading.scenario.consumer.gpus > 1 {
    lines.append(
      "        \(reading.scenario.consumer.gpus) GPUs: a step takes a batch for each, and a batch"
        + " below is one of them")
  }
  return lines
}

/// In seconds with two decimals; longer ones in their own units.
private func interval(_ estimate: EpochEstimate) -> String {
  estimate.high < 99.95
    ? "\(NumberText.fixed(estimate.low, 2)) to \(NumberText.fixed(estimate.high, 2)) s"
    : "\(NumberText.epoch(estimate.low)) to \(NumberText.epoch(estimate.high))"
}
