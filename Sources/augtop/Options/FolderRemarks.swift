import Augmentation
import Datasets

/// Remarks about an open folder of pictures.
enum FolderRemarks {
  /// Classes that are named in one line.
  private static let mostNamed = 6

  /// Entries that were left out, classes without pictures, and pictures that can't be read: a line each, none
  /// where there is nothing to say.
  static func lines(on dataset: FolderDataset, _ path: String) -> [String] {
    [
      leftOut(dataset), emptyClasses(dataset), large(dataset), grey16(dataset),
      bad(dataset.badPictures(after: 0)),
    ]
    .compactMap { $0.map { "\(path): \($0)" } }
  }

  /// The sentence on pictures that can't be read; nil where there are none.
  static func bad(_ pictures: [BadPicture]) -> String? {
    guard let first = pictures.first else { return nil }
    let count =
      pictures.count == 1
      ? "a picture can't be read and is" : "\(pictures.count) pictures can't be read and are"
    return "\(count) left out: \(first.path): \(first.reason)"
      + (pictures.count == 1 ? "" : "; --bad-list FILE names all")
  }

  /// The sentence on pictures that were read in spite of a fault; nil where there are none.
  static func mended(_ dataset: any DatasetSource) -> String? {
    guard let count = (dataset as? FolderDataset)?.mendedPictures, count > 0 else { return nil }
    return
      "augtop: \(count) \(count == 1 ? "picture has" : "pictures have") a fault in the file that"
      + " the decoder overcame: data that end early, bytes too many, a wrong checksum"
  }

  /// Sentences on what others changed in the dataset while it was read; none where that is nothing.
  static func changed(_ dataset: any DatasetSource) -> [String] {
    let changes = dataset.changes()
    var lines: [String] = []
    if let first = changes.files.first {
      let others = changes.files.count == 1 ? "" : " and \(changes.files.count - 1) more files"
      lines.append(
        "augtop: \(first)\(others) changed after the dataset was opened; some pictures may be those of"
          + " before, some those of now")
    }
    if let first = changes.folders.first {
      let others =
        changes.folders.count == 1 ? "" : " and \(changes.folders.count - 1) more folders"
      lines.append(
        "augtop: other pictures or classes are in \(first)\(others) than when the dataset was opened;"
          + " start again to read them")
    }
    return lines
  }

  private static func large(_ dataset: FolderDataset) -> String? {
    guard dataset.large > 0 else { return nil }
    return "\(dataset.large) \(dataset.large == 1 ? "picture has" : "pictures have") more than"
      + " \(PictureCodec.manyPixels) pixels, where Pillow warns of a decompression bomb"
  }

  private static func grey16(_ dataset: FolderDataset) -> String? {
    guard dataset.grey16 > 0 else { return nil }
    let subject =
      dataset.grey16 == 1 ? "a picture is" : "\(dataset.grey16) pictures are"
    guard dataset.shape.channels == 1 else {
      return "\(subject) 16-bit grey, limited to 0...255 as in Keras; --color-mode grayscale keeps"
        + " the values"
    }
    guard dataset.grey16 < dataset.count else { return nil }
    return "\(subject) 16-bit grey with values up to 65535, and \(dataset.count - dataset.grey16)"
      + " of 8 bits with values up to 255"
  }

  private static func leftOut(_ dataset: FolderDataset) -> String? {
    let total = dataset.hidden + dataset.skipped
    guard total > 0 else { return nil }
    var parts: [String] = []
    if dataset.hidden > 0 { parts.append("\(dataset.hidden) hidden (._*, .DS_Store and such)") }
    if dataset.skipped > 0 {
      parts.append(
        (dataset.hidden > 0 ? "\(dataset.skipped) " : "") + "no pictures, or not in their place")
    }
    return "\(total) entries left out: \(parts.joined(separator: ", "))"
  }

  private static func emptyClasses(_ dataset: FolderDataset) -> String? {
    let empty = dataset.emptyClasses
    guard !empty.isEmpty else { return nil }
    let names = empty.prefix(mostNamed).map { "\(dataset.classes[$0]) (\($0))" }
    let more = empty.count > mostNamed ? ", …" : ""
    return
      "\(empty.count) \(empty.count == 1 ? "class" : "classes") without pictures:"
      + " \(names.joined(separator: ", "))\(more); numbered as in Keras 1.1.0, so that"
      + " \(dataset.classes.count) classes are counted"
  }
}
