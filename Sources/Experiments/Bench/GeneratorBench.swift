import Augmentation
import CLinux

/// How many pictures one core makes in a second, compared with memcpy in the same process.
///
/// Generator and memcpy take turns, batch by batch in the same shuffled order, into one reused
/// buffer; nothing is recorded. memcpy moves the bytes that come out.
package struct GeneratorBench {
  /// The rates of one row.
  package struct Result: Sendable {
    /// The row's name.
    package let name: String
    /// The generator's pictures a second, one entry a run.
    package let generator: [Double]
    /// memcpy's pictures a second, one entry a run.
    package let memcpy: [Double]
    /// Cycles of the generator's for a pixel of the result, one entry a run; empty where the core's clock
    /// can't be measured.
    package let cyclesPerPixel: [Double]
  }

  /// A run repeats its pass over all pictures until it has taken this long, in nanoseconds.
  private static let shortestRun: Int64 = 50_000_000

  private let workload: Workload
  let pictures: BenchPictures
  private let worker: BenchWorker

  /// Makes the row's pictures.
  package init(_ workload: Workload) {
    self.workload = workload
    pictures = BenchPictures(workload)
    worker = BenchWorker(workload, pictures)
  }

  /// Runs `runs` times over all pictures, after one run that isn't counted.
  ///
  /// - Parameter keepsGoing: Called before each run; false skips it.
  /// - Throws: The source's fault for a picture that can't be read.
  package mutating func run(
    runs: Int, keepsGoing: () -> Bool = { true }
  ) throws -> Result {
    var generator: [Double] = []
    var memcpy: [Double] = []
    var cyclesPerPixel: [Double] = []
    let pixels = Double(workload.shape.height * workload.shape.width)
    for run in 0...runs where keepsGoing() {
      let before = cl_cycles_per_ns()
      let rates = try passOverAll()
      let clock = (before + cl_cycles_per_ns()) / 2
      guard run > 0 else { continue }
      generator.append(rates.generator)
      memcpy.append(rates.memcpy)
      if before > 0 { cyclesPerPixel.append(clock * 1e9 / (rates.generator * pixels)) }
    }
    return Result(
      name: workload.name, generator: generator, memcpy: memcpy, cyclesPerPixel: cyclesPerPixel)
  }

  private func passOverAll() throws -> (generator: Double, memcpy: Double) {
    var made = 0
    var generatorTime: Int64 = 0
    var memcpyTime: Int64 = 0
    while made < workload.pictures || generatorTime < Self.shortestRun {
      let start = cl_monotonic_ns()
      made += try worker.makeBatch()
      generatorTime += cl_monotonic_ns() - start
      memcpyTime += worker.copyBatch()
    }
    return (
      Double(made) / (Double(generatorTime) * 1e-9), Double(made) / (Double(memcpyTime) * 1e-9)
    )
  }
}
