import Augmentation
import Datasets

/// What is said about a folder of pictures once it is open.
enum FolderRemarks {
  /// Classes that are named in one line.
  private static let mostNamed = 6

  /// What was left out, classes without pictures, and pictures that can't be read: a line each, none
  /// where there is nothing to say.
  static func lines(on dataset: FolderDataset, _ path: String) -> [String] {
    [leftOut(dataset), emptyClasses(dataset), bad(dataset.badPictures(after: 0))]
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
