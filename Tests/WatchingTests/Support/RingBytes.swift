import Watching

/// A ring as the probe writes it, made of lines and slots.
struct RingBytes {
  private(set) var bytes: [UInt8]
  private var used = 16
  private var count: Int64 = 0

  init() {
    bytes = [UInt8](repeating: 0, count: RingReader.page + RingReader.slots * RingRecord.words * 8)
    let head = Array("augtop\0\u{2}".utf8) + Self.little(4096, 4) + Self.little(16, 4)
    bytes.replaceSubrange(0..<16, with: head)
  }

  mutating func tell(_ line: String) {
    let text = Array((line + "\n").utf8)
    bytes.replaceSubrange(used..<used + text.count, with: text)
    used += text.count
  }

  /// Writes a record's words behind its kind and loader.
  mutating func put(_ kind: Int64, loader: Int64 = 0, _ words: Int64...) {
    count += 1
    let zeros = [Int64](repeating: 0, count: 13 - words.count)
    let slot = [count, kind | loader << 8] + words + zeros + [count]
    let place = RingReader.page + Int(count % Int64(RingReader.slots)) * RingRecord.words * 8
    bytes.replaceSubrange(
      place..<place + RingRecord.words * 8, with: slot.flatMap { Self.little($0, 8) })
  }

  private static func little(_ value: Int64, _ bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// A training process's ring and its worker's: `steps` batches of 8 pictures, every one measured, each made
  /// in 10 ms of which the transform takes 4, 7 ms of CPU time of which it burns 3 and collating 1, each trained in 6 ms.
  static func job(steps: Int) -> (main: RingBytes, worker: RingBytes) {
    var (main, worker) = (RingBytes(), RingBytes())
    main.tell(#"{"e":"hello","python":"3.11.7","program":"/home/me/train.py"}"#)
    main.tell(
      #"{"e":"loader","id":1,"kind":"torch","epoch":1,"t":0,"batches":\#(steps),"samples":\#(steps * 8),"batch":8,"workers":1,"prefetch":2,"dataset":"Photos"}"#
    )
    main.tell(#"{"e":"workers","loader":1,"epoch":1,"pids":[20],"from":0,"to":1000000}"#)
    worker.tell(#"{"e":"hello","python":"3.11.7","program":"/home/me/train.py"}"#)
    worker.tell(#"{"e":"stage","id":0,"name":"RandomCrop","switch":true}"#)
    worker.tell(#"{"e":"shape","shape":[3,32,48]}"#)
    let ms: Int64 = 1_000_000
    for step in 0..<Int64(steps) {
      let start = 1000 * ms + step * 10 * ms
      worker.put(3, step, 0, 1, 0, 4 * ms, 3 * ms)
      worker.put(
        1, step, 0, 0, 8, start, start, start, start + 9 * ms, start + 10 * ms, 7 * ms, 1, 0,
        6 * ms)
      worker.put(6, step, 0, 0, start + 10 * ms, 500)
      let taken = start + 10 * ms + ms / 2
      main.put(2, loader: 1, step, 1, start + 6 * ms + ms / 2, taken, 1, step, 0, 0, 0)
    }
    let end = 1000 * ms + Int64(steps) * 10 * ms + 6 * ms + ms / 2
    main.put(4, loader: 1, 1, Int64(steps), end, end + ms)
    return (main, worker)
  }
}
