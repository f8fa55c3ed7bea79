package import Pipeline
import Quantities

/// A loader that people run, which `augtop verify --real` runs beside this program's rules for it.
package enum RealLoader: String, CaseIterable, Sendable {
  /// PyTorch's `DataLoader` with worker processes.
  case torch
  /// Keras 1.1.0's `generator_queue`, read from the folder of its published source.
  case keras
  /// Keras 3's `PyDataset`, by the adapter that `fit` takes it through.
  case keras3
  /// tf.data: a `map` of Python and `prefetch`.
  case tfData = "tf-data"

  /// The rules that are held against it.
  package func rules(_ row: RealRow) -> Loader {
    switch self {
    case .torch: .torch
    case .keras: row.usesProcesses ? .kerasProcesses : .kerasThreads
    case .keras3: row.usesProcesses ? .keras3Processes : .keras3
    case .tfData: .tfData
    }
  }

  /// The numbers of workers that it works with.
  package var workerCounts: ClosedRange<Int> {
    switch self {
    case .torch: Loader.torch.workerCounts
    case .keras: Loader.kerasThreads.workerCounts
    case .keras3: Loader.keras3.workerCounts
    case .tfData: Loader.tfData.workerCounts
    }
  }

  /// The script that runs it: the part that all share, then its own.
  var script: String {
    let own =
      switch self {
      case .torch: PackageResources.real_torch_py
      case .keras: PackageResources.real_keras_py
      case .keras3: PackageResources.real_keras3_py
      case .tfData: PackageResources.real_tf_data_py
      }
    return [PackageResources.real_py, own]
      .map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
  }

  /// Whose costs besides the pictures its rows need, part by part; nil where they need none.
  package func costs(of rows: [RealRow]) -> LoaderCosts.Owner? {
    switch self {
    case .torch: .torch
    case .keras3 where rows.contains(where: \.usesProcesses): .keras3
    case .tfData where rows.contains { $0.epoch != nil }: .tfData
    case .keras3, .keras, .tfData: nil
    }
  }

  /// Whether batches lie in shared memory on their way.
  package var sharesMemory: Bool { self == .torch }

  /// The threads or processes of a row that burn CPU at the same time, the consumer left out.
  package func burningThreads(_ row: RealRow, cores: Int) -> Int {
    row.work == .sleep ? 0 : rules(row).makers(workers: row.workers, cores: cores)
  }
}

extension RealLoader {
  /// All of them, as help and faults list them.
  package static let names = allCases.map(\.rawValue).joined(separator: ", ")

  /// The packages that bring it, for people.
  package var packages: String {
    switch self {
    case .torch: "torch"
    case .keras: "NumPy and SciPy"
    case .keras3: "keras"
    case .tfData: "tensorflow"
    }
  }

  /// The files of a published source folder that its script reads.
  package var sourceFiles: [String] {
    self == .keras ? ["keras/engine/training.py", "keras/preprocessing/image.py"] : []
  }

  /// The column of batches ahead.
  package var aheadName: String {
    switch self {
    case .torch, .tfData: "prefetch"
    case .keras, .keras3: "queue"
    }
  }

  /// Whether its workers may be threads or processes.
  package var hasBothKinds: Bool {
    switch self {
    case .torch, .tfData: false
    case .keras, .keras3: true
    }
  }

  /// Rows that are measured where none are named.
  package var standardRows: [RealRow] {
    switch self {
    case .torch:
      Self.rows(
        .burn, [(16, 4, 1, 2), (16, 4, 2, 2), (8, 5, 1, 4), (4, 1, 2, 2), (6.4, 3.2, 2, 2)])
        + Self.rows(.sleep, [(20, 5, 4, 2), (40, 12, 2, 1)])
        + Self.rows(.burn, [(8, 4, 0, 1), (16, 4, 0, 1)])
    case .keras:
      Self.rows(.burn, [(8, 4, 1, 10), (2, 5, 1, 10), (3, 3, 1, 4), (5, 3, 1, 10), (12, 4, 1, 10)])
        + Self.rows(.burn, [(8, 4, 2, 10), (8, 12, 2, 10)])
        + Self.rows(.sleep, [(12, 4, 2, 10), (20, 4, 4, 10)])
    case .keras3:
      Self.rows(.burn, [(8, 4, 1, 10), (8, 4, 2, 10), (4, 6, 2, 10)])
        + Self.rows(.sleep, [(12, 4, 4, 2), (20, 4, 1, 10)])
        + Self.rows(.burn, [(16, 4, 2, 10)], processes: true)
        + Self.rows(.sleep, [(12, 2, 4, 4)], processes: true)
    case .tfData:
      Self.rows(.burn, [(8, 4, 1, 2), (4, 6, 2, 2)])
        + Self.rows(.sleep, [(12, 4, 2, 2), (12, 4, 4, 2), (6, 4, 1, 4)])
    }
  }

  private static func rows(
    _ work: RealRow.Work, _ rows: [(make: Double, step: Double, workers: Int, ahead: Int)],
    processes: Bool = false
  ) -> [RealRow] {
    rows.map {
      var row = RealRow(
        make: .seconds(rounding: $0.make * 1e-3), step: .seconds(rounding: $0.step * 1e-3),
        workers: $0.workers, ahead: $0.ahead)
      row.work = work
      row.usesProcesses = processes
      return row
    }
  }
}
