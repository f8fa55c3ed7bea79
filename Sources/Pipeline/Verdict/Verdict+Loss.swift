extension Verdict {
  /// The relative loss against the possible period above which an effect other than work is the limit.
  static let tolerableLoss = 0.05
}

extension Verdict.Kind {
  /// The relative loss above which this effect is the limit.
  ///
  /// - Parameter isStanding: It is the limit so far, and stays it for less.
  func loss(isStanding: Bool) -> Double {
    switch self {
    // Whoever looks at a queue under the interpreter lock waits for it: every loop loses some percent.
    case .interpreterBound: isStanding ? 0.07 : 0.1
    default: isStanding ? 0.02 : Verdict.tolerableLoss
    }
  }
}
