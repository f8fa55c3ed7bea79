package import Pipeline
package import Toml

/// Why a text names no published GPU.
package enum GPUNameFault: Error, Equatable {
  /// No row has this model; the nearest that one has.
  case unknownModel(String, nearest: String?)
  /// No row has this device for the model; the devices that have it, the nearest first.
  case unknownDevice(String, model: String, devices: [String])
  /// No row has this precision for the model and device; those that there are.
  case unknownPrecision(String, of: String, precisions: [String])
  /// More than one row is meant; their names.
  case ambiguous([String])
  /// The user's table can't be read, or has a row that isn't one.
  case unreadableTable(ConfigurationFault)
}

extension GPUTable {
  /// Whether a text is meant as a GPU's name, and not as a time.
  package static func isName(_ text: String) -> Bool { text.contains("@") }

  /// The row that a name means in the program's table and the user's.
  ///
  /// - Parameter userFile: As `init(userFile:)` has it.
  /// - Throws: `GPUNameFault.unreadableTable` for the user's file, and as `row(named:)` for the name.
  /// - Complexity: O(rows).
  package static func published(
    _ name: String, userFile: String? = defaultUserFile
  ) throws(GPUNameFault) -> PublishedGPU {
    let table: GPUTable
    do { table = try GPUTable(userFile: userFile) } catch { throw .unreadableTable(error) }
    return try table.row(named: name)
  }

  /// The row that `MODEL@DEVICE:PRECISION` names. The precision may be left out where only one is
  /// published, and of the device's name the end.
  ///
  /// - Throws: A `GPUNameFault` other than `unreadableTable`.
  /// - Complexity: O(rows).
  package func row(named text: String) throws(GPUNameFault) -> PublishedGPU {
    let halves = text.lowercased().split(
      separator: "@", maxSplits: 1, omittingEmptySubsequences: false
    ).map(String.init)
    let model = halves.first ?? ""
    let rest = halves.count > 1 ? halves[1] : ""
    let parts = rest.split(separator: ":", maxSplits: 1).map(String.init)
    let ofModel = rows.filter { $0.model.lowercased() == model }
    guard !ofModel.isEmpty else {
      throw .unknownModel(model, nearest: nearest(to: model, among: unique(rows.map(\.model))))
    }
    let device = parts.first ?? ""
    var ofDevice = ofModel.filter { $0.device.lowercased() == device }
    if ofDevice.isEmpty, !device.isEmpty {
      ofDevice = ofModel.filter { $0.device.lowercased().hasPrefix("\(device)-") }
    }
    guard !ofDevice.isEmpty else {
      let devices = unique(ofModel.map(\.device))
      let near = nearest(to: device, among: devices)
      throw .unknownDevice(
        device, model: model,
        devices: (near.map { [$0] } ?? []) + devices.filter { $0 != near })
    }
    guard parts.count > 1 else {
      guard ofDevice.count == 1 else { throw .ambiguous(ofDevice.map(\.name)) }
      return ofDevice[0]
    }
    let found = ofDevice.filter { $0.precision.lowercased() == parts[1] }
    guard let row = found.first else {
      throw .unknownPrecision(
        parts[1], of: "\(model)@\(device)", precisions: unique(ofDevice.map(\.precision)))
    }
    guard found.count == 1 else { throw .ambiguous(found.map(\.name)) }
    return row
  }

  /// Each name once, in the order of the rows.
  private func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}

extension GPUNameFault {
  /// What is wrong, which names there are, and how to add a row.
  package var message: String {
    if case .unreadableTable(let fault) = self { return fault.message }
    let file = GPUTable.defaultUserFile ?? "~/.config/augtop/gpus.csv"
    return sentence + (sentence.hasSuffix("?") ? "" : ".")
      + " `augtop gpus` lists the table; add a row of your own to \(file): \(GPUTable.columns)"
  }

  private var sentence: String {
    switch self {
    case .unknownModel(let model, let nearest):
      "no published throughput of the model '\(model)'"
        + (nearest.map { "; did you mean '\($0)'?" } ?? "")
    case .unknownDevice(let device, let model, let devices):
      "no published throughput of \(model) on '\(device)'; there are: "
        + devices.joined(separator: ", ")
    case .unknownPrecision(let precision, let name, let precisions):
      "no published throughput of \(name) with '\(precision)'; there are: "
        + precisions.joined(separator: ", ")
    case .ambiguous(let names): "which one? There are: \(names.joined(separator: ", "))"
    case .unreadableTable(let fault): fault.message
    }
  }
}
