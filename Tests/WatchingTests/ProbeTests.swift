import Foundation
import Quantities
import TestSupport
import Testing
import Watching

/// The probe in a job with the real PyTorch, where that is installed.
@Suite(.serialized, .enabled(if: Torch.python != nil, "PyTorch isn't installed"))
struct ProbeTests {
  /// The same seed gives the same losses, bit for bit, with the probe and without it.
  @Test(arguments: [["0"], ["2"], ["2", "spawn"]])
  func theProbeChangesNoResult(arguments: [String]) throws {
    let plain = try Torch.run(arguments)
    let folder = try WatchFolder()
    defer { folder.remove() }
    let watched = try Torch.run(arguments, variables: JobProcess.variables(for: folder))
    #expect(plain == watched)
    #expect(plain.split(separator: " ").count == 42)
    let readers = folder.rings.compactMap { RingReader(path: folder.path + "/" + $0) }
    #expect(readers.count >= (arguments == ["0"] ? 1 : 3))
    let lines = readers.flatMap { $0.lines() }
    #expect(lines.allSatisfy { $0.e != "unhooked" })
    #expect(Set(lines.compactMap(\.name)) == ["load", "Flip", "noise", "Blur"])
    // Both loaders are told apart.
    #expect(Set(lines.filter { $0.e == "loader" }.compactMap(\.id)) == [1, 2])
  }

  /// Stages take what the job's own clock says, within a tenth.
  @Test func aStagesTimeIsTheJobsOwn() throws {
    let folder = try WatchFolder()
    defer { folder.remove() }
    let output = try Torch.run(["0", "clock"], variables: JobProcess.variables(for: folder))
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
    let clocked = try #require(Torch.seconds(of: "Blur", in: own))
    let ratio = Double(blur) * 1e-9 / Double(pictures) / (clocked / Double(all))
    // A machine that others use moves either: a tenth is the article's, a third can't fail by itself.
    #expect((0.67...1.5).contains(ratio), "\(ratio)")
  }
}

/// The Python that has PyTorch.
private enum Torch {
  private static let package = #filePath.components(separatedBy: "/Tests/WatchingTests")[0]

  /// `AUGTOP_TORCH_PYTHON`, or the tests' own environment; nil where neither has PyTorch.
  static let python: String? = [
    ProcessInfo.processInfo.environment["AUGTOP_TORCH_PYTHON"],
    "\(package)/.build-python/bin/python3",
  ].compactMap { $0 }.first { path in
    (try? start(path, ["-c", "import torch, numpy"]))?.status == 0
  }

  static func run(_ arguments: [String], variables: [String: String] = [:]) throws -> String {
    let job = "\(package)/Tests/WatchingTests/Support/own_stages.py"
    let (status, output) = try start(python ?? "", [job] + arguments, variables: variables)
    #expect(status == 0)
    return output
  }

  static func seconds(of name: String, in text: String) -> Double? {
    text.components(separatedBy: "'\(name)': ").dropFirst().first
      .flatMap { Double($0.prefix { "0123456789.e-".contains($0) }) }
  }

  private static func start(
    _ python: String, _ arguments: [String], variables: [String: String] = [:]
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: python)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
