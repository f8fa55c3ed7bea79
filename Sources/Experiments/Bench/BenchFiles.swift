import Glibc
import Host

/// The JPEG files of a bench row in a folder of their own, so that peers decode the same ones.
///
/// The folder is deleted with this object.
package final class BenchFiles {
  /// The path of the folder.
  package let folder: String
  private var names: [String] = []

  /// nil where the row decodes no files, or where they can't be written: peers then make their own.
  package init?(_ bench: GeneratorBench, in parent: String) {
    guard case .jpegs(let block) = bench.pictures else { return nil }
    var template = Array("\(parent)/augtop-bench-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { return nil }
    folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    for (number, file) in block.files.enumerated() {
      names.append("\(folder)/\(number).jpg")
      do {
        try AtomicFile.write(file, to: names[number], replacing: false, isSynced: false)
      } catch {
        return nil
      }
    }
  }

  deinit {
    for name in names { unlink(name) }
    rmdir(folder)
  }
}
