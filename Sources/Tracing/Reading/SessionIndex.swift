import Pipeline
package import Quantities

/// The places of a session file at which reading can begin, in the order of time.
///
/// Once a second the file has the values of all sequences' clocks; reading can begin there. The
/// places are found by following the packets' lengths; only packets with clocks are decoded.
package struct SessionIndex: Sendable, Equatable {
  /// A place at which reading can begin.
  package struct Place: Sendable, Equatable {
    /// The latest of the sequences' clocks, since the session's start: no moment before this place
    /// is later.
    package var at: Nanoseconds
    /// Bytes from the file's start.
    package var offset: Int

    /// A place of a known time and offset.
    package init(at: Nanoseconds, offset: Int) {
      self.at = at
      self.offset = offset
    }
  }

  /// The places, both times and offsets ascending.
  package private(set) var places: [Place] = []

  /// Finds the places of a file; leaves its packets at the first.
  ///
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

  /// The last place whose time isn't after a moment; nil where there is none and reading begins at
  /// the file's start.
  ///
  /// - Complexity: O(log places).
  package func place(before moment: Nanoseconds) -> Place? {
    var low = 0
    var high = places.count
    while low < high {
      let middle = (low + high) / 2
      if places[middle].at <= moment { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? places[low - 1] : nil
  }

  /// The value of a sequence's clock; nil where the packet doesn't have it.
  private static func clock(_ bytes: UnsafeRawBufferPointer) -> Nanoseconds? {
    guard let packet = PreamblePacket(bytes), packet.sequence != 0,
      case .clocks(let sequence?) = packet.content, sequence < SessionRecords.latest
    else { return nil }
    return Nanoseconds(Int64(sequence))
  }
}
