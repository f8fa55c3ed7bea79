import Augmentation
import Glibc

/// What the settings want to know of the pictures, learnt from all of them as Keras's `fit` does;
/// nil where they want nothing.
func fitStatistics(
  _ dataset: any DatasetSource, _ settings: AugmentationSettings
) throws -> Statistics? {
  if let channels = settings.normalization?.mean.count, channels != dataset.shape.channels {
    throw CommandFault.wrong(
      Faults.sentence(
        StatisticsFault.wrongChannels(
          normalization: channels, picture: dataset.shape.channels)))
  }
  guard settings.isFeaturewise else { return nil }
  if isatty(STDERR_FILENO) == 1 {
    printError("augtop: fitting \(dataset.count) pictures\(settings.zcaWhitening ? ", ZCA" : "")…")
  }
  do {
    return try Statistics.fit(dataset, settings: settings)
  } catch let fault as StatisticsFault {
    throw CommandFault.wrong(Faults.sentence(fault))
  }
}

extension Faults {
  static func sentence(_ fault: StatisticsFault) -> String {
    switch fault {
    case .notFitted(let step): "--\(step.rawValue) wants statistics, and none were fitted"
    case .singular(let rank, let features):
      "--zca-whitening: the pictures span \(rank) of their \(features) values; give more pictures,"
        + " or smaller ones"
    case .tooManyFeatures(let features, let limit):
      "--zca-whitening: a picture has \(features) values, and ZCA takes at most \(limit)"
    case .unsolved(let info): "--zca-whitening: the eigenproblem wasn't solved (LAPACK: \(info))"
    case .wrongChannels(let normalization, let picture):
      "--normalization has \(normalization) channels, the pictures have \(picture)"
    }
  }
}
