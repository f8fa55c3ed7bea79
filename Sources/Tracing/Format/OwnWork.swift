import Pipeline
package import Quantities

/// A span of augtop's own work, as opposed to the work that it emulates.
package struct OwnWork: Sendable, Equatable, BitwiseCopyable {
  /// The kinds of own work; each kind has a track of its own.
  package enum Kind: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// The screen drew a frame.
    case drawing
    /// The recorder emptied the lanes, updated the ledger and wrote the file.
    case recording
  }

  /// The kind, which also selects the track.
  package var kind: Kind
  /// The moment it began, since the session's start.
  package var start: Nanoseconds
  /// The moment it was over, since the session's start.
  package var end: Nanoseconds

  /// A span from one moment of the session to another.
  package init(_ kind: Kind, from start: Nanoseconds, to end: Nanoseconds) {
    self.kind = kind
    self.start = start
    self.end = end
  }
}
