import Augmentation
import Pipeline
import SwiftProtobuf
import Testing

@testable import Tracing

/// The fast encoder against its definition.
@Suite struct TrackMomentTests {
  @Test(arguments: [1, 2, 3])
  func fastBytesAreTheObviousOnes(seed: UInt64) throws {
    var random = SeededNumbers(seed: seed)
    let start = UInt64.random(in: 0...(.max >> 1), using: &random)
    var states = [SequenceState](repeating: SequenceState(start: start), count: 4)
    var lasts = [Nanoseconds](repeating: .zero, count: 4)
    for _ in 0..<2_000 {
      let sequence = Int.random(in: 0..<4, using: &random)
      let moment = Self.moment(sequence, after: lasts[sequence], &random)
      let packet = moment.packet(after: lasts[sequence], start: start)
      lasts[sequence] = max(lasts[sequence], moment.at)
      var buffer = WireBuffer()
      states[sequence].write(moment, to: &buffer)
      var trace = PerfettoTrace()
      trace.packet = [packet]
      let obvious: [UInt8] = try trace.serializedBytes()
      guard buffer.bytes == obvious else {
        Issue.record("seed \(seed): \(buffer.bytes) is not \(obvious) for \(packet)")
        return
      }
    }
  }

  private static func moment(
    _ sequence: Int, after last: Nanoseconds, _ random: inout SeededNumbers
  ) -> TrackMoment {
    let kinds: [TrackMoment.Kind] = [.begin, .end, .instant, .counter]
    let wide = UInt64.random(in: 0...40, using: &random)
    let span = Int64.random(in: 0...(1 << wide), using: &random)
    let isLate = UInt8.random(in: 0..<8, using: &random) == 0
    var moment = TrackMoment(
      kinds.randomElement(using: &random) ?? .end,
      on: SequenceID(rawValue: UInt32(sequence) * 100 + 1),
      at: isLate ? last - Nanoseconds(span) : last + Nanoseconds(span))
    func maybe(_ random: inout SeededNumbers) -> Bool { Bool.random(using: &random) }
    switch Int.random(in: 0..<5, using: &random) {
    case 0: moment.name = .word(.stage(Int.random(in: 0..<Stage.allCases.count, using: &random)))
    case 1: moment.name = .numbered(.batch, Int.random(in: 0...1_000_000, using: &random))
    case 2: moment.name = .numbered(.step, Int.random(in: .min ... .max, using: &random))
    case 3:
      moment.name = .text(
        String(repeating: "ü批", count: Int.random(in: 0..<60, using: &random)))
    default: break
    }
    if maybe(&random) { moment.category = .session }
    if maybe(&random) { moment.track = .counter(Int.random(in: 0..<500, using: &random)) }
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      moment.annotate(.cpu, Int64.random(in: .min ... .max, using: &random) >> Int64(wide))
    }
    if maybe(&random) {
      moment.texts = [
        SessionHeader.Attribute("key", String(repeating: "x", count: Int(wide) * 500)),
        SessionHeader.Attribute("", ""),
      ]
    }
    if maybe(&random) { moment.value = .real(Double.random(in: -1e9...1e9, using: &random)) }
    if maybe(&random) { moment.value = .whole(Int64.random(in: .min ... .max, using: &random)) }
    if maybe(&random) { moment.flow = .starts(batch: Int(span)) }
    if maybe(&random) { moment.flow = .ends(batch: Int(span)) }
    return moment
  }
}
