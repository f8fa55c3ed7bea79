import Foundation
import Testing

/// GPUs by name: `--gpu MODEL@DEVICE:PRECISION` and `augtop gpus`.
@Suite struct GPUNameTests {
  @Test func aGPUByNameIsCalledPublished() throws {
    let command = try Command(
      "simulate", "--gpu", "resnet50@a100:amp", "--batch-size", "256", "--epochs", "1")
    #expect(command.status == 0, "\(command.complaints)")
    #expect(command.complaints == "")
    #expect(
      command.output.contains(
        "resnet50@a100-80gb:amp: published for batches of 256 pictures of 224×224, not measured here"
      ),
      "\(command.output)")
  }

  @Test func aBatchFarFromThePublishedOneIsNoted() throws {
    let command = try Command(
      "simulate", "--gpu", "resnet50@a100:amp", "--batch-size", "32", "--epochs", "1")
    #expect(command.status == 0)
    #expect(
      command.complaints.contains("published for batches of 256; a step of 32"),
      "\(command.complaints)")
  }

  @Test func anUnknownGPUGetsTheNearestName() throws {
    let command = try Command("simulate", "--gpu", "resnet5@a100:amp")
    #expect(command.status == 2 && command.output == "")
    for piece in ["--gpu resnet5@a100:amp", "did you mean 'resnet50'?", "augtop gpus", "gpus.csv"] {
      #expect(command.complaints.contains(piece), "\(command.complaints)")
    }
  }

  @Test func theTableListsTheUsersOwnRows() throws {
    let folder = try ScratchFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("augtop"), withIntermediateDirectories: true)
    let file = folder.path("augtop/gpus.csv")
    try "mymodel,h100,amp,256,224,3000,our run\n".write(
      toFile: file, atomically: true, encoding: .utf8)
    let environment = ["XDG_CONFIG_HOME": folder.path]
    let list = try Command(["gpus"], environment: environment)
    #expect(list.status == 0, "\(list.complaints)")
    #expect(list.output.contains("mymodel@h100:amp") && list.output.contains("resnet50@a100-80gb"))
    try "mymodel,h100\n".write(toFile: file, atomically: true, encoding: .utf8)
    let refused = try Command(["gpus"], environment: environment)
    #expect(refused.status == 2 && refused.output == "")
    #expect(refused.complaints.contains("gpus.csv:1"), "\(refused.complaints)")
  }
}
