import Foundation
import Quantities
import TestSupport
import Testing
import Watching

/// The probe without a framework.
@Suite struct ProbePlacesTests {
  /// While a transform is bypassed, the others run as if there were no probe, but in measured batches.
  @Test func onlyWhatIsBypassedIsWrapped() throws {
    let folder = try WatchFolder()
    defer { folder.remove() }
    let job = "\(FrameworkPython.package)/Tests/WatchingTests/Support/bypassed.py"
    let (status, output) = try FrameworkPython.start(
      "/usr/bin/env", ["python3", job], variables: JobProcess.variables(for: folder))
    #expect(status == 0)
    // The first value under each switch is that of the run that tells whether it can be bypassed.
    #expect(
      output.split(separator: "\n") == [
        "measured Flip Blur noise 111", "not Blur 111", "measured Flip Blur noise 101",
        "not noise 111",
        "measured Flip Blur noise 11", "not 111",
      ])
  }

  /// A process whose clock is set apart, as a container's, writes augtop's times.
  @Test(.enabled(if: access("/proc/self/timens_offsets", R_OK) == 0, "the kernel has one clock"))
  func theClockIsAugtops() throws {
    let folder = try WatchFolder()
    defer { folder.remove() }
    let path = folder.path + "/clock"
    let own = try #require(Int64(String(contentsOfFile: path, encoding: .utf8).dropLast()))
    for ahead in [0, 5] as [Int64] {
      try Data("\(own + ahead * 1_000_000_000)\n".utf8).write(to: URL(filePath: path))
      let (status, output) = try FrameworkPython.start(
        "/usr/bin/env",
        [
          "python3", "-c",
          "import time; t = time.monotonic_ns(); from augtop_probe import ring; print((ring.mono() - t) // 10 ** 9)",
        ], variables: JobProcess.variables(for: folder))
      #expect(status == 0)
      #expect(output == "\(ahead)\n")
    }
  }
}

/// The probe in a job with the real PyTorch, where that is installed.
@Suite(.serialized, .enabled(if: FrameworkPython.torch != nil, "PyTorch isn't installed"))
struct ProbeTests {
  /// The same seed gives the same losses, bit for bit, with the probe and without it.
  @Test(arguments: [["0"], ["2"], ["2", "spawn"]])
  func theProbeChangesNoResult(arguments: [String]) throws {
    let plain = try FrameworkPython.run("own_stages.py", arguments)
    let folder = try WatchFolder()
    defer { folder.remove() }
    let watched = try FrameworkPython.run(
      "own_stages.py", arguments, variables: JobProcess.variables(for: folder))
    #expect(plain == watched)
    #expect(plain.split(separator: " ").count == 42)
    let readers = folder.rings.compactMap { RingReader(path: folder.path + "/" + $0) }
    #expect(readers.count >= (arguments == ["0"] ? 1 : 3))
    let lines = readers.flatMap { $0.lines() }
    #expect(lines.allSatisfy { $0.e != "unhooked" })
    #expect(Set(lines.compactMap(\.name)) == ["load", "Flip", "noise", "Blur", "Scale"])
    // Both loaders are told apart.
    #expect(Set(lines.filter { $0.e == "loader" }.compactMap(\.id)) == [1, 2])
  }

  /// Stages take what the job's own clock says, within a tenth.
  @Test func aStagesTimeIsTheJobsOwn() throws {
    let folder = try WatchFolder()
    defer { folder.remove() }
    let output = try FrameworkPython.run(
      "own_stages.py", ["0", "clock"], variables: JobProcess.variables(for: folder))
    let own = try #require(output.split(separator: "\n").last.map(String.init))
    #expect(own.contains("'Blur'"))
    let reader = try #require(
      folder.rings.first.flatMap { RingReader(path: folder.path + "/" + $0) })
    let names = Dictionary(
      reader.lines().filter { $0.e == "stage" }.map { ($0.id ?? -1, $0.name ?? "") }
    ) { first, _ in first }
    let records = reader.records()
    let blur = records.reduce(into: Int64(0)) { sum, record in
      guard case .stages(_, _, let times) = record else { return }
      sum += times.filter { names[$0.stage] == "Blur" }.reduce(0) { $0 + $1.time.count }
    }
    let pictures = records.reduce(0) { sum, record in
      guard case .made(let made) = record, made.isMeasured else { return sum }
      return sum + made.pictures
    }
    let all = records.reduce(0) { sum, record in
      guard case .made(let made) = record else { return sum }
      return sum + made.pictures
    }
    let clocked = try #require(Self.seconds(of: "Blur", in: own))
    let ratio = Double(blur) * 1e-9 / Double(pictures) / (clocked / Double(all))
    // A machine that others use moves either: a tenth is the article's, a third can't fail by itself.
    #expect((0.67...1.5).contains(ratio), "\(ratio)")
  }

  private static func seconds(of name: String, in text: String) -> Double? {
    text.components(separatedBy: "'\(name)': ").dropFirst().first
      .flatMap { Double($0.prefix { "0123456789.e-".contains($0) }) }
  }

  /// A loader that the script makes anew in each epoch is one loader, and a comprehension's calls are seen.
  @Test func aLoaderThatIsMadeAnewIsOne() throws {
    let (lines, records) = try FrameworkPython.watch("loader_anew.py")
    // It says nothing new in later epochs.
    #expect(lines.filter { $0.e == "loader" }.map(\.id) == [1])
    let epochs = records.compactMap { record -> Int? in
      if case .epochEnded(loader: 1, let epoch, _, _, _) = record { epoch } else { nil }
    }
    #expect(epochs == [1, 2, 3])
    #expect(lines.compactMap(\.name) == ["blur"])
    let parts = records.compactMap { if case .parts(let parts) = $0 { parts } else { nil } }
    #expect(parts.allSatisfy { $0.forward != nil && $0.backward != nil && $0.optimizerEnd != nil })
    #expect(parts.count >= 3)
  }

  /// What --verify asks for is what the loader has; nothing is pinned where there is no device.
  @Test func theLoadersArgumentsAreTheWishes() throws {
    for (wish, isPersistent) in [
      ("{}", false), (#"{"workers":1,"persistent":true,"pin":true}"#, true),
    ] {
      let (lines, _) = try FrameworkPython.watch(
        "loader_anew.py", variables: ["AUGTOP_LOADER": wish])
      let loader = try #require(lines.first { $0.e == "loader" })
      #expect(loader.persistent == isPersistent && loader.pin == false && loader.device == false)
    }
  }

  /// A dataset that makes batches itself tells how many pictures are in one; a worker that dies is told in PyTorch's
  /// words.
  @Test func batchesOfTheDatasetsOwnAndADeathAreSeen() throws {
    let (lines, records) = try FrameworkPython.watch("dying_worker.py")
    #expect(lines.allSatisfy { $0.e != "unhooked" })
    #expect(lines.compactMap(\.shape) == [[3, 8, 8]])
    let pictures = records.compactMap {
      if case .made(let made) = $0 { made.pictures } else { nil }
    }
    #expect(pictures.count >= 4 && pictures.allSatisfy { $0 == 4 })
    let failures = Set(lines.filter { $0.e == "failed" }.compactMap(\.why))
    #expect(failures.count == 1 && failures.first?.contains("worker") == true, "\(failures)")
  }

  @Test(.enabled(if: FrameworkPython.albumentations != nil, "albumentations isn't installed"))
  func membersOfAnAlbumentationsComposeAreStages() throws {
    let (lines, records) = try FrameworkPython.watch("albumentations_job.py")
    #expect(lines.allSatisfy { $0.e != "unhooked" })
    #expect(Set(lines.compactMap(\.name)) == ["HorizontalFlip", "Affine", "Normalize"])
    let workers = records.compactMap { if case .made(let made) = $0 { made.worker } else { nil } }
    #expect(workers.count == 20 && Set(workers) == [0, 1])
  }

  @Test(.enabled(if: FrameworkPython.keras != nil, "Keras isn't installed"))
  func aPyDatasetsBatchesAndStepsAreSeen() throws {
    let (lines, records) = try FrameworkPython.watch("keras_job.py")
    #expect(lines.allSatisfy { $0.e != "unhooked" })
    #expect(lines.filter { $0.e == "loader" }.map(\.kind) == ["keras3"])
    #expect(lines.compactMap(\.name) == ["blur"])
    #expect(lines.compactMap(\.shape) == [[8, 8, 3]])
    let taken = records.filter { if case .taken = $0 { true } else { false } }
    // fit takes one more to build the model's layers with.
    #expect((40...41).contains(taken.count))
  }

  /// What a pool's processes make is in rings of their own, under the numbers with which fit takes it.
  @Test(
    .enabled(if: FrameworkPython.keras != nil, "Keras isn't installed"),
    arguments: [
      "threads", "processes",
    ])
  func aPyDatasetsBatchesAreNumberedAsTheyAreTaken(pool: String) throws {
    let (lines, records) = try FrameworkPython.watch("keras_job.py", [pool])
    #expect(lines.allSatisfy { $0.e != "unhooked" })
    let isOfProcesses = pool == "processes"
    #expect(lines.filter { $0.e == "workers" }.allSatisfy { $0.pids?.count == 2 })
    #expect(lines.contains { $0.e == "workers" } == isOfProcesses)
    var made: [Int: RingRecord.Made] = [:]
    for case .made(let record) in records {
      #expect(made.updateValue(record, forKey: record.batch) == nil)
      #expect((record.loader == 0) == isOfProcesses)
    }
    // Each epoch has a new pool, whose workers are the same two to the reader.
    #expect(Set(made.values.map(\.worker)) == [0, 1])
    for case .taken(let record) in records {
      let batch = try #require(made[record.batch])
      #expect(batch.end <= record.at)
      #expect(batch.resume == record.epoch)
    }
  }
}
