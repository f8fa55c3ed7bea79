package import Augmentation

/// Where Keras 1.1.0 lets go of CPython's interpreter lock while it makes a picture, in microseconds with
/// the lock and without it.
///
/// NumPy lets go for every product of matrices and every copy of more than 500 values, mostly for less than
/// a microsecond; SciPy for each channel that it warps.
///
/// - Source: Stamps on every `PyEval_SaveThread` and `PyEval_RestoreThread` of the published code and, on
///   another day, of `augtop calibrate`'s parts of it, one thread, pictures of 32×32×3 (Python 3.11.7, NumPy
///   2.4.6, SciPy 1.17.1, AMD EPYC).
package enum KerasReleases {
  /// A picture of the published generator with shifts and a mirror.
  package static let picture = stretches([
    (26, 0.2), (3, 0.2), (3, 0.2), (9, 0.2), (3, 0.2), (3, 0.4), (5, 1), (4, 20.7), (5, 20.7),
    (5, 20.7), (4, 1.5), (4, 0.4), (5, 1.4), (3, 5.4), (4, 5.4),
  ])

  /// The same with the warp left out.
  package static let pictureWithoutWarp = stretches([
    (9, 0.2), (2, 0.2), (2, 0.2), (4, 0.2), (2, 0.2), (4, 1.4), (3, 5),
  ])

  /// The stretches of a stage; empty where it doesn't let go.
  package static func stretches(of stage: Stage) -> [LockStretch] {
    switch stage {
    case .load: stretches([(0.7, 0.9)])
    case .zoom: stretches([(3.2, 0)])
    case .compose: stretches([(0.41, 0), (0.72, 0), (0.41, 0), (0.45, 0), (2.73, 0)])
    case .warp:
      stretches([
        (0.12, 0.12), (6.3, 0.12), (3, 14.53), (4.15, 0.15), (2.94, 14.48), (4.18, 0.15),
        (2.91, 14.48), (4.41, 0.13), (0.12, 0.11),
      ])
    case .channelShift:
      stretches([
        (0.12, 0.12), (4.6, 0.25), (2.25, 0.24), (2.73, 0.14), (2.34, 0.15), (2.49, 0.11),
        (2.2, 0.18), (2.46, 0.11), (2.22, 0.15), (4.06, 0.15), (0.12, 0.11),
      ])
    case .standardize: stretches([(0.94, 5.63), (1.51, 0.18), (1.05, 5.64), (0.82, 0.26)])
    case .collate: stretches([(0.42, 3.65)])
    default: []
    }
  }

  private static func stretches(_ pairs: [(held: Double, free: Double)]) -> [LockStretch] {
    pairs.map { LockStretch(held: $0.held, free: $0.free) }
  }
}
