import Datasets
import Foundation
import Testing

/// Arrays of any kind, their labels and parts, and pipes as output.
@Suite struct AugmentArrayTests {
  private let folder: ScratchFolder
  private let input = Package.path("Tests/AugmentationTests/Goldens/flow_x.npy")

  init() throws { folder = try ScratchFolder() }

  private struct Array {
    let type: String
    let shape: [Int]
    let data: [UInt8]

    init(_ file: Data) throws {
      let header = try file.withUnsafeBytes { try NpyHeader(parsing: $0) }
      (type, shape) = (header.type, header.shape)
      data = [UInt8](file.dropFirst(header.dataOffset))
    }

    /// The elements, of `size` bytes each, of the first dimension.
    var rows: [[UInt8]] {
      let size = data.count / shape[0]
      return (0..<shape[0]).map { [UInt8](data[$0 * size..<($0 + 1) * size]) }
    }
  }

  private func array(_ name: String) throws -> Array {
    try Array(Data(contentsOf: URL(filePath: folder.path(name))))
  }

  private func npy(_ type: String, _ shape: String, _ data: [UInt8]) -> [UInt8] {
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }"
    text += String(repeating: " ", count: 117 - text.utf8.count) + "\n"
    return [0x93] + [UInt8]("NUMPY".utf8) + [1, 0, 118, 0] + [UInt8](text.utf8) + data
  }

  /// Pictures of one byte each, `count` of them, that hold their number.
  private func numbered(_ name: String, _ count: Int) throws {
    try folder.write(name, npy("|u1", "(\(count), 1, 1)", (0..<count).map { UInt8($0) }))
  }

  private func augment(_ arguments: String...) throws -> Command {
    try Command(["augment"] + arguments, in: folder)
  }

  private func refuse(_ arguments: [String], _ piece: String) throws {
    let before = folder.names
    let command = try Command(["augment"] + arguments, in: folder)
    #expect(command.status == 2, "\(arguments): \(command.complaints)")
    #expect(command.complaints.contains(piece), "\(arguments): \(command.complaints)")
    #expect(folder.names == before)
  }

  // MARK: Labels

  /// As `flow(X, y)`: each label goes where its picture goes, over all epochs, of its own type.
  @Test func labelsFollowTheirPictures() throws {
    try numbered("x.npy", 10)
    try folder.write(
      "y.npy", npy("<U2", "(10,)", (0..<10).flatMap { [UInt8($0), 0, 0, 0, 7, 0, 0, 0] }))
    let command = try augment(
      "x.npy", "o.npy", "--labels", "y.npy", "--epochs", "3", "--batch-size", "4", "--seed", "5",
      "--type", "uint8")
    #expect(command.status == 0, "\(command.complaints)")
    #expect(command.complaints.contains("o.labels.npy: 30 labels, <U2"), "\(command.complaints)")
    let pictures = try array("o.npy").rows.map { $0[0] }
    let labels = try array("o.labels.npy")
    #expect(labels.type == "<U2" && labels.shape == [30])
    #expect(labels.rows == pictures.map { [$0, 0, 0, 0, 7, 0, 0, 0] })
    #expect(pictures != (0..<30).map { UInt8($0 % 10) })
    #expect(pictures[..<10].sorted() == (0..<10).map { UInt8($0) })
  }

  @Test func labelsThatDontFitAreNamed() throws {
    try numbered("x.npy", 10)
    try folder.write("y.npy", npy("<f4", "(9, 1)", [UInt8](repeating: 0, count: 36)))
    try refuse(["x.npy", "o.npy", "--labels", "y.npy"], "9 labels for 10 pictures")
    try refuse(["x.npy", "o.npy", "--labels", "none.npy"], "No such file")
    try refuse(["x.npy", "y.npy", "--labels", "y.npy", "--force"], "input itself")
    try refuse(["x.npy", "o.npy", "--labels", "y.npy", "--class-mode", "sparse"], "exclude")
    try refuse(["synthetic", "o.npy", "--labels", "y.npy"], "--class-mode")
    try refuse(["x.npy", "o.npy", "--class-mode", "sparse"], "--labels FILE.npy")
    try refuse(["x.npy", "-", "--labels", "x.npy"], "is no file")
  }

  // MARK: Parts

  /// Keras 2.1.5: `x[:int(len(x) * share)]` is for validation, and the labels with it.
  @Test(arguments: [("0.25", 2), ("0.29", 2), ("0.3", 3), ("0.999", 9)])
  func theFirstAreForValidation(share: String, split: Int) throws {
    try numbered("x.npy", 10)
    try folder.write("y.npy", npy("|u1", "(10, 2)", (0..<10).flatMap { [UInt8($0), 9] }))
    for (part, range) in [("validation", 0..<split), ("training", split..<10)] {
      let command = try augment(
        "x.npy", "o.npy", "--validation-split", share, "--subset", part, "--labels", "y.npy",
        "--force", "--seed", "3", "--type", "uint8")
      #expect(command.status == 0, "\(command.complaints)")
      let pictures = try array("o.npy").rows.map { $0[0] }
      #expect(pictures.sorted() == range.map { UInt8($0) }, "\(part)")
      #expect(try array("o.labels.npy").rows == pictures.map { [$0, 9] }, "\(part)")
    }
  }

  /// Of class folders, the first of each class, rounded down, are for validation.
  @Test func eachClassFolderIsSplit() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("photos"), withIntermediateDirectories: false)
    for (name, count, first) in [("a", 5, 0), ("b", 4, 100)] {
      try folder.write(
        "x.npy", npy("|u1", "(\(count), 1, 1)", (0..<count).map { UInt8($0 + first) }))
      #expect(try augment("x.npy", "photos/\(name)/", "--no-shuffle").status == 0)
    }
    for (part, pictures, labels) in [
      ("validation", [0, 1, 100, 101], [0, 0, 1, 1]),
      ("training", [2, 3, 4, 102, 103], [0, 0, 0, 1, 1]),
    ] as [(String, [UInt8], [UInt8])] {
      let command = try augment(
        "photos", "o.npy", "--color-mode", "grayscale", "--no-shuffle", "--force", "--type",
        "uint8",
        "--class-mode", "sparse", "--validation-split", "0.5", "--subset", part)
      #expect(command.status == 0, "\(command.complaints)")
      #expect(try array("o.npy").rows.map { $0[0] } == pictures)
      #expect(try array("o.labels.npy").rows.map { $0[0] } == labels)
    }
  }

  @Test func partsThatCantBeAreNamed() throws {
    try numbered("x.npy", 3)
    try refuse(["x.npy", "o.npy", "--subset", "training"], "--validation-split 0.2")
    try refuse(["x.npy", "o.npy", "--validation-split", "0.2"], "--subset training")
    for share in ["0", "1", "-0.1", "2", "nan"] {
      try refuse(
        ["x.npy", "o.npy", "--validation-split", share, "--subset", "training"], "between 0 and 1")
    }
    try refuse(
      ["x.npy", "o.npy", "--validation-split", "0.2", "--subset", "validation"], "none is left")
    try refuse(
      ["x.npy", "o.npy", "--validation-split", "0.5", "--subset", "train"], "Did you mean training?"
    )
  }

  // MARK: Pipes

  /// The header has the count from the start, so a pipe holds the same bytes as a file.
  @Test(arguments: ["/dev/stdout", "-"]) func aPipeGetsTheWholeArray(output: String) throws {
    let file = try augment(input, "o.npy", "--rotation-range", "20", "--epochs", "2")
    #expect(file.status == 0)
    let pipe = try shell("'\(input)' \(output) --rotation-range 20 --epochs 2 | cat > piped.npy")
    #expect(pipe.status == 0, "\(pipe.complaints)")
    #expect(
      try Data(contentsOf: URL(filePath: folder.path("piped.npy")))
        == Data(contentsOf: URL(filePath: folder.path("o.npy"))))
    let redirected = try shell("'\(input)' - --rotation-range 20 --epochs 2 > file.npy")
    #expect(redirected.status == 0)
    #expect(try array("file.npy").data == array("o.npy").data)
  }

  @Test func aNamedPipeGetsTheWholeArray() throws {
    #expect(mkfifo(folder.path("fifo"), 0o600) == 0)
    let pipe = try shell("'\(input)' fifo --no-shuffle & cat fifo > piped.npy; wait $!")
    #expect(pipe.status == 0, "\(pipe.complaints)")
    #expect(try array("piped.npy").data == Array(Data(contentsOf: URL(filePath: input))).data)
  }

  /// The work failed, and a sentence says why.
  @Test func aPipeThatIsClosedEarlyIsNamed() throws {
    let pipe = try shell("synthetic - --epochs 2 | head -c 1000 > /dev/null")
    #expect(pipe.status == 1, "\(pipe.complaints)")
    #expect(pipe.complaints.contains("its reader has closed it"), "\(pipe.complaints)")
  }

  /// Runs `augtop augment` in a shell; its status is the program's.
  private func shell(_ arguments: String) throws -> (status: Int32, complaints: String) {
    let program = Command.path
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = [
      "-c", "set -o pipefail; '\(program)' augment \(arguments)",
    ]
    process.currentDirectoryURL = URL(filePath: folder.path)
    process.standardInput = FileHandle.nullDevice
    process.standardError = try FileHandle(
      forWritingTo: URL(filePath: folder.write("err", text: "")))
    try process.run()
    process.waitUntilExit()
    let complaints = try String(contentsOfFile: folder.path("err"), encoding: .utf8)
    return (process.terminationStatus, complaints)
  }

  // MARK: CIFAR

  private func records(_ labels: [[UInt8]]) -> [UInt8] {
    labels.flatMap { $0 + (0..<3072).map { UInt8(truncatingIfNeeded: $0) } }
  }

  @Test func cifar100HasTwoLabels() throws {
    try folder.write("train.bin", records([[3, 17], [19, 99], [0, 0]]))
    for (mode, wanted) in [("fine", [17, 99, 0]), ("coarse", [3, 19, 0])] {
      let command = try augment(
        "cifar100:train.bin", "o.npy", "--no-shuffle", "--class-mode", "sparse", "--label-mode",
        mode,
        "--force")
      #expect(command.status == 0, "\(command.complaints)")
      #expect(try array("o.labels.npy").rows.map { Int($0[0]) } == wanted)
      let names = try String(contentsOfFile: folder.path("o.classes.json"), encoding: .utf8)
      #expect(
        names.contains(mode == "fine" ? "\"castle\" : 17" : "\"food_containers\" : 3"), "\(names)")
    }
    let whole = try augment("cifar100:.", "o2.npy", "--class-mode", "sparse", "--no-shuffle")
    #expect(whole.status == 0, "\(whole.complaints)")
    #expect(try array("o2.labels.npy").rows.map { Int($0[0]) } == [17, 99, 0])
    try refuse(["cifar10:train.bin", "o3.npy"], "write cifar100:PATH")
    try refuse(["cifar10:.", "o3.npy"], "write cifar100:PATH")
    try refuse(["synthetic", "o3.npy", "--label-mode", "fine"], "cifar100:PATH")
    try refuse(["cifar100:train.bin", "o3.npy", "--label-mode", "both"], "fine, coarse")
  }

  /// The published archives as they are, and the versions that aren't read.
  @Test func archivesOfCifarAreRead() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("batches"), withIntermediateDirectories: false)
    try folder.write("batches/data_batch_2.bin", records([[4]]))
    try folder.write("batches/data_batch_1.bin", records([[7], [2]]))
    try folder.write("batches/test_batch.bin", records([[1]]))
    for archive in ["a.tar.gz", "a.tar"] {
      let tar = try run("/bin/tar", archive.hasSuffix("gz") ? "czf" : "cf", archive, "batches")
      #expect(tar == 0)
      let command = try augment(
        "cifar10:\(archive)", "o.npy", "--no-shuffle", "--class-mode", "sparse", "--force")
      #expect(command.status == 0, "\(command.complaints)")
      #expect(try array("o.labels.npy").rows.map { Int($0[0]) } == [7, 2, 4])
      try refuse(["cifar100:\(archive)", "o3.npy"], "write cifar10:PATH")
    }
    try folder.write("pickled", [0x80, 4, 0x95] + [UInt8](repeating: 0, count: 3070))
    try refuse(["cifar10:pickled", "o3.npy"], "version for Python")
    try folder.write("m.bin", "MATLAB 5.0 MAT-file".utf8)
    try refuse(["cifar10:m.bin", "o3.npy"], "version for Matlab")
    try folder.write(
      "cut.tar.gz", Data(contentsOf: URL(filePath: folder.path("a.tar.gz"))).dropLast(40))
    try refuse(["cifar10:cut.tar.gz", "o3.npy"], "damaged")
  }

  private func run(_ program: String, _ arguments: String...) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder.path)
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  // MARK: NumPy

  /// A Python that has NumPy: the one that `AUGTOP_PYTHON` names, the project's own, or the system's.
  private static let python: String? = [
    ProcessInfo.processInfo.environment["AUGTOP_PYTHON"], Package.path(".build-python/bin/python3"),
    "/usr/bin/python3",
  ].compactMap { $0 }.first { path in
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = ["-c", "import numpy"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// Random arrays of every type and order, in archives too, and mutated headers.
  @Test(.enabled(if: python != nil, "no Python with NumPy"))
  func arraysAreReadAsNumPyReadsThem() throws {
    let script = Package.path("Tests/augtopTests/Support/check_arrays.py")
    #expect(try run(Self.python ?? "", script, Command.path, "60") == 0)
  }
}
