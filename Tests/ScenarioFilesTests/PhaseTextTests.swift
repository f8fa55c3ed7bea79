import Pipeline
import Quantities
import ScenarioFiles
import Testing
import Toml

@Suite struct PhaseTextTests {
  @Test func validations() {
    #expect(PhaseText.validation("10000") == EpochPhases.Validation(samples: 10_000))
    #expect(
      PhaseText.validation("100,step=5ms,every=2epochs")
        == EpochPhases.Validation(samples: 100, step: .milliseconds(5), every: 2))
    for text in ["", "x", "10,step", "10,step=5", "10,every=x", "10,often=2", "10,every=1,every=2"]
    {
      #expect(PhaseText.validation(text) == nil, "\(text)")
    }
  }

  @Test func checkpoints() {
    let wanted = EpochPhases.Checkpoint(every: 1_000, takes: .seconds(4))
    for text in ["every=1000steps,takes=4s", "takes=4s,every=1000", "every=1000step,takes=4000ms"] {
      #expect(PhaseText.checkpoint(text) == wanted, "\(text)")
    }
    for text in ["", "every=1000", "takes=4s", "1000,4s", "every=x,takes=4s", "every=1,takes=4"] {
      #expect(PhaseText.checkpoint(text) == nil, "\(text)")
    }
  }

  @Test func aFileHoldsAllOfThem() throws {
    var scenario = Scenario(name: "x")
    scenario.phases.validation = EpochPhases.Validation(
      samples: 100, step: .milliseconds(5), every: 2)
    scenario.phases.checkpoint = EpochPhases.Checkpoint(every: 10, takes: .seconds(2))
    scenario.phases.firstStep = .seconds(8)
    scenario.phases.workerStart = .milliseconds(1_500)
    scenario.consumer.gpus = 8
    scenario.consumer.accumulate = 4
    scenario.consumer.allReduce = .milliseconds(3)
    scenario.consumer.isPinned = true
    let text = ScenarioFile.write(scenario)
    #expect(try ScenarioFile.parse(text, file: "x") == scenario)
    #expect(text.contains("[epoch]\nvalidation = \"100,step=5ms,every=2\"\n"))
  }

  @Test(arguments: [
    ("[epoch]\nvalidation = \"0\"", "epoch.validation", 2),
    ("[epoch]\nfirst-step = \"9\"", "epoch.first-step", 2),
    ("[epoch]\nfirst-step = \"2h\"", "epoch.first-step", 2),
    ("[epoch]\ncheckpoint = \"every=0,takes=1s\"", "epoch.checkpoint", 2),
    ("[epoch]\nvalidate = \"1\"", "epoch.validate", 2), ("[gpu]\ngpus = 0", "gpu.gpus", 2),
    ("[gpu]\nall-reduce = \"-1ms\"", "gpu.all-reduce", 2),
  ]) func faultsNameTheirKey(text: String, key: String, line: Int) {
    let fault = #expect(throws: ConfigurationFault.self) {
      try ScenarioFile.parse("name = \"x\"\n" + text + "\n", file: "x.toml")
    }
    #expect(fault?.keyPath == key && fault?.line == line + 1, "\(fault?.message ?? "")")
  }
}
