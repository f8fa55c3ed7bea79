import Augmentation
import Pipeline
import Quantities
import SwiftProtobuf
import TestSupport
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

  /// The fast decoder against the generated messages.
  @Test(arguments: [1, 2, 3])
  func fastMomentsAreTheObviousOnes(seed: UInt64) throws {
    var random = SeededNumbers(seed: seed)
    for _ in 0..<2_000 {
      let moment = Self.moment(0, after: .zero, &random)
      let packet = moment.packet(after: .zero, start: 0)
      let bytes: [UInt8] = try packet.serializedBytes()
      try bytes.withUnsafeBytes { bytes in
        let fast = try #require(RawMoment.packet(bytes))
        #expect(fast.timestamp == packet.timestamp && fast.clock == packet.timestampClockID)
        #expect(fast.sequence == packet.trustedPacketSequenceID)
        let event = packet.trackEvent
        let bytes = try #require(fast.event)
        let raw = try #require(RawMoment(event: bytes), "seed \(seed)")
        #expect(
          raw.kind == moment.kind && raw.value == moment.value && raw.track == event.trackUuid)
        #expect(raw.attributes == moment.texts)
        switch moment.name {
        case .none: #expect(raw.name == .none)
        case .word(let word): #expect(raw.name == .word(word))
        case .numbered(.batch, let number): #expect(raw.name == .batch(number))
        case .numbered(.step, _), .text:
          #expect(String(decoding: raw.text, as: UTF8.self) == event.name)
        }
        // Of several numbers under one word the first is given.
        #expect(raw.number(.cpu) == event.debugAnnotations.first { $0.nameIid != 0 }?.intValue)
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
    case 0:
      let stage = StageID(Int.random(in: 0..<StageSet.capacity, using: &random))
      moment.name = SliceName.stage(stage).word.map { .word($0) } ?? .none
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

@Suite struct SliceNameTests {
  @Test func everyNameHasANumberOfItsOwn() {
    let names =
      (0..<StageSet.capacity).map { SliceName.stage(StageID($0)) } + SliceName.others
    var seen: Set<TraceWord> = []
    for name in names {
      guard let word = name.word else {
        #expect([.batch, .step, .serialize].contains(name))
        continue
      }
      #expect(seen.insert(word).inserted, "\(name)")
      #expect(SliceName(word: word) == name)
    }
    #expect(Set(names.map(\.index)).count == names.count)
    #expect(names.allSatisfy { $0.index < SliceName.indices })
  }
}
