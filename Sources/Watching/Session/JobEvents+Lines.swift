import Pipeline
import Quantities

extension JobEvents {
  /// Takes in a line of a process's text page.
  package mutating func take(_ line: RingLine, from process: Int32) {
    switch line.e {
    case "hello":
      tally.processes += 1
      if let space = line.space.flatMap({ ProcessSpace($0) }), spaces.count < Self.most {
        spaces[process] = space
      }
      if let python = line.python?.prefix(20) { tally.python.insert(String(python)) }
      if let rank = line.rank.flatMap({ Int($0) }), (0..<1 << 20).contains(rank),
        tally.ranks.count < Self.most
      {
        tally.ranks[process] = rank
      }
      if program.isEmpty, let script = line.program, script != "-c" {
        program = String((script.split(separator: "/").last ?? "").prefix(80))
      }
    case "stage":
      guard let name = line.name, let id = line.id, (0..<4096).contains(id) else { return }
      names.add(name, number: id, of: process, isSwitchable: line.switch ?? false)
    case "loader": takeLoader(line, from: process)
    case "workers": takeWorkers(line, from: process)
    case "shape":
      if shape == nil, let written = line.shape, written.count == 3,
        written.allSatisfy({ (1...65_536).contains($0) })
      {
        shape = written
      }
      if let number = line.loader, let size = line.batch, Scenario.batchSizes.contains(size) {
        loaders[JobLoader.Key(process: process, number: number)]?.batchSize = size
      }
    case "node":
      guard let number = line.loader, let id = line.id else { return }
      loaders[JobLoader.Key(process: process, number: number)]?.pipeline.name(
        id, JobNames.cleaned(line.name ?? ""))
    case "refused":
      if let stage = line.stage, tally.refused.count < 64, !tally.refused.contains(stage) {
        tally.refused.append(stage)
      }
    case "failed":
      let text = String((line.why ?? "").prefix(200))
      if tally.failures.count < 64, !tally.failures.contains(text) { tally.failures.append(text) }
    case "unhooked":
      let text = "\(line.module ?? "?"): \(line.why ?? "")"
      if tally.unhooked.count < 64, !tally.unhooked.contains(text) { tally.unhooked.append(text) }
    default: break
    }
  }

  private mutating func takeLoader(_ line: RingLine, from process: Int32) {
    guard let id = line.id, id > 0, loaders.count < 1024 else { return }
    let key = JobLoader.Key(process: process, number: id)
    var loader = loaders[key] ?? JobLoader()
    loader.kind = line.kind ?? loader.kind
    loader.dataset = String((line.dataset ?? "").prefix(80))
    loader.batches = line.batches.flatMap { $0 > 0 ? $0 : nil }
    loader.samples = line.samples.flatMap { Scenario.sampleCounts.contains($0) ? $0 : nil }
    loader.batchSize = min(max(line.batch ?? 0, 0), Scenario.batchSizes.upperBound)
    loader.workers = min(max(line.workers ?? 0, 0), 4096)
    loader.prefetch = min(max(line.prefetch ?? 0, 0), 4096)
    loader.isPersistent = line.persistent ?? false
    loader.isPinned = line.pin ?? false
    loader.hasDevice = line.device ?? false
    loader.usesProcesses = line.processes ?? false
    loaders[key] = loader
  }

  private mutating func takeWorkers(_ line: RingLine, from process: Int32) {
    guard let id = line.loader, (0...1 << 20).contains(id) else { return }
    let home = Home(
      loader: JobLoader.Key(process: process, number: id),
      epoch: min(max(line.epoch ?? 1, 0), 1 << 30))
    give(home, to: (line.pids ?? []).filter { $0 > 0 })
  }

  /// Takes in which processes work for a loader. A line repeats it for one who attaches late.
  mutating func take(_ workers: RingRecord.Workers, from process: Int32) {
    let loader = JobLoader.Key(process: process, number: workers.loader)
    // Of many workers, the first ten's record has the times.
    if workers.to > .zero {
      loaders[loader]?.starts += 1
      loaders[loader]?.starting += workers.to - workers.from
    }
    give(Home(loader: loader, epoch: workers.epoch), to: workers.processes)
  }

  private mutating func give(_ home: Home, to workers: [Int32]) {
    for worker in workers where homes.count < Self.most {
      homes[worker] = home
      for record in homeless.removeValue(forKey: worker) ?? [] { take(record, from: worker) }
    }
  }
}
