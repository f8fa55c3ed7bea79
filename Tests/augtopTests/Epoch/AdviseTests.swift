import Foundation
import Testing

/// `augtop advise` on simulated time.
@Suite struct AdviseTests {
  private struct Ranking: Decodable {
    struct Line: Decodable {
      var changes: [String]
      var epochS: Double
      var costs: String
    }
    var schema: String
    var epochS: Double
    var gpuIsTheLimit: Bool
    var singles: [Line]
    var bestSingle: Line?
    var bestPair: Line?
  }

  private func ranking(_ arguments: String) throws -> Ranking {
    let command = try Command(
      "advise --simulated --json \(arguments)".split(separator: " ").map(String.init))
    #expect(command.status == 0, "\(command.complaints)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Ranking.self, from: Data(command.output.utf8))
  }

  @Test func theDefaultPresetHasABestChange() throws {
    let ranking = try ranking("")
    #expect(ranking.schema == "augtop-advice/1")
    let best = try #require(ranking.bestSingle)
    #expect(best.epochS < ranking.epochS)
    #expect(ranking.singles.map(\.epochS) == ranking.singles.map(\.epochS).sorted())
    #expect(Set(ranking.singles.map(\.costs)) == ["nothing", "augmentation", "hardware"])
  }

  @Test func nothingHelpsASlowGPU() throws {
    let ranking = try ranking("--gpu 100ms")
    #expect(ranking.gpuIsTheLimit && ranking.bestSingle == nil && ranking.bestPair == nil)
    let text = try Command("advise", "--simulated", "--gpu", "100ms")
    #expect(
      text.output.contains(
        "nothing helps: the GPU is the limit; the most that faster input could win is 0.0"),
      "\(text.output)")
  }
}
