import Augmentation
import Datasets
import Foundation
import LiveEngine
import Pipeline
import Testing

/// The screen's picture before and after its stages.
@Suite struct PreviewTests {
  private static let channels = 3
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// Ten pictures of 6×5×3 bytes.
  private func pictures() throws -> NpyDataset {
    var text = "{'descr': '|u1', 'fortran_order': False, 'shape': (10, 6, 5, 3), }"
    text += String(repeating: " ", count: 117 - text.utf8.count) + "\n"
    let values = (0..<900).map { UInt8($0 * 37 % 251) }
    let path = try folder.write(
      "x.npy", [0x93] + [UInt8]("NUMPY".utf8) + [1, 0, 118, 0] + [UInt8](text.utf8) + values)
    return try NpyDataset(path: path, ordering: .tf)
  }

  private var scenario: Scenario {
    var scenario = Scenario(name: "preview")
    scenario.batchSize = 4
    scenario.seed = 7
    scenario.settings.rotationRange = 30
    scenario.settings.widthShiftRange = 0.2
    scenario.settings.channelShiftRange = 9
    scenario.settings.horizontalFlip = true
    return scenario
  }

  /// The output of `augtop augment` with these options, picture by picture, as bytes.
  private func augmented(_ options: String...) throws -> [[UInt8]] {
    let settings = [
      "--rotation-range", "30", "--width-shift-range", "0.2", "--channel-shift-range", "9",
      "--horizontal-flip",
    ]
    let command = try Command(
      ["augment", "x.npy", "o.npy", "--seed", "7", "--batch-size", "4"] + settings + options,
      in: folder)
    #expect(command.status == 0, "\(command.complaints)")
    let file = try Data(contentsOf: URL(filePath: folder.path("o.npy")))
    let header = try file.withUnsafeBytes { try NpyHeader(parsing: $0) }
    let size = header.shape.dropFirst().reduce(1, *)
    let floats = [UInt8](file.dropFirst(header.dataOffset)).withUnsafeBytes {
      [Float]($0.bindMemory(to: Float.self))
    }
    let bytes = floats.map { UInt8(min(255, max(0, $0.rounded()))) }
    return (0..<header.shape[0]).map { Array(bytes[$0 * size..<($0 + 1) * size]) }
  }

  /// In any order, over the end of an epoch, and after other settings.
  @Test func pixelsAreThoseOfAugment() throws {
    let dataset = try pictures()
    let expected = try augmented("--epochs", "2")
    #expect(expected.count == 20)
    let preview = PicturePreview(dataset, statistics: nil, scenario: scenario)
    for number in [0, 1, 3, 4, 9, 10, 19, 11, 2] {
      var request = PictureRequest(stages: .all, settings: scenario.settings)
      request.number = number
      let picture = try preview.picture(request)
      #expect(picture.after.pixels == expected[number], "picture \(number)")
      #expect(!picture.after.isStretched && picture.width == 5 && picture.height == 6)
      var other = PictureRequest(stages: .all, settings: AugmentationSettings())
      other.number = number
      let unchanged = try preview.picture(other)
      #expect(unchanged.after.pixels == unchanged.before.pixels, "picture \(number) as read")
      #expect(unchanged.before.pixels == picture.before.pixels, "picture \(number) as read")
    }
  }

  /// As `--off warp` makes it; the numbers of the other stages stay when one stage is looked at alone.
  @Test func aStageIsLookedAtAlone() throws {
    let preview = PicturePreview(try pictures(), statistics: nil, scenario: scenario)
    let expected = try augmented("--off", "channel-shift")
    var request = PictureRequest(
      stages: .all.setting(.channelShift, on: false), settings: scenario.settings)
    request.number = 5
    #expect(try preview.picture(request).after.pixels == expected[5])
    request = PictureRequest(stages: .all, settings: scenario.settings)
    request.number = 5
    let whole = try preview.picture(request)
    request.stage = .horizontalFlip
    let flip = try preview.picture(request)
    #expect(flip.after.pixels == whole.after.pixels)
    let unflipped = flip.before.pixels
    var mirrored: [UInt8] = []
    for row in 0..<6 {
      for column in (0..<5).reversed() {
        let place = (row * 5 + column) * Self.channels
        mirrored += unflipped[place..<place + Self.channels]
      }
    }
    #expect(flip.after.pixels == unflipped || flip.after.pixels == mirrored)
  }

  /// The same picture with other numbers, which the seed alone decides.
  @Test func aPictureIsDrawnAnew() throws {
    let preview = PicturePreview(try pictures(), statistics: nil, scenario: scenario)
    var request = PictureRequest(stages: .all, settings: scenario.settings)
    request.number = 3
    let first = try preview.picture(request)
    request.redraws = 1
    let second = try preview.picture(request)
    #expect(second.before == first.before && second.after != first.after)
    #expect(second.seed == 8 && second.index == first.index)
    request.redraws = 2
    #expect(try preview.picture(request).after != second.after)
    request.redraws = 1
    #expect(try preview.picture(request) == second)
  }
}
