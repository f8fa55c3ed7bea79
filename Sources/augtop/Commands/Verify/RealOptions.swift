import ArgumentParser
import Augmentation
import Experiments
import Glibc
import Pipeline
import Quantities
import ScenarioFiles
import Toml

/// The options of `augtop verify --real`: which loader, and the rows of its table.
struct RealOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Run this real loader: \(RealLoader.names).", valueName: "loader"))
  var real: String?
  @Option(help: ArgumentHelp("The Python whose loader is run (--real).", valueName: "path"))
  var python: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Times to make a batch (--real).", valueName: "time,…"))
  var make: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Times of a training step (--real).", valueName: "time,…"))
  var step: String?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Numbers of workers (--real).", valueName: "n,…"))
  var workers: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Batches ahead, of a worker or of the queue (--real).", valueName: "n,…"))
  var prefetch: String?
  @Option(
    help: ArgumentHelp(
      "How the making is spent: burn, compute, sleep, pictures or, with keras, no-warp (--real).",
      valueName: "work,…"))
  var work: String?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Pictures a batch (--real).", valueName: "n"))
  var batchSize: Int?
  @Option(
    help: ArgumentHelp("Height, width and channels of a picture (--real).", valueName: "hxwxc,…"))
  var size: String?
  @Flag(help: "Workers are processes, where the loader has both (--real).") var processes = false
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Batches of an epoch; boundaries between epochs count, too (--real, not keras).",
      valueName: "n,…"))
  var epochBatches: String?
  @Option(
    help: ArgumentHelp(
      "Whether workers stay from one epoch to the next (--real torch).", valueName: "no,yes"))
  var persistent: String?
  @Option(
    help: ArgumentHelp(
      "The unpacked source of Keras 1.1.0, for --real keras.", valueName: "folder"))
  var keras: String?

  @Option(
    help: ArgumentHelp(
      "What the loader costs, instead of measuring it first (--real torch, keras3 or tf-data).",
      valueName: "file.json"))
  var loaderCosts: String?

  /// The longest make and step: longer ones would have a row take minutes.
  private static let times = Duration.microseconds(10)...Duration.seconds(1)
  private static let sides = 8...2048
  private static let channelCounts = 1...4

  /// The loader; nil without `--real`.
  ///
  /// - Throws: A `CommandFault` of status 2 for an unknown loader, and for options that go with `--real`
  ///   alone.
  func loader() throws -> RealLoader? {
    guard let real else {
      let given = [
        ("python", python), ("make", make), ("step", step), ("workers", workers),
        ("prefetch", prefetch), ("work", work), ("batch-size", batchSize.map { "\($0)" }),
        ("size", size), ("keras", keras), ("processes", processes ? "" : nil),
        ("loader-costs", loaderCosts), ("epoch-batches", epochBatches), ("persistent", persistent),
      ]
      if let (name, value) = given.first(where: { $0.1 != nil }), let value {
        throw CommandFault.wrong(
          "--\(name)\(value.isEmpty ? "" : " \(value)"): goes with --real alone; add --real"
            + " \(RealLoader.names)")
      }
      return nil
    }
    return try choice("real", real, RealLoader.init(rawValue:))
  }

  /// The folder of published source that a loader's script reads, as its arguments.
  ///
  /// - Throws: A `CommandFault` of status 2 where the option is missing, the loader needs none, or the folder
  ///   lacks a file.
  func sources(of loader: RealLoader) throws -> [String] {
    guard !loader.sourceFiles.isEmpty else {
      if let keras {
        throw CommandFault.wrong(
          "--keras \(keras): goes with --real keras; \(loader.rawValue) is a package")
      }
      return []
    }
    guard let keras else {
      throw CommandFault.wrong(
        "--real \(loader.rawValue): add --keras FOLDER, the source of Keras 1.1.0, unpacked from what"
          + " `pip download --no-binary :all: --no-deps keras==1.1.0` brings")
    }
    for file in loader.sourceFiles where access("\(keras)/\(file)", R_OK) != 0 {
      throw CommandFault.wrong(
        "--keras \(keras): \(file) can't be read there; give the folder Keras-1.1.0 of the unpacked source"
      )
    }
    return [keras]
  }

  /// The costs of `--loader-costs`; nil without it.
  ///
  /// - Throws: A `CommandFault` of status 2 for a file that can't be read or isn't a profile with a loader
  ///   part, and for a loader that has no costs of its own.
  func readLoaderCosts(
    of owner: LoaderCosts.Owner?, _ loader: RealLoader
  ) throws -> LoaderCosts? {
    guard let loaderCosts else { return nil }
    guard let owner else {
      throw CommandFault.wrong(
        "--loader-costs \(loaderCosts): goes with --real torch, keras3's processes and tf-data's epochs alone"
      )
    }
    let costs: LoaderCosts
    do {
      costs = try LoaderCostsFile.read(path: loaderCosts)
    } catch {
      throw CommandFault.wrong(error.message)
    }
    guard costs.owners.contains(owner) else {
      throw CommandFault.wrong(
        "--loader-costs \(loaderCosts): has no costs of \(owner.rawValue); measure them by augtop calibrate"
          + " --loader \(owner.rawValue)")
    }
    return costs
  }

  /// The rows: every combination of what is given, and the loader's own table where nothing is.
  ///
  /// - Throws: A `CommandFault` of status 2 for a value that is none or out of bounds.
  func rows(of loader: RealLoader) throws -> [RealRow] {
    if processes, !loader.hasBothKinds {
      throw CommandFault.wrong(
        "--processes: \(loader.rawValue) has no choice of threads or processes")
    }
    let pictures = batchSize ?? 32
    guard (1...4096).contains(pictures) else {
      throw CommandFault.wrong("--batch-size \(pictures): give a whole number from 1 to 4096")
    }
    let shapes = try list("size", size ?? "32x32x3", Self.shape)
    let lengths = try epochs(of: loader)
    var rows = try axes(of: loader).flatMap { row in
      lengths.map { length in
        var row = row
        (row.epoch, row.keepsWorkers) = length
        return row
      }
    }
    rows = rows.flatMap { row in
      shapes.map { shape in
        var row = row
        row.shape = shape
        row.pictures = pictures
        row.usesProcesses = row.usesProcesses || processes
        return row
      }
    }
    return rows
  }

  /// The lengths of epochs, and whether workers stay from one to the next.
  private func epochs(of loader: RealLoader) throws -> [(batches: Int?, keepsWorkers: Bool)] {
    guard let epochBatches else {
      guard let persistent else { return [(nil, false)] }
      throw CommandFault.wrong("--persistent \(persistent): goes with --epoch-batches")
    }
    guard loader != .keras else {
      throw CommandFault.wrong("--epoch-batches \(epochBatches): Keras 1.1.0 has no boundary")
    }
    if let persistent, loader != .torch {
      throw CommandFault.wrong("--persistent \(persistent): goes with --real torch alone")
    }
    let lengths = try list("epoch-batches", epochBatches, Self.count(2...10_000))
    let kept = try list("persistent", persistent ?? "no", wanted: "no, yes or no,yes") {
      ["no": false, "yes": true][$0]
    }
    return lengths.flatMap { length in kept.map { (length, $0) } }
  }

  private func axes(of loader: RealLoader) throws -> [RealRow] {
    guard make != nil || step != nil || workers != nil || prefetch != nil || work != nil else {
      return loader.standardRows
    }
    let kinds = RealRow.Work.allCases.filter { $0 != .noWarp || loader == .keras }
    let names = kinds.map(\.rawValue).joined(separator: ", ")
    let works = try list("work", work ?? "burn", wanted: "some of \(names)") { name in
      kinds.first { $0.rawValue == name }
    }
    let makes = try list("make", make ?? "8ms,16ms", Self.time)
    let steps = try list("step", step ?? "4ms", Self.time)
    let counts = try list("workers", workers ?? "1,2", Self.count(loader.workerCounts))
    let aheads = try list("prefetch", prefetch ?? "2", Self.count(1...1000))
    var rows: [RealRow] = []
    for work in works {
      // The time of real pictures is what it is.
      for make in work.isReal ? [Duration.milliseconds(1)] : makes {
        for step in steps {
          for count in counts {
            for ahead in aheads {
              var row = RealRow(make: make, step: step, workers: count, ahead: ahead)
              row.work = work
              rows.append(row)
            }
          }
        }
      }
    }
    return rows
  }

  private func list<Value>(
    _ option: String, _ text: String, _ read: (String) -> (value: Value?, wanted: String)
  ) throws -> [Value] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
      let (value, wanted) = read(String(word))
      guard let value else { throw CommandFault.wrong("--\(option) \(word): give \(wanted)") }
      return value
    }
  }

  private func list<Value>(
    _ option: String, _ text: String, wanted: String, _ read: (String) -> Value?
  ) throws -> [Value] {
    try list(option, text) { (read($0), wanted) }
  }

  private static func time(_ text: String) -> (value: Duration?, wanted: String) {
    let time = DurationText.parse(text).flatMap { times.contains($0) ? $0 : nil }
    return (time, "a time from 10us to 1s")
  }

  private static func count(_ range: ClosedRange<Int>) -> (String) -> (Int?, String) {
    { text in
      let count = Int(text).flatMap { range.contains($0) ? $0 : nil }
      return (count, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  private static func shape(_ text: String) -> (value: PictureShape?, wanted: String) {
    let sides = text.split(omittingEmptySubsequences: false) { $0 == "x" || $0 == "×" }
      .map { Int($0) }
    guard sides.count == 3, let height = sides[0], let width = sides[1], let channels = sides[2],
      Self.sides.contains(height), Self.sides.contains(width), channelCounts.contains(channels)
    else {
      return (
        nil, "height, width and channels as 32x32x3: sides from 8 to 2048, 1 to 4 channels"
      )
    }
    return (PictureShape(height: height, width: width, channels: channels), "")
  }
}
