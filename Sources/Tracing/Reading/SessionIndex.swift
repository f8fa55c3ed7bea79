import Pipeline
package import Quantities

/// Places of a session file from which it can be read on, in the order of time.
///
/// Once a second the file says where every sequence's clock stands; those are the places. Found by
/// hopping from packet to packet, without decoding what lies between.
package struct SessionIndex: Sendable, Equatable {
  package struct Place: Sendable, Equatable {
    /// What was told before it ended by then, but for what a worker or the consumer was busy with.
    package var at: Nanoseconds
    /// In bytes from the file's start.
    package var offset: Int

    package init(at: Nanoseconds, offset: Int) {
      self.at = at
      self.offset = offset
    }
  }

  package private(set) var places: [Place] = []

  /// - Complexity: O(packets); reads the file once.
  package init(_ file: SessionFileReader) {
    let stream = file.stream
    stream.rewind()
    defer { stream.rewind() }
    // Times of one group, until a packet of another kind ends it.
    var open: Place?
    while let (offset, isSnapshot) = stream.hop() {
      let clock = isSnapshot ? stream.packet.flatMap(Self.clock) : nil
      if let clock, clock > .zero {
        let known = open ?? Place(at: clock, offset: offset)
        open = Place(at: max(known.at, clock), offset: known.offset)
      } else if let place = open {
        if places.last.map({ $0.at <= place.at }) ?? true { places.append(place) }
        open = nil
      }
    }
  }

  /// The last place before a moment; nil where the file's start is nearer.
  package func place(before moment: Nanoseconds) -> Place? {
    var low = 0
    var high = places.count
    while low < high {
      let middle = (low + high) / 2
      if places[middle].at <= moment { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? places[low - 1] : nil
  }

  /// Where a sequence's clock stands; nil where the packet doesn't say.
  private static func clock(_ bytes: UnsafeRawBufferPointer) -> Nanoseconds? {
    guard let packet = PreamblePacket(bytes), packet.sequence != 0,
      case .clocks(let sequence?) = packet.content, sequence < SessionRecords.latest
    else { return nil }
    return Nanoseconds(Int64(sequence))
  }
}
