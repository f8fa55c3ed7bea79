import Augmentation
import Datasets
import Host
import Pipeline
import Quantities

/// The file of `--bad-list`: pictures that were left out, a line each. It is at its path once it is
/// whole; a command that never comes so far leaves what was there.
struct BadPictureFile {
  private let file: AtomicFile?
  private let path: String

  /// Begins the file before anything runs; nothing is written without a path.
  ///
  /// - Parameters:
  ///   - path: Neither an input nor another output, as `OutputFiles` checks.
  ///   - replacing: Replaces what is at the path, instead of refusing.
  /// - Throws: A `CommandFault` of status 2 for a path that exists or can't be written.
  init(path: String?, replacing: Bool) throws {
    self.path = path ?? ""
    guard let path else {
      file = nil
      return
    }
    do {
      file = try AtomicFile(path: path, replacing: replacing)
    } catch {
      throw CommandFault.wrong("--bad-list: \(DatasetFault.unwritable(error).message)")
    }
  }

  /// Writes the pictures and puts the file in its place.
  ///
  /// - Throws: A `CommandFault` of status 1 where it can't be written.
  /// - Complexity: O(pictures).
  func write(_ pictures: [BadPicture]) throws {
    guard let file else { return }
    do {
      for picture in pictures { try file.append(Array(Self.line(picture).utf8)) }
      try file.commit()
    } catch {
      throw CommandFault.failed("--bad-list: \(DatasetFault.unwritable(error).message)")
    }
  }

  /// Runs a command's work, and writes the dataset's bad pictures whatever comes of it.
  ///
  /// - Throws: What the work throws; where it doesn't, what `write` throws.
  func around<Result>(
    _ dataset: any DatasetSource, _ work: () throws -> Result
  ) throws -> Result {
    let known = dataset.badPictures(after: 0).count
    defer {
      if let line = FolderRemarks.mended(dataset) { printError(line) }
      for line in FolderRemarks.changed(dataset) { printError(line) }
      let new = dataset.badPictures(after: known)
      if let first = new.first {
        printError(
          "augtop: \(new.count) more \(new.count == 1 ? "picture" : "pictures") turned out to be bad,"
            + " and others stand in for them; the first is \(first.path): \(first.reason)")
      }
    }
    let result: Result
    do {
      result = try work()
    } catch {
      // The work's own fault is what the user has to know.
      try? write(dataset.badPictures(after: 0))
      throw error
    }
    try write(dataset.badPictures(after: 0))
    return result
  }

  /// Path and reason with a tab between them, none of which contains a tab or an end of line.
  static func line(_ picture: BadPicture) -> String {
    "\(picture.path.printable)\t\(picture.reason.printable)\n"
  }
}

extension PictureOptions {
  /// Only a folder has pictures that can be left out.
  ///
  /// - Throws: A `CommandFault` of status 2 for options on bad pictures of another dataset.
  func checkBad(of dataset: DatasetReference) throws {
    if case .folder = dataset { return }
    for (option, value) in [("--bad-pictures", badPictures), ("--bad-list", badList)]
    where value != nil {
      throw CommandFault.wrong("\(option) is for a folder of pictures, which \(dataset) isn't")
    }
  }
}
