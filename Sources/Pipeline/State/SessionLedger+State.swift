import Augmentation
import Quantities

extension SessionLedger {
  /// Writes or reads all that the ledger has learnt; a session must be going on or paused.
  package mutating func archive(_ archive: inout StateArchive) {
    let settings = requested.settings
    archive.scenario(&requested)
    if requested.settings != settings { followSettings() }
    archive.scenario(&inForce)
    archive.value(&generation)
    let filler = PendingChange(generation: 0, change: .workers(1), scenario: requested)
    archive.list(&pending, filler: filler) { entry, archive in
      archive.value(&entry.generation)
      archive.change(&entry.change)
      archive.scenario(&entry.scenario)
    }
    var isPaused = state == .paused
    archive.value(&isPaused)
    state = isPaused ? .paused : .running
    archiveWindows(&archive)
    epoch.archive(&archive)
    phases.archive(&archive)
    archive.value(&validations)
    archive.value(&settledPhases)
    depth.archive(&archive)
    putTimes.archive(&archive)
    archive.list(&lastPut)
    archive.list(&lastWalls)
    makes.archive(&archive)
    rests.archive(&archive)
    archive.value(&lastDepths)
    archive.list(&frames)
    archive.value(&frameStart)
    makeTimes.archive(&archive)
    stepTimes.archive(&archive)
    timeline.archive(&archive)
    archiveEffects(&archive)
    archive.value(&markers)
    archive.value(&badPictures.count)
    var named = badPictures.named.map { (path: $0.path, reason: $0.reason) }
    archive.list(&named, filler: (path: "", reason: "")) { entry, archive in
      archive.text(&entry.path)
      archive.text(&entry.reason)
    }
    badPictures.named = named.map { BadPicture(path: $0.path, reason: $0.reason) }
    archive.value(&batchesMade)
    archive.value(&batchesTrained)
    archive.value(&imagesTrained)
    archive.value(&lastStepEnd)
  }

  private mutating func archiveWindows(_ archive: inout StateArchive) {
    recent.archive(&archive)
    sinceChange.archive(&archive)
    settled.archive(&archive)
    frame.archive(&archive)
    blocks.archive(&archive)
    archive.optional(&settledBlocks, filler: StepBlocks(from: .zero)) { $0.archive(&$1) }
    archive.value(&settlingFrom)
    archive.value(&settlingSteps)
  }

  private mutating func archiveEffects(_ archive: inout StateArchive) {
    let none = ChangeEffect(changes: [], before: nil)
    archive.optional(&effect, filler: none) { $0.archive(&$1) }
    archive.list(&pastEffects, filler: none) { $0.archive(&$1) }
    archive.value(&beforeChange)
    var known = measured.map { (scenario: $0.key, epoch: $0.value) }
    let unknown = EpochEstimate(seconds: 0, low: 0, high: 0)
    archive.list(&known, filler: (scenario: requested, epoch: unknown)) { entry, archive in
      archive.scenario(&entry.scenario)
      archive.value(&entry.epoch)
    }
    measured = Dictionary(known.map { ($0.scenario, $0.epoch) }) { first, _ in first }
  }
}

extension ChangeEffect {
  fileprivate mutating func archive(_ archive: inout StateArchive) {
    archive.list(&changes, filler: .workers(1)) { $1.change(&$0) }
    archive.value(&firstBatch)
    archive.value(&before)
    archive.value(&after)
  }
}
