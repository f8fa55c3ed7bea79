import Foundation
import TerminalHarness
import Testing

/// The output of `augtop run`, and its effect on the session that the options describe.
@Suite(.serialized) struct ReportTests {
  private func report(_ arguments: String...) throws -> [String: Any] {
    let command = try Command(["run", "--json"] + arguments)
    #expect(command.status == 0, "\(command.complaints)")
    return try json(command.output)
  }

  private func json(_ text: String) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
    return try #require(value as? [String: Any])
  }

  private func written(_ value: Any) throws -> String {
    String(decoding: try JSONSerialization.data(withJSONObject: [value]), as: UTF8.self)
  }

  @Test func jsonHasEveryKey() throws {
    let report = try report("--duration", "1500ms", "--off", "zoom")
    let expected: [(String, [String])] = [
      ("epoch", ["seconds", "low", "high"]), ("throughput", ["images_per_s", "batches_per_s"]),
      ("gpu", ["busy_fraction", "starved_fraction", "host_fraction"]),
      ("queue", ["capacity", "mean_depth", "p50_depth", "max_depth"]),
      ("verdict", ["kind", "because", "next"]),
      ("self", ["cpu_fraction", "dropped_events", "ns_per_event"]),
    ]
    #expect(report["schema"] as? String == "augtop-report/1")
    for (name, keys) in expected {
      let part = try #require(report[name] as? [String: Any], "\(name)")
      for key in keys { #expect(part[key] != nil, "\(name).\(key)") }
    }
    for key in ["wall_s", "batches", "images"] {
      #expect((report[key] as? Double ?? 0) > 0, "\(key)")
    }
    let stages = try #require(report["stages"] as? [[String: Any]])
    let ids = [
      "load", "rotation", "height-shift", "width-shift", "shear", "zoom", "compose", "warp",
      "channel-shift", "horizontal-flip", "vertical-flip", "lens", "standardize", "collate",
    ]
    #expect(stages.map { $0["id"] as? String } == ids)
    for stage in stages {
      #expect(stage["enabled"] as? Bool == (stage["id"] as? String != "zoom"))
      for key in [
        "cpu_us_per_image", "wall_us_per_image", "waiting_us_per_image", "epoch_delta_s",
        "epoch_delta_low_s",
        "epoch_delta_high_s",
      ] {
        // Null where nothing is known, but there.
        #expect(stage[key] != nil, "\(key)")
      }
      // Predicted for what has a switch.
      let isFixed = ["load", "collate"].contains(stage["id"] as? String)
      #expect(stage["epoch_delta_s"] is NSNull == isFixed, "\(stage)")
    }
    let gpu = try #require(report["gpu"] as? [String: Double])
    let sum = ["busy_fraction", "host_fraction", "starved_fraction"].reduce(0) { $0 + gpu[$1]! }
    #expect(abs(sum - 1) < 1e-9, "\(gpu)")
    let scenario = try #require(report["scenario"] as? [String: Any])
    #expect(scenario["stages.off"] as? [String] == ["zoom"])
    #expect(scenario["samples-per-epoch"] as? Int == 50_000)
    let batches = try #require(report["batches"] as? Int)
    #expect(report["images"] as? Int ?? 0 <= batches * 32)
  }

  @Test func everyOptionReachesTheScenario() throws {
    let report = try report(
      "--duration", "200ms", "--preset", "keras-cifar10", "--batch-size", "16",
      "--samples-per-epoch", "320", "--seed", "7", "--loader", "blocking", "--workers", "2",
      "--queue", "5", "--gpu", "1ms±0.1ms", "--gpu-host", "0.3ms", "--gpu-transfer", "40us",
      "--costs", "native", "--cores", "2", "--only", "warp,horizontal-flip", "--rotation-range",
      "15", "--width-shift-range", "0.2", "--height-shift-range", "0.3", "--shear-range", "0.4",
      "--zoom-range", "0.9,1.1", "--channel-shift-range", "5", "--fill-mode", "wrap", "--cval",
      "-3", "--no-horizontal-flip", "--vertical-flip", "--rescale", "0.5")
    let scenario = try #require(report["scenario"] as? [String: Any])
    let expected: [String: Any] = [
      "name": "keras-cifar10", "dataset": "synthetic", "batch-size": 16, "samples-per-epoch": 320,
      "seed": 7, "loader": "blocking", "workers": 2, "queue": 5, "gpu.compute": "1ms±100us",
      "gpu.host": "300us", "gpu.transfer": "40us", "costs": "native", "cores": 2,
      "augmentation.rotation-range": 15, "augmentation.width-shift-range": 0.2,
      "augmentation.height-shift-range": 0.3, "augmentation.shear-range": 0.4,
      "augmentation.zoom-range": [0.9, 1.1], "augmentation.channel-shift-range": 5,
      "augmentation.fill-mode": "wrap", "augmentation.cval": -3,
      "augmentation.horizontal-flip": false, "augmentation.vertical-flip": true,
      "augmentation.rescale": 0.5,
      "stages.off": [
        "rotation", "height-shift", "width-shift", "shear", "zoom", "compose", "channel-shift",
        "vertical-flip", "lens", "standardize",
      ],
    ]
    for (key, value) in expected {
      #expect(try written(scenario[key] as Any) == written(value), "\(key)")
    }
    let stages = try #require(report["stages"] as? [[String: Any]])
    let on = stages.filter { $0["enabled"] as? Bool == true }.compactMap { $0["id"] as? String }
    #expect(on == ["load", "warp", "horizontal-flip", "collate"])
  }

  @Test(arguments: ["fast-gpu", "keras-cifar10", "paradox", "native"])
  func scenariosGoRound(preset: String) throws {
    let folder = try ScratchFolder()
    let printed = try Command("run", "--preset", preset, "--print-scenario")
    #expect(printed.status == 0)
    #expect(printed.output.contains("name = \"\(preset)\""))
    try folder.write("mine.toml", text: printed.output)
    let again = try Command("run", "--scenario", "mine.toml", "--print-scenario", in: folder)
    #expect(again.output == printed.output)
    #expect(again.status == 0, "\(again.complaints)")
  }

  @Test func changedScenariosGoRound() throws {
    let folder = try ScratchFolder()
    let options = [
      "run", "--off", "warp,zoom", "--gpu", "2ms±0.25ms", "--zoom-range", "0.8", "--seed", "9",
      "--dataset", "npy:some \"odd\" path.npy", "--cores", "3", "--no-gil", "--print-scenario",
    ]
    let printed = try Command(options)
    try folder.write("mine.toml", text: printed.output)
    let again = try Command("run", "--scenario", "mine.toml", "--print-scenario", in: folder)
    #expect(again.output == printed.output)
    #expect(again.status == 0, "\(again.complaints)")
    #expect(printed.output.contains("gil = false"))
  }

  @Test func epochsBoundARun() throws {
    let report = try report(
      "--preset", "native", "--epochs", "2", "--samples-per-epoch", "320", "--gpu", "100us")
    #expect(report["batches"] as? Int ?? 0 >= 20)
  }

  @Test func interruptedRunsReport() throws {
    let folder = try ScratchFolder()
    let path = ExecutableFolder.path(of: "augtop")
    let shell = try TerminalProgram(
      "/bin/sh",
      [
        "-c",
        "cd '\(folder.path)' && exec \(path) run --json --duration 60s --trace a.pftrace > report.json",
      ])
    // Its header comes before the session, its batches some ticks later.
    var written = stat()
    for _ in 0..<400 where stat(folder.path("a.pftrace"), &written) != 0 || written.st_size < 20_000
    {
      usleep(50_000)
    }
    shell.send(.interrupt)
    #expect(shell.waitForEnd() == .exited(130))
    let report = try json(String(contentsOfFile: folder.path("report.json"), encoding: .utf8))
    #expect(report["batches"] as? Int ?? 0 > 0)
    #expect(report["wall_s"] as? Double ?? 60 < 60)
  }

  @Test func recordedRunsCanBeRead() throws {
    let folder = try ScratchFolder()
    let command = try Command(
      "run", "--duration", "700ms", "--trace", "session.pftrace", "--json", in: folder)
    #expect(command.status == 0)
    let batches = try #require(try json(command.output)["batches"] as? Int)
    let recorded = try Recorded(folder.path("session.pftrace"))
    #expect(recorded.leftOver == 0 && recorded.damaged == 0)
    #expect(recorded.names["step"] == batches)
    #expect(recorded.names["batch", default: 0] >= batches)
    #expect(recorded.attributes["scenario.costs"] == "\"keras-1.1\"")
  }

  @Test func peopleGetText() throws {
    let command = try Command("run", "--duration", "200ms", "--off", "warp")
    #expect(command.status == 0)
    for piece in ["fast-gpu: synthetic 50000×32×32×3", "epoch ", "gpu ", "queue ", "next: "] {
      #expect(command.output.contains(piece), "\(piece)")
    }
  }
}
