import Pipeline
import Quantities
import Recordings
import Tracing

extension RecordedSession {
  /// The moment of a recording's last record; zero where there are no records.
  ///
  /// Every sequence writes its clock once a second, so the last megabytes are enough.
  func findEnd() -> Nanoseconds {
    var records = records
    var length = Self.tail
    while true {
      let start = max(0, records.size - length)
      if start > 0 {
        records.seek(to: SessionIndex.Place(at: .zero, offset: start), scenario: scenario)
      } else {
        records.rewind()
      }
      var latest: Nanoseconds?
      while let record = records.next() { latest = max(latest ?? .zero, record.at) }
      if let latest { return latest }
      guard start > 0 else { return .zero }
      length *= 4
    }
  }

  private static let tail = 1 << 20
}
