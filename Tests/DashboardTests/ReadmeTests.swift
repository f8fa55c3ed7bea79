import Augmentation
import Dashboard
import FoundationEssentials
import Pipeline
import Testing

/// The README is correct: its tables equal those generated from the program's.
@Suite struct ReadmeTests {
  private static let readme: String = {
    let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let data = try? Data(contentsOf: URL(filePath: "/\(folder)/README.md"))
    return String(decoding: data ?? Data(), as: UTF8.self)
  }()

  @Test func namesEveryKey() {
    for binding in KeyMap.bindings(.generator(AugmentationSettings())) + KeyMap.replayBindings {
      let row = "| `\(binding.label)` | \(binding.summary) |"
      #expect(Self.readme.contains(row), "README.md lacks: \(row)")
    }
  }

  @Test func namesEveryStagesKey() {
    for stage in StageList.generator(AugmentationSettings()) {
      guard let key = KeyMap.key(of: stage) else { continue }
      #expect(Self.readme.contains("`\(key)` \(stage.name)"), "\(stage)")
    }
  }
}
