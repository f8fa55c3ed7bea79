extension BatchMade {
  /// Writes or reads all of it.
  package mutating func archive(_ archive: inout StateArchive) {
    archive.value(&batch)
    archive.value(&worker)
    archive.value(&pictures)
    archive.value(&generation)
    archive.value(&start)
    archive.list(&stages)
    archive.value(&finished)
    archive.value(&put)
    archive.value(&depth)
    archive.value(&cpu)
    archive.value(&hasStageCPU)
    archive.value(&lockWait)
    archive.value(&serialization)
    archive.value(&overrun)
    archive.value(&idle)
  }
}
