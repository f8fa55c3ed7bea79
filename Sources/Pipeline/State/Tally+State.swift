import Quantities

extension Tally {
  /// Writes or reads all sums.
  mutating func archive(_ archive: inout StateArchive) {
    archive.value(&batches)
    archive.value(&images)
    archive.value(&make)
    archive.value(&lockWait)
    archive.value(&overrun)
    archive.value(&workerCPU)
    archive.value(&serialization)
    archive.value(&idle)
    archive.value(&stageImages)
    archive.list(&stages)
    archive.value(&cpuImages)
    archive.value(&taken)
    archive.value(&queueWait)
    archive.value(&handling)
    archive.value(&handlings)
    archive.value(&rested)
    archive.value(&restedMake)
    archive.value(&wake)
    archive.value(&wakes)
    archive.value(&napped)
    archive.value(&waitedForRoom)
    archive.value(&steps)
    archive.value(&imagesTrained)
    archive.value(&starved)
    archive.value(&stepLockWait)
    archive.value(&host)
    archive.value(&busy)
    archive.value(&deserialization)
    archive.value(&clock)
  }
}
