package import Pipeline
import Quantities

/// A loader that people run, which `augtop verify --real` runs beside this program's rules for it.
package enum RealLoader: String, CaseIterable, Sendable {
  /// PyTorch's `DataLoader` with worker processes.
  case torch

  /// The rules that are held against it.
  package func rules(_ row: RealRow) -> Loader {
    switch self {
    case .torch: .torch
    }
  }

  /// The numbers of workers that it works with.
  package var workerCounts: ClosedRange<Int> {
    switch self {
    case .torch: Loader.torch.workerCounts
    }
  }

  /// The script that runs it: the part that all share, then its own.
  var script: String {
    let own =
      switch self {
      case .torch: PackageResources.real_torch_py
      }
    return [PackageResources.real_py, own]
      .map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
  }

  /// Whether batches lie in shared memory on their way.
  package var sharesMemory: Bool { self == .torch }

  /// The threads or processes of a row that burn CPU at the same time, the consumer left out.
  package func burningThreads(_ row: RealRow) -> Int { row.work == .sleep ? 0 : row.workers }
}

extension RealLoader {
  /// All of them, as help and faults list them.
  package static let names = allCases.map(\.rawValue).joined(separator: ", ")

  /// The package that brings it, under its name on PyPI.
  package var package: String {
    switch self {
    case .torch: "torch"
    }
  }

  /// The column of batches ahead.
  package var aheadName: String {
    switch self {
    case .torch: "prefetch"
    }
  }

  /// Whether its workers may be threads or processes.
  package var hasBothKinds: Bool {
    switch self {
    case .torch: false
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
    }
  }

  private static func rows(
    _ work: RealRow.Work, _ rows: [(make: Double, step: Double, workers: Int, ahead: Int)]
  ) -> [RealRow] {
    rows.map {
      var row = RealRow(
        make: .seconds(rounding: $0.make * 1e-3), step: .seconds(rounding: $0.step * 1e-3),
        workers: $0.workers, ahead: $0.ahead)
      row.work = work
      return row
    }
  }
}
