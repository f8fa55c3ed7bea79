import Glibc
package import Pipeline
import Quantities
package import Toml

/// Published training throughputs: the table in the program, and the user's own file, which adds to it.
///
/// A table is CSV: model, device, precision, batch, side of the pictures, pictures a second, source. The
/// source is the rest of the line, commas included, and every row has one. Lines with a `#` in front
/// and the heading, which begins with `model`, don't count.
package struct GPUTable: Sendable {
  /// How a published GPU is named, for messages.
  package static let form = "MODEL@DEVICE:PRECISION, as resnet50@a100-80gb:amp"
  /// The columns of a row, as its file has them.
  package static let columns = "model,device,precision,batch,side,images_per_s,source"

  /// The user's table: `$XDG_CONFIG_HOME/augtop/gpus.csv`; nil without a home.
  package static var defaultUserFile: String? {
    if let folder = variable("XDG_CONFIG_HOME") { return folder + "/augtop/gpus.csv" }
    return variable("HOME").map { $0 + "/.config/augtop/gpus.csv" }
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).flatMap { $0.pointee == 0 ? nil : String(cString: $0) }
  }

  /// The user's rows, then the program's that they don't replace.
  package let rows: [PublishedGPU]

  /// The program's table with a user's file in front of it.
  ///
  /// - Parameter userFile: nil, or a file that doesn't exist, adds nothing.
  /// - Throws: A `ConfigurationFault` of kind `unreadable` for a file that can't be read, and `badValue`
  ///   with its line for a row that isn't one.
  /// - Complexity: O(rows).
  package init(userFile: String? = GPUTable.defaultUserFile) throws(ConfigurationFault) {
    let own = String(decoding: PackageResources.gpus_csv, as: UTF8.self)
    var rows: [PublishedGPU] = []
    if let userFile, access(userFile, F_OK) == 0 {
      rows = try Self.parse(try TextFile.read(userFile), file: userFile)
    }
    let builtIn = try Self.parse(own, file: "gpus.csv")
    let taken = Set(rows.map(\.name))
    self.rows = rows + builtIn.filter { !taken.contains($0.name) }
  }

  /// The rows of a table.
  ///
  /// - Throws: A `ConfigurationFault` of kind `badValue` with the line of the first row that isn't one.
  /// - Complexity: O(bytes).
  package static func parse(
    _ text: String, file: String
  ) throws(ConfigurationFault) -> [PublishedGPU] {
    var rows: [PublishedGPU] = []
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let line = String(line)
      guard !line.allSatisfy({ $0 == " " }), line.first != "#", !line.hasPrefix("model,") else {
        continue
      }
      guard let row = row(line) else {
        throw ConfigurationFault(
          file: file, line: index + 1,
          problem: .badValue(
            found: "'\(line.prefix(60))'",
            why: "isn't a row; write model, device, precision, batch, side, images_per_s and source"
          ))
      }
      rows.append(row)
    }
    return rows
  }

  /// One row; nil where it isn't one.
  static func row(_ line: String) -> PublishedGPU? {
    let cells = line.split(separator: ",", maxSplits: 6, omittingEmptySubsequences: false)
      .map { String($0.drop { $0 == " " }) }
    guard cells.count == 7, cells[..<3].allSatisfy(isWord), !cells[6].isEmpty,
      let batch = Int(cells[3]), Scenario.batchSizes.contains(batch),
      let side = Int(cells[4]), FolderForm.TargetSize.sides.contains(side),
      let rate = Double(cells[5]), rate.isFinite, (1e-3...1e9).contains(rate)
    else { return nil }
    return PublishedGPU(
      model: cells[0], device: cells[1], precision: cells[2], batch: batch, side: side,
      imagesPerSecond: rate, source: cells[6])
  }

  /// A row as `row` reads it.
  static func write(_ gpu: PublishedGPU) -> String {
    "\(gpu.model),\(gpu.device),\(gpu.precision),\(gpu.batch),\(gpu.side),\(gpu.imagesPerSecond),"
      + gpu.source
  }

  private static func isWord(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 100
      && text.utf8.allSatisfy { byte in
        byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "@") && byte != UInt8(ascii: ":")
      }
  }
}
