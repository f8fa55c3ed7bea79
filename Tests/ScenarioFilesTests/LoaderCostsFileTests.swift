import Pipeline
import Quantities
import ScenarioFiles
import Testing
import Toml

@Suite struct LoaderCostsFileTests {
  private func profile(_ members: String) -> String {
    """
    {"schema": "augtop-costs/2", "name": "n", "loader": {"torch": {\(members)}},
     "stages": {"load": {"fixed_us": 1}}}
    """
  }

  @Test func everyPartIsWrittenAndRead() throws {
    var costs = LoaderCosts()
    for (index, part) in LoaderCosts.Part.allCases.enumerated() {
      costs[part] = .nanoseconds(1_500 + index)
    }
    costs.tensors = 3
    var wanted = CostProfile(name: "n", stages: ["load": StageCost(fixed: .microseconds(1))])
    wanted.loader = costs
    let text = try CostProfileFile.write(wanted)
    #expect(try CostProfileFile.parse(text, file: "p.json") == wanted)
  }

  @Test func aPartThatIsntThereCostsNothing() throws {
    let read = try CostProfileFile.parse(profile("\"hop_us\": 60"), file: "p.json")
    #expect(read.loader?[.hop] == .microseconds(60))
    #expect(read.loader?[.serve] == .zero)
    #expect(read.loader?.tensors == 1)
  }

  /// Profiles of each loader alone have no section of the other.
  @Test func eachLoaderHasASectionOfItsOwn() throws {
    var costs = LoaderCosts()
    costs[.poolSend] = .microseconds(129)
    var wanted = CostProfile(name: "n", stages: [:])
    wanted.loader = costs
    let text = try CostProfileFile.write(wanted)
    #expect(text.contains("\"keras3\"") && !text.contains("\"torch\""))
    let read = try CostProfileFile.parse(text, file: "p.json")
    #expect(read.loader == costs && read.loader?.owners == [.keras3])
    let torch = try CostProfileFile.parse(profile("\"hop_us\": 60"), file: "p.json")
    #expect(torch.loader?.owners == [.torch])
    #expect(try !CostProfileFile.write(torch).contains("\"keras3\""))
  }

  @Test func aNewIteratorIsOfTfData() throws {
    let text = profile("").replacing("torch\": {", with: "tf-data\": {\"iterator_us\": 6750")
    let read = try CostProfileFile.parse(text, file: "p.json")
    #expect(read.loader?.owners == [.tfData] && read.loader?[.iterator] == .microseconds(6_750))
    let torch = profile("\"iterator_us\": 6750")
    #expect(throws: ConfigurationFault.self) { try CostProfileFile.parse(torch, file: "p.json") }
  }

  @Test(arguments: [
    "\"pool_send\": 60", "\"pool_send_us\": -1", "\"hop_us\": 60", "\"tensors\": 1",
  ])
  func aPoolsSectionHasItsOwnKeysAlone(members: String) {
    let text = profile("").replacing("torch\": {", with: "keras3\": {\(members)")
    #expect(throws: ConfigurationFault.self) { try CostProfileFile.parse(text, file: "p.json") }
  }

  @Test(arguments: [
    "\"hops_us\": 60", "\"pool_send_us\": 60", "\"hop_us\": -1", "\"hop_us\": 70000000",
    "\"tensors\": 0",
    "\"tensors\": 1.5", "\"tensors\": 65", "\"hop_us\": \"x\"",
    "\"wake_least_us\": 60, \"wake_most_us\": 50",
  ])
  func whatMakesNoSenseIsRefused(members: String) {
    #expect(throws: ConfigurationFault.self) {
      try CostProfileFile.parse(profile(members), file: "p.json")
    }
  }
}
