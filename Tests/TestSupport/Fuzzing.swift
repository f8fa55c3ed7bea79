import Foundation

/// How long the tests that mutate files go on: `AUGTOP_FUZZ_ROUNDS` times as long as usually.
///
/// Under the address sanitizer, a quarter of an hour or so:
///
///     ASAN_OPTIONS=detect_leaks=0 AUGTOP_FUZZ_ROUNDS=100 swift test --sanitize=address \
///       --scratch-path .build-asan --filter 'DatasetsTests.*(utated|damage)'
package enum Fuzzing {
  package static let rounds = UInt32(
    ProcessInfo.processInfo.environment["AUGTOP_FUZZ_ROUNDS"].flatMap { UInt16($0) } ?? 1)

  /// The lengths to which a file of `count` bytes is cut: each of its last 100 bytes and every seventh before, or,
  /// with `AUGTOP_FUZZ_ROUNDS`, every length there is.
  package static func cuts(of count: Int) -> [Int] {
    let dense = rounds > 1 ? 0 : max(0, count - 100)
    return Array(stride(from: 0, to: dense, by: 7)) + Array(dense..<count)
  }
}
