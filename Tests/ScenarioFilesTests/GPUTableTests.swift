import Foundation
import Pipeline
import Quantities
import ScenarioFiles
import TestSupport
import Testing
import Toml

@Suite struct GPUTableTests {
  /// The program's table alone.
  private static func table() throws -> GPUTable { try GPUTable(userFile: nil) }

  private static func table(_ userRows: String) throws -> GPUTable {
    let file = FileManager.default.temporaryDirectory.appending(
      path: "gpus-\(UUID().uuidString).csv")
    try userRows.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    return try GPUTable(userFile: file.path)
  }

  @Test func everyRowHasASourceAndAnUnambiguousName() throws {
    let table = try Self.table()
    #expect(table.rows.count >= 20)
    #expect(Set(table.rows.map(\.name)).count == table.rows.count)
    for row in table.rows {
      #expect(try table.row(named: row.name) == row)
      #expect(row.source.count > 20, "\(row.name)")
    }
  }

  @Test func aStepIsBatchByPicturesASecond() throws {
    let row = try Self.table().row(named: "resnet50@a100-80gb:amp")
    #expect(row.batch == 256 && row.imagesPerSecond == 2470)
    #expect(abs(row.step(batch: 256).seconds - 256.0 / 2470) < 1e-9)
    #expect(abs(row.step(batch: 64).seconds - 64.0 / 2470) < 1e-9)
    #expect(!row.isFar(batch: 128) && !row.isFar(batch: 512))
    #expect(row.isFar(batch: 127) && row.isFar(batch: 513))
  }

  @Test func namesMayBeShortened() throws {
    let table = try Self.table()
    #expect(try table.row(named: "ResNet50@A100:AMP").device == "a100-80gb")
    #expect(try table.row(named: "resnet18@rtx-3090").precision == "amp")
  }

  @Test(arguments: [
    ("resnet5@a100:amp", GPUNameFault.unknownModel("resnet5", nearest: "resnet50")),
    ("@a100", .unknownModel("", nearest: nil)),
    (
      "resnet50@rtx-309:amp",
      .unknownDevice(
        "rtx-309", model: "resnet50", devices: ["rtx-3090", "a100-80gb", "v100-16gb", "v100-32gb"])
    ),
    (
      "resnet50@a100:bf16",
      .unknownPrecision("bf16", of: "resnet50@a100", precisions: ["amp", "tf32"])
    ),
    (
      "resnet50@v100:amp",
      .ambiguous(["resnet50@v100-16gb:amp", "resnet50@v100-32gb:amp"])
    ),
    ("resnet50@a100", .ambiguous(["resnet50@a100-80gb:amp", "resnet50@a100-80gb:tf32"])),
  ])
  func anUnknownNameGetsTheNearest(name: String, fault: GPUNameFault) throws {
    let table = try Self.table()
    #expect(throws: fault) { try table.row(named: name) }
    #expect(fault.message.contains("add a row of your own to "))
    #expect(fault.message.hasSuffix(GPUTable.columns))
  }

  @Test func aUsersBrokenTableIsNamedWithItsLine() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("gpus.csv")
    try "a,b,c\n".write(toFile: path, atomically: true, encoding: .utf8)
    let fault = #expect(throws: GPUNameFault.self) {
      try GPUTable.published("resnet50@a100:amp", userFile: path)
    }
    #expect(fault?.message.contains("gpus.csv:1") == true, "\(fault?.message ?? "")")
    #expect(try GPUTable.published("resnet50@a100:amp", userFile: nil).batch == 256)
  }

  @Test func aUsersRowsAddToTheTableAndReplaceItsOwn() throws {
    let table = try Self.table(
      """
      # mine
      model,device,precision,batch,side,images_per_s,source
      mymodel,h100,amp,256,224,3000,a run, of mine\r
      resnet50,a100-80gb,amp,128,224,1000,measured\r

      """)
    let mine = try table.row(named: "mymodel@h100")
    #expect(mine.imagesPerSecond == 3000 && mine.source == "a run, of mine")
    #expect(try table.row(named: "resnet50@a100:amp").imagesPerSecond == 1000)
    #expect(table.rows.count == (try Self.table()).rows.count + 1)
  }

  @Test(arguments: [
    "a,b,c,256,224,1000", "a,b,c,256,224,1000,", "a,b,c,0,224,1000,s", "a,b,c,x,224,1000,s",
    "a,b,c,256,224,0,s", "a,b,c,256,224,-5,s", "a,b,c,256,224,nan,s", "a,b,c,256,224,inf,s",
    "a@b,b,c,256,224,1000,s", ",b,c,256,224,1000,s", "a,b:c,c,256,224,1000,s",
    "a,b,c,99999999999999999999,224,1000,s",
  ])
  func aRowThatIsNoneIsRefusedWithItsLine(row: String) {
    let fault = #expect(throws: ConfigurationFault.self) { try Self.table("# mine\n\(row)\n") }
    #expect(fault?.line == 2)
    #expect(fault?.message.contains("isn't a row") == true)
  }

  @Test func aScenarioKeepsItsRow() throws {
    let scenario = try ScenarioFile.parse(
      "name = \"x\"\nbatch-size = 64\n[gpu]\ncompute = \"resnet50@a100:amp\"\n", file: "x")
    let published = try #require(scenario.consumer.published)
    #expect(published.name == "resnet50@a100-80gb:amp")
    #expect(scenario.consumer.compute == .constant(published.step(batch: 64)))
    let text = ScenarioFile.write(scenario)
    #expect(text.contains("published = \"resnet50,a100-80gb,amp,256,224,2470.0,NVIDIA"))
    #expect(try ScenarioFile.parse(text, file: "x") == scenario)
    // Another step time is the user's own.
    var changed = scenario
    changed.apply(.compute(.milliseconds(3)))
    #expect(changed.consumer.published == nil)
  }

  @Test(arguments: [
    ("compute = \"resnet5@a100:amp\"", "did you mean 'resnet50'?"),
    ("published = \"resnet50\"", "isn't a published GPU"),
  ])
  func aScenarioFilesWrongNameIsRefused(line: String, piece: String) {
    let fault = #expect(throws: ConfigurationFault.self) {
      try ScenarioFile.parse("name = \"x\"\n[gpu]\n\(line)\n", file: "x")
    }
    #expect(fault?.message.contains(piece) == true, "\(String(describing: fault))")
    #expect(fault?.line == 3)
  }
}
