import Foundation
import Testing

/// Epochs that nobody would plan so, against arithmetic: a step takes 10.2 ms, and a hundred are an epoch.
@Suite struct UnusualEpochTests {
  private struct Report: Decodable {
    struct Epoch: Decodable {
      struct Phase: Decodable {
        var phase: String
        var seconds: Double
      }
      var seconds: Double
      var phases: [Phase]
      var firstEpochExtraS: Double
    }
    struct Verdict: Decodable {
      var kind: String
    }
    var epoch: Epoch
    var verdict: Verdict
  }

  private func report(_ arguments: String) throws -> Report {
    let session =
      "simulate --json --loader blocking --off warp --gpu 10ms --samples-per-epoch 3200 \(arguments)"
    let command = try Command(session.split(separator: " ").map(String.init))
    #expect(command.status == 0, "\(command.complaints)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Report.self, from: Data(command.output.utf8))
  }

  private static let training = 1.02

  /// Pauses, the epoch in seconds, and what the first takes longer.
  @Test(arguments: [
    // A validation fifteen times as long as the training.
    ("--validation 100000,step=5ms --epochs 2", training + 15.625, 0.0),
    // A checkpoint after every step, twice as long as the step.
    ("--checkpoint every=1steps,takes=20ms --epochs 3", training + 2, 0),
    // A validation of a picture, and checkpoints that never come.
    ("--validation 1 --checkpoint every=1000000,takes=1s --epochs 2", training + 0.01 + 1e-4, 0),
    // A first step and a validation of minutes, for a second of training.
    (
      "--first-step 5min --validation 10,step=5min,every=2 --epochs 3", training + 150, 299.9898
    ),
  ])
  func timesAddUp(arguments: String, epoch: Double, first: Double) throws {
    let report = try report(arguments)
    #expect(abs(report.epoch.seconds / epoch - 1) < 0.01, "\(report.epoch), calculated \(epoch) s")
    #expect(abs(report.epoch.firstEpochExtraS - first) < 1e-3)
    #expect(report.verdict.kind == "gpu-bound")
  }

  @Test func phasesWithoutLengthAreNone() throws {
    let report = try report(
      "--validation 100,step=0ms --checkpoint every=1steps,takes=0ms --first-step 0ms"
        + " --worker-start 0ms --epochs 2")
    #expect(abs(report.epoch.seconds / Self.training - 1) < 0.01)
    #expect(report.epoch.phases.isEmpty && report.epoch.firstEpochExtraS == 0)
  }

  /// More GPUs than the workers can feed are an answer: the input is the limit.
  @Test func moreGPUsThanTheCoresCanFeed() throws {
    let report = try report("--gpus 64 --gpu 20ms --cores 1 --no-gil --duration 20s")
    // One worker makes a batch in 0.86 ms, and shares its core with the step's host work.
    #expect((0.086...0.12).contains(report.epoch.seconds), "\(report.epoch.seconds) s")
    #expect(report.verdict.kind == "input-bound")
  }
}
