import Datasets
import Foundation
import Testing

/// `--bad-pictures` and `--bad-list`, in `augment` and in sessions.
@Suite struct BadPicturesCommandTests {
  private let folder: ScratchFolder

  /// Ten pictures of two classes; the third of the cats has a header alone.
  init() throws {
    folder = try ScratchFolder()
    for name in ["cats", "dogs"] {
      try FileManager.default.createDirectory(
        atPath: folder.path("photos/\(name)"), withIntermediateDirectories: true)
      for number in 0..<5 {
        try folder.write("photos/\(name)/\(number).png", picture("rgb.png"))
      }
    }
    try FileManager.default.removeItem(atPath: folder.path("photos/cats/2.png"))
    try folder.write("photos/cats/2.bmp", picture("rgb.bmp").prefix(60))
  }

  private func picture(_ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: Package.path("Tests/DatasetsTests/Pictures/" + name)))
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder.path(name), encoding: .utf8)
  }

  private func augtop(_ arguments: String..., status: Int32 = 0) throws -> Command {
    let command = try Command(arguments, in: folder)
    #expect(command.status == status, "\(arguments): \(command.complaints)")
    return command
  }

  /// The output is that of the folder without the bad picture.
  @Test func augmentSkips() throws {
    let options = ["--rotation-range", "30", "--epochs", "2", "--batch-size", "4", "--seed", "5"]
    try folder.write("photos/dogs/zero.jpg", [])
    let skipped = try Command(
      ["augment", "photos", "a.npy", "--bad-pictures", "skip", "--bad-list", "bad.txt"]
        + ["--class-mode", "sparse"] + options, in: folder)
    #expect(skipped.status == 0, "\(skipped.complaints)")
    #expect(skipped.complaints.contains("2 pictures can't be read and are left out"))
    #expect(skipped.complaints.contains("18 pictures"), "\(skipped.complaints)")
    let lines = try text("bad.txt").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 3 && lines[2].isEmpty)
    let zero = try #require(lines.first { $0.hasPrefix("photos/dogs/zero.jpg\t") })
    #expect(zero.contains("empty"))
    #expect(lines.contains { $0.hasPrefix("photos/cats/2.bmp\t") })
    try FileManager.default.removeItem(atPath: folder.path("photos/dogs/zero.jpg"))
    try FileManager.default.removeItem(atPath: folder.path("photos/cats/2.bmp"))
    let clean = try Command(
      ["augment", "photos", "b.npy", "--bad-pictures", "skip", "--bad-list", "none.txt"]
        + ["--class-mode", "sparse"] + options, in: folder)
    #expect(clean.status == 0 && !clean.complaints.contains("left out"), "\(clean.complaints)")
    #expect(try text("none.txt").isEmpty)
    for ending in [".npy", ".labels.npy", ".classes.json"] {
      #expect(
        FileManager.default.contentsEqual(
          atPath: folder.path("a" + ending), andPath: folder.path("b" + ending)), "\(ending)")
    }
  }

  @Test func augmentFailsUnlessToldOtherwise() throws {
    try folder.write("out.npy", text: "old")
    let late = try augtop("augment", "photos", "out.npy", "--force", "--no-shuffle", status: 1)
    #expect(late.complaints.contains("photos/cats/2.bmp: "), "\(late.complaints)")
    #expect(late.complaints.contains("--bad-pictures skip"), "\(late.complaints)")
    #expect(try text("out.npy") == "old")
    try folder.write("photos/dogs/zero.jpg", [])
    let early = try augtop("augment", "photos", "out.npy", "--force", status: 1)
    #expect(early.complaints.contains("--bad-pictures skip"), "\(early.complaints)")
    #expect(try text("out.npy") == "old")
  }

  /// The report counts and names it, and so does its recording's.
  @Test func aSessionGoesOn() throws {
    try folder.write("photos/dogs/zero.jpg", [])
    let session = [
      "run", "--dataset", "folder:photos", "--epochs", "3", "--batch-size", "4", "--gpu", "1ms",
      "--samples-per-epoch", "10", "--costs", "native",
    ]
    let run = try Command(
      session + ["--bad-list", "bad.txt", "--trace", "a.pftrace"], in: folder)
    #expect(run.status == 0, "\(run.complaints)")
    #expect(run.output.contains("left out: 2 pictures that can't be read"), "\(run.output)")
    #expect(run.output.contains("photos/dogs/zero.jpg: it is empty"), "\(run.output)")
    #expect(try text("bad.txt").split(separator: "\n").count == 2)
    let replay = try augtop("replay", "a.pftrace", "--json")
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(replay.output.utf8)) as? [String: Any])
    let bad = try #require(report["bad_pictures"] as? [String: Any])
    #expect(bad["count"] as? Int == 2)
    let named = try #require(bad["named"] as? [[String: String]])
    #expect(
      named.map { $0["path"] } == ["photos/dogs/zero.jpg", "photos/cats/2.bmp"])
    let refused = try Command(session + ["--bad-list", "bad.txt"], in: folder)
    #expect(refused.status == 2 && refused.complaints.contains("bad.txt"), "\(refused.complaints)")
    for option in ["--bad-pictures=skip", "--bad-list=none.txt"] {
      let other = try augtop("run", "--dataset", "synthetic", option, status: 2)
      #expect(other.complaints.contains("for a folder of pictures"), "\(other.complaints)")
    }
    let input = try Command(
      session + ["--bad-list", "photos/cats/0.png", "--force"], in: folder)
    #expect(input.status == 2 && input.complaints.contains("is an input itself"))
  }

  @Test func aSessionThatFailsStillReports() throws {
    let run = try augtop(
      "run", "--dataset", "folder:photos", "--bad-pictures", "fail", "--epochs", "9", "--gpu",
      "1ms", "--costs", "native", "--trace", "a.pftrace", status: 1)
    #expect(run.output.contains("failed: photos/cats/2.bmp: "), "\(run.output)")
    #expect(run.complaints.contains("photos/cats/2.bmp"))
    let replay = try augtop("replay", "a.pftrace", "--report")
    #expect(replay.output == run.output)
  }

  @Test func simulatedSessionsCountThem() throws {
    try folder.write("photos/dogs/zero.jpg", [])
    for arguments in [
      ["simulate", "--dataset", "folder:photos", "--epochs", "1", "--costs", "native"],
      ["simulate", "--dataset", "folder:photos", "--epochs", "1", "--costs", "keras-1.1"],
    ] {
      let simulated = try Command(arguments, in: folder)
      #expect(simulated.status == 0, "\(simulated.complaints)")
      #expect(simulated.output.contains("photos/dogs/zero.jpg: it is empty"), "\(arguments)")
    }
  }

  @Test func aFolderOfBadPicturesIsAFault() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("bad"), withIntermediateDirectories: false)
    for number in 0..<3 { try folder.write("bad/\(number).png", []) }
    for arguments in [
      ["augment", "bad", "out.npy", "--bad-pictures", "skip", "--bad-list", "list"],
      ["run", "--dataset", "folder:bad", "--bad-list", "list", "--force"],
    ] {
      let command = try Command(arguments, in: folder)
      #expect(command.status == 1, "\(command.complaints)")
      #expect(command.complaints.contains("none of the 3 pictures in bad can be read"))
      #expect(try text("list").split(separator: "\n").count == 3)
    }
  }

  /// Names as they come out of a hostile archive.
  @Test func theListHasALineForEach() throws {
    try folder.write("photos/cats/x\t\u{1b}[31m\ny.jpg", [])
    _ = try augtop(
      "augment", "photos", "a.npy", "--bad-pictures", "skip", "--bad-list", "list")
    let lines = try text("list").split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.contains { $0.hasPrefix("photos/cats/x\\t\\x1b[31m\\ny.jpg\tit is empty") })
    #expect(lines.allSatisfy { $0.split(separator: "\t").count == 2 })
  }

  @Test func classFoldersAreKept() throws {
    let made = try augtop(
      "augment", "photos", "out/", "--bad-pictures", "skip", "--class-folders", "--seed", "3",
      "--save-prefix", "x")
    #expect(made.complaints.contains("9 pictures"), "\(made.complaints)")
    let dataset = try FolderDataset(path: folder.path("out"))
    #expect(dataset.classes == ["cats", "dogs"])
    #expect((0..<9).count { dataset.label($0) == 0 } == 4)
    let again = try augtop(
      "augment", "out", "again.npy", "--class-mode", "sparse", "--no-shuffle", status: 0)
    #expect(again.complaints.contains("labels of 2 classes"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("out/cats/x_0_1.png.png"),
      withDestinationPath: folder.path("photos/cats/0.png"))
    let input = try augtop(
      "augment", "photos", "out/", "--class-folders", "--force", "--bad-pictures", "skip",
      status: 2)
    #expect(input.complaints.contains("is an input itself"), "\(input.complaints)")
    let array = try augtop("augment", "photos", "out.npy", "--class-folders", status: 2)
    #expect(array.complaints.contains("--class-folders"))
  }

  @Test func nestedFoldersAndTheirPicturesAreInputs() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("photos/cats/deep/er"), withIntermediateDirectories: true)
    let deep = "photos/cats/deep/er/0.png"
    try folder.write(deep, picture("rgb.png"))
    let flat = try augtop("augment", "photos", "flat.npy", "--bad-pictures", "skip")
    #expect(flat.complaints.contains("9 pictures"))
    let all = try augtop("augment", "photos", "all.npy", "--bad-pictures", "skip", "--recursive")
    #expect(all.complaints.contains("10 pictures"), "\(all.complaints)")
    for target in [deep, "photos/dogs/0.png"] {
      let run = try augtop(
        "run", "--dataset", "folder:photos", "--recursive", "--trace", target, "--force",
        status: 2)
      #expect(run.complaints.contains("is an input itself"), "\(run.complaints)")
    }
    #expect(FileManager.default.contents(atPath: folder.path(deep)) == (try picture("rgb.png")))
  }

  @Test func classesWithoutPicturesAreNamed() throws {
    for name in [".ipynb_checkpoints", "__MACOSX", "emus"] {
      try FileManager.default.createDirectory(
        atPath: folder.path("photos/" + name), withIntermediateDirectories: false)
    }
    try folder.write("photos/__MACOSX/._0.png", [1])
    let command = try augtop(
      "augment", "photos", "a.npy", "--bad-pictures", "skip", "--class-mode", "sparse")
    let line = command.complaints.split(separator: "\n").first { $0.contains("without pictures") }
    #expect(line?.contains(".ipynb_checkpoints (0), __MACOSX (1), emus (4)") == true)
    #expect(line?.contains("Keras 1.1.0") == true)
    let classes = try text("a.classes.json")
    #expect(
      try JSONSerialization.jsonObject(with: Data(classes.utf8)) as? [String: Int]
        == [".ipynb_checkpoints": 0, "__MACOSX": 1, "cats": 2, "dogs": 3, "emus": 4])
  }

  /// Keys of the labels' file stay apart, and the file is JSON, whatever the folders' names.
  @Test func oddClassNamesAreJSON() throws {
    let top = Array(folder.path("photos/").utf8CString.dropLast())
    for name in [[99, -23], [10, 34, 92, 27]] as [[CChar]] {
      #expect(mkdir(top + name + [0], 0o700) == 0)
    }
    for name in ["caf\u{e9}", "cafe\u{301}"] {
      try FileManager.default.createDirectory(
        atPath: folder.path("photos/" + name), withIntermediateDirectories: false)
    }
    _ = try augtop(
      "augment", "photos", "a.npy", "--bad-pictures", "skip", "--class-mode", "sparse")
    let json = try text("a.classes.json")
    #expect((try? JSONSerialization.jsonObject(with: Data(json.utf8))) != nil, "\(json)")
    #expect(json.contains(#""c\\xe9" : "#), "\(json)")
    #expect(json.split(separator: "\n").count == 8, "\(json)")
  }
}
