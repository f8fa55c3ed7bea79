/// Another way to make a bench row's pictures, on this machine, in Python.
package enum Peer: String, CaseIterable, Sendable {
  /// OpenCV, one thread, in a tight loop; in the JPEG row behind simplejpeg if that is there.
  case opencv
  /// Keras 1.1.0's own steps in NumPy and SciPy.
  case scipy
  /// simplejpeg (libjpeg-turbo) alone: what decoding takes, and no more is done.
  case decode

  package var title: String {
    switch self {
    case .opencv: "OpenCV"
    case .scipy: "NumPy/SciPy"
    case .decode: "decoding alone"
    }
  }

  /// Whether it makes the whole row, so that it can be compared with.
  package var makesAll: Bool { self != .decode }
}

/// Why Python can't be compared with.
package enum PeerFault: Error, Equatable, Sendable {
  /// There is no such program, or it can't be run.
  case notStarted(errno: Int32)
  /// Packages, under their names on PyPI, that this Python lacks.
  case missing(packages: [String])
  /// It ended by itself; the last thing that it had to say about it.
  case ended(PeerEnd, lastWords: String)
  /// It said something that isn't part of the conversation.
  case rubbish(String)
  /// It said nothing for so long.
  case silent(Duration)
  /// Somebody wants to stop; no fault of Python's.
  case interrupted
}

/// How a program ended.
package enum PeerEnd: Equatable, Sendable {
  case exited(Int32)
  case killed(signal: Int32)
  /// It closed its output and went on.
  case hungUp
}

/// One line that the script says; its own first lines list them.
package enum PeerLine: Equatable, Sendable {
  case missing(package: String)
  case unknown
  case ready(versions: [Version])
  case rate(Peer, Double)
  case done

  package struct Version: Equatable, Sendable {
    package let name: String
    package let version: String

    package init(name: String, version: String) {
      self.name = name
      self.version = version
    }
  }

  /// nil where it isn't one of them, down to the last word.
  package init?(_ line: String) {
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    switch (words[0], words.count) {
    case ("missing", 3) where !words[2].isEmpty: self = .missing(package: words[2])
    case ("unknown", 2): self = .unknown
    case ("ready", 2...):
      let versions = words.dropFirst().compactMap(Version.init)
      guard versions.count == words.count - 1 else { return nil }
      self = .ready(versions: versions)
    case ("rate", 3):
      guard let peer = Peer(rawValue: words[1]), let rate = Double(words[2]), rate.isFinite,
        rate > 0
      else { return nil }
      self = .rate(peer, rate)
    case ("done", 1): self = .done
    default: return nil
    }
  }
}

extension PeerLine.Version {
  fileprivate init?(_ word: String) {
    let halves = word.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    guard halves.count == 2, !halves[0].isEmpty, !halves[1].isEmpty else { return nil }
    self.init(name: halves[0], version: halves[1])
  }
}
