/// Another way to make a bench row's pictures, on this machine, in Python.
package enum Peer: String, CaseIterable, Sendable {
  /// OpenCV, one thread, in a tight loop. In the JPEG row simplejpeg decodes where it is installed.
  case opencv
  /// Keras 1.1.0's own steps in NumPy and SciPy.
  case scipy
  /// Decoding by simplejpeg (libjpeg-turbo) alone, without any augmentation.
  case decode

  /// The peer's name in the report.
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

/// One line of the peer script's output; a comment at the top of the script lists them.
package enum PeerLine: Equatable, Sendable {
  /// A package that this Python lacks, under its name on PyPI.
  case missing(package: String)
  /// The script has no such row.
  case unknown
  /// The pictures are made; the packages used.
  case ready(versions: [Version])
  /// A peer's pictures a second in one run.
  case rate(Peer, Double)
  /// The end of a run.
  case done

  /// A package and its version.
  package struct Version: Equatable, Sendable {
    /// The package's name.
    package let name: String
    /// The package's version.
    package let version: String

    /// A package and its version.
    package init(name: String, version: String) {
      self.name = name
      self.version = version
    }
  }

  /// Reads a line; nil where any word of it isn't part of the protocol.
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
