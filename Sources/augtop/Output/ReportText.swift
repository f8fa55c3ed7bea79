import Augmentation
import Dashboard
import Pipeline

/// The report for people.
func reportText(_ reading: Reading) -> String {
  let scenario = reading.scenario
  let verdict = Verdict(reading)
  var lines = [
    "\(scenario.name): \(scenario.dataset) \(reading.dataset.count)×\(reading.dataset.shape),"
      + " batch \(scenario.batchSize), \(scenario.loader.rawValue) ×\(scenario.workers),"
      + " costs \(scenario.costs.name)\(scenario.interpreterLock ? ", lock" : "")",
    "",
    "epoch   \(epochText(reading.epoch))",
    "rate    \(Figures.rate(reading.consumer.imagesPerSecond)) images/s,"
      + " \(Figures.fixed(reading.consumer.batchesPerSecond, 1)) batches/s",
    "gpu     busy \(Figures.percent(reading.consumer.busy)),"
      + " host \(Figures.percent(reading.consumer.host)),"
      + " starved \(Figures.percent(reading.consumer.starved))",
    "queue   mean \(Figures.fixed(reading.queue.meanDepth, 1)),"
      + " median \(reading.queue.medianDepth), max \(reading.queue.maxDepth),"
      + " limit \(reading.queue.limit)",
    "times   make \(reading.workers.make.map(Figures.span) ?? "–"),"
      + " step \(reading.consumer.step.map(Figures.span) ?? "–"),"
      + " waited \(Figures.percent(reading.consumer.starved))",
    "",
    "stage            CPU/image   wall/image  share  epoch if off",
  ]
  lines += reading.stages.map(stageLine)
  lines += [
    "", "\(verdict.kind.rawValue): \(verdict.because)", "next: \(verdict.advice.sentence)",
  ]
  if let warning = verdict.warning { lines.append("warning: \(warning)") }
  lines += [
    "",
    "augtop itself: \(Figures.smallPercent(reading.own.cpuFraction)) of a core,"
      + " \(Figures.bytes(reading.own.residentBytes)),"
      + " \(reading.own.droppedEvents) events dropped",
  ]
  return lines.joined(separator: "\n")
}

private func stageLine(_ stage: StageReading) -> String {
  let delta = stage.epochDelta.map { Figures.signedEpoch($0.seconds) } ?? "–"
  let name = stage.stage.rawValue.padded(to: 15)
  guard stage.isOn else { return "\(name)        off" + "on: \(delta)".leftPadded(to: 35) }
  let cpu = stage.cpuPerImage.map(Figures.perImage) ?? "–"
  let wall = stage.wallPerImage.map(Figures.perImage) ?? "–"
  return "\(name) \(cpu.leftPadded(to: 10)) \(wall.leftPadded(to: 12))"
    + " \(Figures.percent(stage.share).leftPadded(to: 6))"
    + (stage.stage.isSwitchable ? delta : "").leftPadded(to: 14)
    + (stage.isIdle ? "  range 0" : "")
}

private func epochText(_ epoch: EpochReading) -> String {
  if let estimate = epoch.settled ?? epoch.estimate {
    return "\(Figures.epoch(estimate.seconds))"
      + "  (90 %: \(interval(estimate)))"
  }
  guard let projected = epoch.projected else { return "no step yet: run longer" }
  return "\(Figures.epoch(projected))  (too short for an interval)"
}

/// In seconds with two decimals; longer ones in their own units.
private func interval(_ estimate: EpochEstimate) -> String {
  estimate.high < 99.95
    ? "\(Figures.fixed(estimate.low, 2)) to \(Figures.fixed(estimate.high, 2)) s"
    : "\(Figures.epoch(estimate.low)) to \(Figures.epoch(estimate.high))"
}
