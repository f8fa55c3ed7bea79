import Augmentation
import Glibc
import Host
import Synchronization

extension FolderSearch {
  /// Decodes every picture once, on all processors, and leaves out those that can't be decoded.
  ///
  /// - Throws: A fault that isn't a picture's, as where no memory is left.
  /// - Complexity: O(pixels of all pictures).
  mutating func leaveOutDamaged(channels: Int) throws(DatasetFault) {
    let check = PictureCheck(
      files: files, largestFile: largestFile,
      form: DecodedForm(channels: channels, orientation: orientation, keepsGrey16: false))
    let faults = check.run(threads: max(1, min(8, sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    for index in faults.keys.sorted() {
      if let fault = faults[index] { try leaveOut(fault) }
    }
    files = files.enumerated().filter { faults[$0.offset] == nil }.map(\.element)
  }
}

/// Pictures to decode for their faults alone.
private final class PictureCheck: Sendable {
  private let files: [FolderSearch.File]
  private let largestFile: Int
  private let form: DecodedForm
  /// Handed out to one thread each; guards no other memory, so it is relaxed.
  private let next = Atomic<Int>(0)
  private let faults = Monitor<[Int: DatasetFault]>([:])

  init(files: [FolderSearch.File], largestFile: Int, form: DecodedForm) {
    self.files = files
    self.largestFile = largestFile
    self.form = form
  }

  func run(threads: Int) -> [Int: DatasetFault] {
    // The calling thread works, too: all of it where the system gives no other.
    let others = (1..<threads).compactMap { _ in
      try? JoinableThread(name: "check") { [self] in work() }
    }
    work()
    for thread in others { thread.join() }
    return faults.withLock { $0 }
  }

  private func work() {
    let scratch = DecoderScratch(
      largestFile: largestFile, mostPixels: files.reduce(0) { max($0, $1.size.pixels) },
      target: PictureSize(height: 1, width: 1), form: form)
    while case let index = next.wrappingAdd(1, ordering: .relaxed).oldValue, index < files.count {
      do {
        _ = try scratch.decode(files[index])
      } catch {
        faults.withLock { $0[index] = error }
      }
    }
  }
}
