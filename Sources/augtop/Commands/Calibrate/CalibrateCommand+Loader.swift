import Experiments
import FoundationEssentials
import Glibc
import Pipeline
import Quantities
import ScenarioFiles
import Toml
import Tracing

/// `augtop calibrate --loader`: measures what the user's DataLoader, Keras 3's pool or tf.data costs.
extension CalibrateCommand {
  /// Measures and writes the profile's loader part.
  ///
  /// - Throws: `CommandFault` where the file can't be read or written, or Python fails.
  func measureLoader(_ owner: LoaderCosts.Owner, _ timeout: Duration) throws {
    // A profile that is there keeps its other parts.
    var profile = CostProfile(name: "", stages: [:])
    if force, output != "-", access(output, F_OK) == 0 {
      do {
        profile = try CostProfileFile.read(path: output)
      } catch {
        throw CommandFault.wrong(error.message)
      }
    }
    let file = try CalibrationFile(path: output, mayOverwrite: force)
    Interruption.listen()
    let calibration = try measureLoaderCosts(
      of: owner, python: python, timeout: timeout)
    var costs = profile.loader ?? LoaderCosts()
    costs.take(calibration.costs, of: owner)
    profile.loader = costs
    let versions = calibration.versions
    let version = versions.first?.version ?? ""
    if profile.name.isEmpty {
      profile.name =
        file.isStandardOutput ? "\(owner.rawValue)-\(version)" : file.profileName(python: version)
      profile.about =
        "What \(owner.title) costs besides the pictures, a batch; for --loader-costs."
    }
    let machine = Machine.current()
    var facts = Dictionary(uniqueKeysWithValues: versions.map { ($0.name, $0.version) })
    facts["cpu"] = machine.processor.isEmpty ? "unknown" : machine.processor
    facts["system"] = "\(machine.system) \(machine.release), \(machine.architecture)"
    facts["date"] = Date.now.formatted(.iso8601)
    facts["how"] = "augtop \(augtopVersion) calibrate --loader \(owner.rawValue)"
    try file.write(try CostProfileFile.write(profile, measuredWith: facts))
    let table = Self.table(calibration, of: owner)
    guard file.isStandardOutput else {
      print(table)
      print(
        "\n" + "written to \(file.path); use it with --loader-costs \(file.reference)".printable)
      return
    }
    printErrorLines(table)
  }

  private static func table(
    _ calibration: LoaderCalibration, of owner: LoaderCosts.Owner
  ) -> String {
    var table = TextTable([.left("part", 20), .right("µs", 10)])
    for part in owner.parts where calibration.costs[part] > .zero {
      let name = part.rawValue.replacing("_us", with: "").replacing("_", with: " ")
      table.add([name, NumberText.short(calibration.costs[part].seconds * 1e6)])
    }
    let versions = calibration.versions.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
    return
      (["\(versions); microseconds a batch\(owner == .torch ? ", CPU time" : "")", ""]
      + table.lines).printableText
  }
}

/// Measures what a loader of a Python costs, with a progress bar.
///
/// - Throws: `CommandFault` where Python fails or is interrupted.
func measureLoaderCosts(
  of owner: LoaderCosts.Owner, python: String, timeout: Duration
) throws -> LoaderCalibration {
  if owner == .torch {
    try requireSharedMemory(
      LoaderCalibration.sharedMemory,
      or: "measure where it has more, and use --loader-costs FILE here")
  }
  var progress = ProgressLine(total: 1000)
  defer { progress.end() }
  do throws(PythonFault) {
    return try LoaderCalibration.measure(
      owner, python: python, timeout: timeout, keepsGoing: { !Interruption.isAsked },
      progress: { progress.show(fraction: $0) })
  } catch {
    guard error != .interrupted else { throw CommandFault.interrupted }
    throw CommandFault.failed(
      Faults.sentence(error, python: python, package: owner.package))
  }
}
