import Pipeline
import Quantities

@testable import Tracing

/// A session file read back: its moments in the order of time, with slices added up.
struct RecordedMoments {
  var moments: [MomentReader.Moment] = []
  var sums: [String: [String: Int64]] = [:]
  var numbers: [String: Int64] = [:]
  var counters: [String: [TrackMoment.Value]] = [:]
  var trackNames: Set<String> = []
  var leftOver = 0
  var unresolved = 0

  /// A slice that ends without beginning, never ends, or ends before its parts.
  struct Unbalanced: Error {
    var track: String
  }

  init(path: String) throws {
    let packets = try SessionFileReader(path: path)
    var reader = MomentReader()
    while let packet = packets.next() {
      if let moment = reader.read(packet) { moments.append(moment) }
    }
    leftOver = packets.leftOver
    unresolved = reader.unresolved + packets.damaged
    trackNames = Set(reader.tracks.values.map(\.name))
    let order = moments.indices.sorted { (moments[$0].at, $0) < (moments[$1].at, $1) }
    moments = order.map { moments[$0] }
    try addUp(reader.tracks)
  }

  private mutating func addUp(_ tracks: [TrackID: MomentReader.Track]) throws {
    var open: [TrackID: [(name: String, at: Nanoseconds)]] = [:]
    for moment in moments {
      let track = tracks[moment.track]?.name ?? "?"
      switch moment.kind {
      case .begin:
        let plain = String(
          moment.name.reversed().drop { $0.isNumber }.drop { $0 == " " }.reversed())
        open[moment.track, default: []].append((plain, moment.at))
        for (name, value) in moment.numbers where name.hasSuffix("_ns") {
          numbers["\(plain) \(name)", default: 0] += value
        }
      case .end:
        guard let begun = open[moment.track]?.popLast() else { throw Unbalanced(track: track) }
        sums[track, default: [:]][begun.name, default: 0] += (moment.at - begun.at).count
      case .counter:
        guard tracks[moment.track]?.isCounter == true, let value = moment.value else {
          throw Unbalanced(track: track)
        }
        counters[track, default: []].append(value)
      case .instant: break
      }
    }
    for (track, slices) in open where !slices.isEmpty {
      throw Unbalanced(track: tracks[track]?.name ?? "?")
    }
  }
}
