import Augmentation
import Pipeline
import ScenarioFiles
import Testing
import Toml

@Suite struct CropRangeTextTests {
  @Test func rangesAreReadAndWritten() {
    #expect(CropRangeText.scale("0.08,1") == 0.08...1)
    #expect(CropRangeText.scale("0.5, 0.5") == 0.5...0.5)
    #expect(CropRangeText.ratio("3/4,4/3") == 3.0 / 4...4.0 / 3)
    for range in [0.08...1, 0.3...0.1 + 0.2] {
      #expect(CropRangeText.scale(CropRangeText.write(range)) == range)
    }
    for wrong in ["", "1", "0,1", "1,0.5", "0.1,1.1", "a,b", "0.1,nan", "-1,1", "0.1,0.2,0.3"] {
      #expect(CropRangeText.scale(wrong) == nil, "\(wrong)")
    }
    for wrong in ["3/0,4", "0.0001,1", "1,1e9", "1/2/3,4", "/,1"] {
      #expect(CropRangeText.ratio(wrong) == nil, "\(wrong)")
    }
  }

  @Test func scenarioFilesKeepTheCrop() throws {
    let text = """
      name = "x"
      random-resized-crop = "224"
      crop-scale = "0.2,1"
      """
    let scenario = try ScenarioFile.parse(text, file: "x")
    let crop = try #require(scenario.folder.crop)
    #expect(crop.scale == 0.2...1)
    #expect(scenario.folder.targetSize == FolderForm.TargetSize("224x224"))
    #expect(try ScenarioFile.parse(ScenarioFile.write(scenario), file: "y") == scenario)
    for wrong in [
      "crop-scale = \"0.2,1\"", "random-resized-crop = \"0\"",
      "random-resized-crop = \"9\"\ntarget-size = \"9x9\"",
      "random-resized-crop = \"9\"\ncrop-ratio = \"2,1\"",
    ] {
      #expect(throws: ConfigurationFault.self) {
        try ScenarioFile.parse("name = \"x\"\n" + wrong, file: "x")
      }
    }
  }
}
