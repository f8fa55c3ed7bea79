import Foundation
import Pipeline
import Quantities
import ScenarioFiles
import Testing
import Toml

@Suite struct StepTimeTextTests {
  @Test func normalTimes() {
    let normal = StepTime.normal(mean: .milliseconds(14), deviation: .microseconds(500))
    #expect(StepTimeText.parse("14ms±500us") == normal)
    #expect(StepTimeText.parse("14ms+-0.5ms") == normal)
    #expect(StepTimeText.parse("14 ms ± 0.5 ms") == normal)
    #expect(StepTimeText.parse("14ms") == .constant(.milliseconds(14)))
    #expect(normal.text == "14ms±500us")
    #expect(StepTimeText.parse(normal.text) == normal)
  }

  @Test func logNormalTimes() {
    let time = StepTime.logNormal(mean: .milliseconds(14), deviation: .milliseconds(2))
    #expect(StepTimeText.parse("14ms~lognormal:2ms") == time)
    #expect(StepTimeText.parse("14 ms ~ lognormal:2 ms") == time)
    #expect(time.text == "14ms~lognormal:2ms")
  }

  @Test(arguments: [
    "±2ms", "14ms±", "14±2ms", "14ms±2", "14ms±1ms±1ms", "14", "14ms~", "14ms~2ms",
    "~lognormal:2ms",
    "14ms~lognormal", "14ms~lognormal:", "14ms~normal:2ms", "14~lognormal:2ms", "0ms~file:x",
    "-1ms~file:x", "14~file:x", "~file:x",
  ])
  func refused(text: String) throws { #expect(try StepTimeText.read(text) == nil) }

  @Test func filesAreReadAndWrittenBack() throws {
    let path = FileManager.default.temporaryDirectory.path + "/steps ~±\(UUID()).txt"
    try "2\n6ms\n".write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let plain = try #require(try StepTimeText.read("file:\(path)"))
    #expect(plain.mean == .milliseconds(4))
    #expect(plain.text == "file:\(path)")
    let stretched = try #require(try StepTimeText.read("10ms~file:\(path)"))
    #expect(stretched.sample(1, 0) == .milliseconds(5))
    #expect(stretched.text == "10ms~file:\(path)")
    #expect(try StepTimeText.read(stretched.text) == stretched)

    var scenario = Scenario(name: "sampled")
    for time in [plain, stretched] {
      scenario.consumer.compute = time
      #expect(try ScenarioFile.parse(ScenarioFile.write(scenario), file: "x") == scenario)
    }
  }

  @Test func aMissingFileIsNamed() {
    let fault = #expect(throws: ConfigurationFault.self) {
      try StepTimeText.read("file:/no/such/steps.txt")
    }
    #expect(fault?.message == "/no/such/steps.txt: can't be read: No such file or directory")
    let inScenario = #expect(throws: ConfigurationFault.self) {
      try ScenarioFile.parse("name = \"x\"\n[gpu]\ncompute = \"file:/no/such\"", file: "x")
    }
    #expect(inScenario?.file == "/no/such")
  }
}
