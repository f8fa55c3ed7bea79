package import Augmentation

/// How a Python's NumPy rounds products of matrices, as `--dot` has it.
package struct NumPyProducts: Equatable, Sendable {
  /// NumPy's version.
  package let version: String
  /// The rounding; nil where it is neither of the two, as another library's than OpenBLAS may be.
  package let dot: DotProduct?

  /// Has a Python multiply some matrices.
  ///
  /// - Parameters:
  ///   - python: A path, or a name that is looked for on `PATH`.
  ///   - timeout: The longest time to wait for a line.
  ///   - keepsGoing: Called repeatedly while waiting; false ends the measurement.
  /// - Throws: `PythonFault.missing` where NumPy is missing, `.unexpected` for an unexpected line,
  ///   `.incomplete` where no product came; else what `PythonScript` throws.
  package static func measure(
    python: String, timeout: Duration, keepsGoing: () -> Bool = { true }
  ) throws(PythonFault) -> NumPyProducts {
    let script = String(decoding: PackageResources.dot_py, as: UTF8.self)
    let process = try PythonScript(python: python, script: script)
    var lines: [String] = []
    while lines.last != "done" {
      let line = try process.line(within: timeout, keepsGoing: keepsGoing)
      guard line != "missing numpy" else { throw .missing(packages: ["numpy"]) }
      lines.append(line)
      // Each may be 4096 bytes long, and the script writes no more of them.
      guard lines.count <= 64 else { throw .unexpected(line) }
    }
    return try NumPyProducts(lines: lines)
  }

  /// Evaluates the script's lines, the last of which is `done`.
  ///
  /// - Throws: `PythonFault.unexpected` for a line that isn't the script's, `.incomplete` without a
  ///   version or a product.
  package init(lines: [String]) throws(PythonFault) {
    var version: String?
    var roundings = Set(DotProduct.allCases)
    var products = 0
    for line in lines.dropLast() {
      let words = line.split(separator: " ").map(String.init)
      if words.count == 2, words[0] == "numpy" {
        version = words[1]
        continue
      }
      let numbers = words.dropFirst().compactMap { Double($0) }
      guard words.first == "product", numbers.count == 27, words.count == 28 else {
        throw .unexpected(line)
      }
      let maps = [0, 9, 18].map { AffineMap(rows: numbers[$0..<($0 + 6)]) }
      roundings = roundings.filter { maps[0].times(maps[1], $0) == maps[2] }
      products += 1
    }
    guard let version else { throw .incomplete("its version") }
    guard products > 0 else { throw .incomplete("products of matrices") }
    self.version = version
    dot = roundings.count == 1 ? roundings.first : nil
  }
}

extension AffineMap {
  /// The upper two rows of a matrix, row by row.
  fileprivate init(rows: ArraySlice<Double>) {
    let n = Array(rows)
    self.init(
      rowRow: n[0], rowColumn: n[1], rowOffset: n[2], columnRow: n[3], columnColumn: n[4],
      columnOffset: n[5])
  }
}
