import ArgumentParser
import Augmentation
import Experiments
import FoundationEssentials
import Glibc
import Pipeline
import Quantities
import ScenarioFiles
import Tracing

/// `augtop calibrate`: measures the stages' costs in the user's Python.
struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Measure what stages cost in the Python of this machine.",
    discussion: """
      Times what Keras 1.1.0 does for a picture, stage by stage, in your Python with your NumPy and \
      SciPy: at two picture sizes, in interleaved rounds, with the share that runs without the \
      interpreter lock. Writes a cost profile for --costs and compares it with keras-1.1.

      Examples:
        augtop calibrate
        augtop calibrate --python venv/bin/python --output mine.json
        augtop calibrate --size 224x224x3 --seconds 60
        augtop run --costs mine.json
        augtop calibrate --loader torch --python venv/bin/python --output loader.json
        augtop simulate --loader torch --costs mine.json --loader-costs loader.json

      --loader torch measures what PyTorch's DataLoader costs besides the pictures, in some 20 seconds, \
      as the profile's loader part, --loader keras3 the same of Keras 3's pool of processes, and \
      --loader tf-data what a new iterator of tf.data takes at each epoch; with --force it \
      replaces that part of a profile that is there.
      """)

  @Option(help: ArgumentHelp("The Python to measure.", valueName: "path"))
  var python = "python3"
  @Option(help: ArgumentHelp("The profile to write; - is standard output.", valueName: "file.json"))
  var output = "my-python.json"
  @Flag(help: "Overwrite a profile that is there.") var force = false
  @Option(
    help: ArgumentHelp(
      "Measure this loader's costs instead: torch, keras3 or tf-data.", valueName: "loader")
  )
  var loader: String?
  @Option(help: ArgumentHelp("Height, width and channels of a picture.", valueName: "hxwxc"))
  var size = "32x32x3"
  @Option(parsing: .unconditional, help: "How long to measure.") var seconds = 20.0
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Give up on a Python that is silent this long.", valueName: "time"))
  var pythonLimit = "2min"

  private static let sides = 8...2048
  private static let channelCounts = 1...4
  private static let lengths = 1.0...3600.0

  func run() throws {
    let shape = try readSize()
    guard Self.lengths.contains(seconds) else {
      throw CommandFault.wrong("--seconds \(seconds): give a number from 1 to 3600")
    }
    guard let timeout = DurationText.parse(pythonLimit), timeout > .zero,
      timeout <= .seconds(86_400)
    else {
      throw CommandFault.wrong(
        "--python-limit \(pythonLimit): write a time with its unit, as 2min, up to a day")
    }
    guard InputFiles(pythonFiles).first(among: [output]) == nil else {
      throw CommandFault.wrong(
        "--output \(output) is the Python itself; name another place to write")
    }
    if let loader {
      guard let owner = LoaderCosts.Owner(rawValue: loader) else {
        throw CommandFault.wrong(
          "--loader \(loader): only torch, keras3 and tf-data have costs of their own to measure")
      }
      return try measureLoader(owner, timeout)
    }
    // Before measuring, which takes long.
    let file = try CalibrationFile(path: output, mayOverwrite: force)
    Interruption.listen()
    var calibration = try measure(shape, timeout)
    calibration.profile.name = file.profileName(python: calibration.python.python)
    calibration.profile.about =
      "What each step of the Keras 1.1.0 random transform costs in this Python, per picture: "
      + "fixed_us + per_kpx_us x (height x width x channels / 3072). lock_free is the share of the "
      + "per_kpx part that runs without the interpreter lock."
    try file.write(
      try CostProfileFile.write(calibration.profile, measuredWith: facts(on: calibration)))
    let table = CalibrationTable(calibration, comparedTo: try CostCatalog.keras()).text
    guard file.isStandardOutput else {
      print(table)
      print("\n" + "written to \(file.path); use it with --costs \(file.reference)".printable)
      return
    }
    printErrorLines(table)
  }

  /// The files that `--python` may lead to: a bare name is looked for on `PATH`.
  private var pythonFiles: [String] {
    guard !python.contains("/") else { return [python] }
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    return path.split(separator: ":").map { "\($0)/\(python)" }
  }

  private func readSize() throws -> PictureShape {
    let sides = size.split(omittingEmptySubsequences: false) { $0 == "x" || $0 == "×" }
      .map { Int($0) }
    guard sides.count == 3, let height = sides[0], let width = sides[1], let channels = sides[2],
      Self.sides.contains(height), Self.sides.contains(width),
      Self.channelCounts.contains(channels)
    else {
      throw CommandFault.wrong(
        "--size \(size): write height, width and channels as 32x32x3: sides from 8 to 2048,"
          + " 1 to 4 channels")
    }
    return PictureShape(height: height, width: width, channels: channels)
  }

  private func measure(
    _ shape: PictureShape, _ timeout: Duration
  ) throws -> Calibration {
    var progress = ProgressLine(total: 1000)
    defer { progress.end() }
    do throws(PythonFault) {
      return try Calibration.measure(
        python: python, shape: shape, seconds: seconds, timeout: timeout,
        keepsGoing: { !Interruption.isAsked }, progress: { progress.show(fraction: $0) })
    } catch {
      guard error != .interrupted else { throw CommandFault.interrupted }
      throw CommandFault.failed(Faults.sentence(error, python: python))
    }
  }

  private func facts(on calibration: Calibration) -> [String: String] {
    let machine = Machine.current()
    let python = calibration.python
    return [
      "python": python.hasLock ? python.python : "\(python.python), free-threaded: without a lock",
      "numpy": python.numpy, "scipy": python.scipy,
      "cpu": machine.processor.isEmpty ? "unknown" : machine.processor,
      "system": "\(machine.system) \(machine.release), \(machine.architecture)",
      "date": Date.now.formatted(.iso8601), "picture": "\(calibration.shape)",
      "how": "augtop \(augtopVersion) calibrate: CPU time of each step in a Python loop, at a small"
        + " picture and this one, median of \(calibration.rounds) interleaved rounds",
    ]
  }
}

extension Faults {
  /// The message for the user.
  ///
  /// - Parameter package: The package that the measurement needs besides Python.
  static func sentence(
    _ fault: PythonFault, python: String, package: String = "NumPy and SciPy"
  ) -> String {
    switch fault {
    case .notStarted(let code):
      "can't run \(python): \(String(cString: strerror(code))); install Python 3, or name one that"
        + " is there with --python PATH"
    case .missing(let packages):
      "\(python) lacks \(packages.joined(separator: " and ")): install with"
        + " `\(python) -m pip install \(packages.joined(separator: " "))` (in a virtual"
        + " environment, say), or name another Python with --python PATH"
    case .ended(let end, let words):
      "\(python) \(sentence(end)) before it was done" + (words.isEmpty ? "" : ": \(words)")
        + "; it takes Python 3.7 or later with \(package) that work\(package.contains(" and ") ? "" : "s")"
    case .unexpected(let line):
      "\(python) printed '\(line.prefix(60))', which isn't part of the measurement; is it Python 3?"
    case .incomplete(let what):
      "\(python) came to its end without \(what): measure again, or name another Python with"
        + " --python PATH"
    case .timedOut(after: let limit):
      "\(python) printed nothing for \(DurationText.write(limit)) and was ended; give it longer"
        + " with --python-limit"
    case .endless(let limit):
      "\(python) measured for \(DurationText.write(limit)) without an end and was ended"
    case .interrupted: "interrupted"
    }
  }

  private static func sentence(_ end: PythonEnd) -> String {
    switch end {
    case .exited(let status): "ended with status \(status)"
    case .killed(let signal): "was killed by signal \(signal)"
    case .hungUp: "closed its output"
    }
  }
}
