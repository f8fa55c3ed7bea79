import Augmentation
import Datasets
import Glibc
import Pipeline

/// The statistics that the settings need, computed over all pictures as Keras's `fit` does; nil
/// where they need none.
///
/// - Parameter random: The stream that an augmented fit draws from.
/// - Throws: A `CommandFault` of status 1 for pictures that can't be read and for statistics that
///   can't be computed.
func fitStatistics(
  _ dataset: any DatasetSource, _ settings: AugmentationSettings, random: inout LegacyRandom
) throws -> Statistics? {
  if let channels = settings.normalization?.mean.count, channels != dataset.shape.channels {
    throw CommandFault.wrong(
      Faults.sentence(
        StatisticsFault.wrongChannels(
          normalization: channels, picture: dataset.shape.channels)))
  }
  guard settings.isFeaturewise else {
    guard !settings.fitAugment else {
      throw CommandFault.wrong(
        "--fit-augment: nothing is fitted; add --featurewise-center,"
          + " --featurewise-std-normalization or --zca-whitening")
    }
    return nil
  }
  if isatty(STDERR_FILENO) == 1 {
    let rounds = settings.fitAugment ? ", transformed \(settings.fitRounds)×" : ""
    printError(
      "augtop: fitting \(dataset.count) pictures\(rounds)\(settings.zcaWhitening ? ", ZCA" : "")…")
  }
  do {
    guard settings.fitAugment else { return try Statistics.fit(dataset, settings: settings) }
    return try Statistics.fit(
      dataset, settings: settings, augmentingRounds: settings.fitRounds, random: &random)
  } catch let fault as StatisticsFault {
    throw CommandFault.wrong(Faults.sentence(fault))
  } catch let fault as DatasetFault {
    throw CommandFault.failed(fault.message)
  }
}

/// The same for a session, whose order of pictures seeds the stream anew afterwards.
///
/// - Throws: A `CommandFault` of status 1 for statistics that can't be computed.
func fitStatistics(
  _ dataset: any DatasetSource, _ scenario: Scenario
) throws -> Statistics? {
  var random = LegacyRandom(seed: scenario.seed)
  return try fitStatistics(dataset, scenario.settings, random: &random)
}

extension Faults {
  /// The message for the user.
  static func sentence(_ fault: StatisticsFault) -> String {
    switch fault {
    case .notFitted(let step): "--\(step.rawValue) needs statistics, and none were fitted"
    case .singular(let rank, let features):
      "--zca-whitening: the pictures span \(rank) of their \(features) values; give more pictures,"
        + " or smaller ones"
    case .tooManyFeatures(let features, let limit):
      "--zca-whitening: a picture has \(features) values, and ZCA takes at most \(limit)"
    case .notFinite:
      "the pictures hold NaN or infinity (or values too large to add up), so nothing can be fitted"
        + " to them; look for it with numpy.isfinite"
    case .unsolved(let info): "--zca-whitening: the eigenproblem wasn't solved (LAPACK: \(info))"
    case .wrongChannels(let normalization, let picture):
      "--normalization has \(normalization) channels, the pictures have \(picture)"
    }
  }
}
