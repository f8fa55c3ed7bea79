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
