import Glibc
package import Pipeline
import Quantities

/// What a library's loader costs in the user's Python, as its script measured it.
package struct LoaderCalibration: Sendable {
  /// The versions of the packages and Python.
  package let versions: [PackageVersion]
  /// The costs.
  package let costs: LoaderCosts

  /// Bytes of the script's largest batches that are in shared memory at a time: 8 pictures of 224×224 float32,
  /// two ahead, one in the making and two in training.
  package static let sharedMemory = 8 * 224 * 224 * 3 * 4 * 5

  /// A sleep whose end is later than this above the usual has met a taken core, in microseconds.
  private static let slow = 400.0
  /// The sleep that the script tries, in microseconds.
  private static let sleep = 5_000.0

  /// Measures for some 20 seconds.
  ///
  /// - Parameters:
  ///   - python: A path, or a name that is looked for on `PATH`.
  ///   - arguments: Of the script: for tests, fewer batches and rounds.
  ///   - timeout: The longest time to wait for a line.
  ///   - keepsGoing: Called repeatedly while waiting; false ends the measurement.
  ///   - progress: Called with the part that is done, 0...1.
  /// - Throws: `PythonFault.missing` where packages are missing, `.unexpected` for an unexpected line,
  ///   `.incomplete` where a part is missing at the end; else what `PythonScript` throws.
  package static func measure(
    _ owner: LoaderCosts.Owner, python: String, arguments: [String] = [], timeout: Duration,
    keepsGoing: () -> Bool,
    progress: (Double) -> Void
  ) throws(PythonFault) -> LoaderCalibration {
    let text = String(decoding: owner.script, as: UTF8.self)
    let script = try PythonScript(python: python, script: text, arguments: arguments)
    var missing: [String] = []
    var versions: [PackageVersion] = []
    var readings: [String: [Double]] = [:]
    while true {
      let line: String
      do {
        line = try script.line(within: timeout, keepsGoing: keepsGoing)
      } catch {
        guard missing.isEmpty || error == .interrupted else { throw .missing(packages: missing) }
        throw error
      }
      let words = line.split(separator: " ").map(String.init)
      switch (words.first, words.count) {
      case ("missing", 3): missing.append(words[2])
      case ("ready", 2...): versions = words.dropFirst().compactMap(PackageVersion.init)
      case ("progress", 2):
        guard let fraction = Double(words[1]) else { throw .unexpected(line) }
        progress(fraction)
      case ("part", 3):
        guard let value = Double(words[2]), value >= 0, value <= 60e6 else {
          throw .unexpected(line)
        }
        readings[words[1], default: []].append(value)
      case ("done", 1):
        return LoaderCalibration(versions: versions, costs: try costs(readings, of: owner))
      default: throw .unexpected(line)
      }
    }
  }

  /// Medians of the readings, and what follows from them.
  ///
  /// - Throws: `PythonFault.incomplete` where a part has no reading.
  static func costs(
    _ readings: [String: [Double]], of owner: LoaderCosts.Owner = .torch
  ) throws(PythonFault) -> LoaderCosts {
    func reading(_ name: String) throws(PythonFault) -> Double {
      guard let value = median(readings[name] ?? []) else { throw .incomplete("its \(name)") }
      return value
    }
    func time(_ microseconds: Double) -> Duration {
      .seconds(rounding: max(0, microseconds) * 1e-6)
    }
    var costs = LoaderCosts()
    guard owner == .torch else {
      for part in owner.parts { costs[part] = time(try reading(part.rawValue)) }
      return costs
    }
    let direct: [LoaderCosts.Part] = [
      .get, .item, .collate, .collatePerMegabyte, .put, .pickle, .write, .receive, .serve,
      .map, .putIndex, .pinPerMegabyte, .feedIndex, .loop, .unmapPerMegabyte, .stepLate, .waitLate,
      .start, .boot, .drain, .resume,
    ]
    for part in direct { costs[part] = time(try reading(part.rawValue)) }
    // A descriptor's way is four messages.
    costs[.hop] = time(try reading("detach_us") / Double(LoaderCosts.hops))
    // Of the feeder thread, which the worker's main thread wakes.
    let wake = try reading("wake_us")
    costs[.wakeLeast] = time(wake * 0.6)
    costs[.wakeMost] = time(wake * 1.4)
    let quiet = try reading("quiet")
    let taken = readings["taken"] ?? []
    let crowded = readings["crowded"] ?? []
    let slow = (taken + crowded).map { $0 - quiet }.filter { $0 > Self.slow }.sorted()
    guard !slow.isEmpty else { return costs }
    costs[.coreWait] = time(slow[slow.count * 9 / 10])
    costs[.takenAfter] = time(after(taken, quiet, costs[.coreWait]))
    costs[.crowdedAfter] = time(after(crowded, quiet, costs[.coreWait]))
    // What worked before it slept is later than what didn't, in the mean.
    costs[.crowdedWork] = time(mean(readings["owing"] ?? []) - mean(crowded))
    return costs
  }

  private static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  /// The sleep after which a core is taken with a probability of 1 − 1/e, by the mean lateness of equal
  /// sleeps.
  private static func after(_ late: [Double], _ quiet: Double, _ longest: Duration) -> Double {
    guard !late.isEmpty else { return 0 }
    let mean = late.reduce(0) { $0 + max(0, $1 - quiet) } / Double(late.count)
    // A wait takes three quarters of the longest on average.
    let share = min(0.95, mean / (0.75 * longest.seconds * 1e6))
    guard share > 0.005 else { return 0 }
    return -sleep / Glibc.log(1 - share)
  }
}

extension LoaderCosts.Owner {
  /// Its parts.
  package var parts: [LoaderCosts.Part] {
    LoaderCosts.Part.allCases.filter { $0.owner == self }
  }

  /// Its name for people.
  package var title: String {
    switch self {
    case .torch: "PyTorch's DataLoader"
    case .keras3: "Keras 3's pool of processes"
    case .tfData: "tf.data"
    }
  }

  /// The package that brings it, for people.
  package var package: String {
    switch self {
    case .torch: "PyTorch"
    case .keras3: "keras"
    case .tfData: "tensorflow"
    }
  }

  /// The measuring script.
  fileprivate var script: [UInt8] {
    switch self {
    case .torch: PackageResources.loader_py
    case .keras3: PackageResources.loader_pool_py
    case .tfData: PackageResources.loader_tf_data_py
    }
  }
}
