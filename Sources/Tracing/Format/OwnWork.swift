import Pipeline
package import Quantities

/// A piece of augtop's own work: what it does beside the work that it emulates.
package struct OwnWork: Sendable, Equatable, BitwiseCopyable {
  package enum Kind: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// The screen drew a frame.
    case drawing
    /// The recorder drained the lanes, kept the ledger and wrote the file.
    case recording
  }

  package var kind: Kind
  package var start: Nanoseconds
  package var end: Nanoseconds

  package init(_ kind: Kind, from start: Nanoseconds, to end: Nanoseconds) {
    self.kind = kind
    self.start = start
    self.end = end
  }
}
