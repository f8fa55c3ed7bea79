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
}
