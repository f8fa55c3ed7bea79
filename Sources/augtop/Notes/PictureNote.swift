import Augmentation
import Datasets
import Pipeline

/// Something that is done as it was asked for, though it was surely not meant.
enum PictureNote: Equatable {
  /// An array whose second dimension looks like channels, read with its last as channels.
  case channelsFirst([Int])
  /// An array whose last dimension looks like channels, read with its second as channels.
  case channelsLast([Int])
  /// An array of three dimensions that looks like one picture.
  case onePicture([Int])
  /// Each pixel's mean over its channels is subtracted, and there is one channel.
  case centeredToZero
  /// Each pixel is divided by its deviation over its channels, and there is one channel.
  case dividedByZero
  /// Values up to `largest` become bytes, and so 0 and 1.
  case tooDark(rescale: Double, largest: Float)
  /// Values around 0 become bytes.
  case cutAtZero(option: String)
  /// Pictures that hold up to `largest`, after `rescale`, are standardized by numbers for 0...1.
  case unscaled(largest: Float, result: Float)
  /// Pictures within 0...1 are standardized by numbers for 0...255.
  case scaledDown(largest: Float)
  /// Pictures within 0...1 are multiplied by a small factor.
  case rescaledTwice(rescale: Double, largest: Float)
  /// A shift of as many widths or heights.
  case shift(SettingName, Double)
  /// Channel shift on pictures that look like masks.
  case shiftedMasks(values: Int)
  /// NaN became 0 in bytes.
  case notNumbers(Int)

  /// The form of the output's values.
  enum Output {
    /// float32, as they are.
    case floats
    /// Limited to 0...255 and cut to whole numbers.
    case cutBytes
    /// Spread over 0...255.
    case spreadBytes
  }

  /// The notes about a dataset with its settings.
  ///
  /// - Parameter settings: With the dataset's own ordering of its dimensions.
  /// - Complexity: O(1): a few pictures are looked at where their values matter.
  static func all(
    _ dataset: any DatasetSource, _ settings: AugmentationSettings, stages: StageSet = .all,
    output: Output = .floats
  ) -> [PictureNote] {
    var notes: [PictureNote] = []
    if let array = dataset as? NpyDataset, let note = about(array.dimensions, settings.dimOrdering)
    {
      notes.append(note)
    }
    func isOn(_ stage: Stage) -> Bool { stages.contains(stage.id) }
    for (stage, name, range) in [
      (Stage.widthShift, SettingName.widthShiftRange, settings.widthShiftRange),
      (.heightShift, .heightShiftRange, settings.heightShiftRange),
    ] where range >= 1 && isOn(stage) && isOn(.warp) {
      notes.append(.shift(name, range))
    }
    let sample = Lazy { PictureSample(dataset) }
    if isOn(.channelShift), settings.channelShiftRange > 0, dataset.shape.channels == 1,
      let values = sample.value?.values
    {
      notes.append(.shiftedMasks(values: values))
    }
    guard isOn(.standardize) else { return notes }
    if dataset.shape.channels == 1 {
      if settings.samplewiseCenter {
        notes.append(.centeredToZero)
      } else if settings.samplewiseStdNormalization {
        notes.append(.dividedByZero)
      }
    }
    if let note = aboutScale(settings, sample) { notes.append(note) }
    if output == .cutBytes, let note = aboutBytes(settings, sample) { notes.append(note) }
    return notes
  }

  /// Fewer rows, columns or pictures than this look like channels.
  private static let channelCounts = [1, 3, 4]

  private static func about(_ shape: [Int], _ ordering: DimOrdering) -> PictureNote? {
    func isChannels(_ axis: Int) -> Bool { channelCounts.contains(shape[axis]) }
    if shape.count == 3 {
      let isLast = channelCounts.contains(shape[2]) && shape[0] > 4 && shape[1] > 4
      let isFirst = shape[0] == 3 && shape[1] > 4 && shape[2] > 4
      return isLast || isFirst ? .onePicture(shape) : nil
    }
    switch ordering {
    case .tf: return isChannels(1) && !isChannels(3) && shape[3] > 4 ? .channelsFirst(shape) : nil
    case .th: return isChannels(3) && !isChannels(1) && shape[1] > 4 ? .channelsLast(shape) : nil
    }
  }

  /// Numbers for 0...1 on pictures of 0...255, or the other way round.
  private static func aboutScale(
    _ settings: AugmentationSettings, _ sample: Lazy<PictureSample?>
  ) -> PictureNote? {
    let factor = settings.rescale == 0 ? 1 : Float(settings.rescale)
    if let normalization = settings.normalization {
      guard let largest = sample.value?.largest else { return nil }
      let scaled = largest * factor
      let isForOne =
        normalization.mean.allSatisfy { abs($0) <= 1 }
        && normalization.std.allSatisfy { $0 <= 1 }
      if isForOne, scaled > 4, settings.isFeaturewise == false {
        let results = zip(normalization.mean, normalization.std).map {
          (scaled - Float($0)) / Float($1)
        }
        return .unscaled(largest: scaled, result: results.max() ?? scaled)
      }
      if normalization.mean.contains(where: { $0 > 4 }), scaled <= 1, scaled > 0 {
        return .scaledDown(largest: scaled)
      }
      return nil
    }
    guard settings.rescale > 0, settings.rescale < 0.02, let largest = sample.value?.largest,
      largest > 0, largest <= 1
    else { return nil }
    return .rescaledTwice(rescale: settings.rescale, largest: largest)
  }

  private static func aboutBytes(
    _ settings: AugmentationSettings, _ sample: Lazy<PictureSample?>
  ) -> PictureNote? {
    let options = [
      ("--normalization", settings.normalization != nil),
      ("--zca-whitening", settings.zcaWhitening),
      ("--featurewise-std-normalization", settings.featurewiseStdNormalization),
      ("--featurewise-center", settings.featurewiseCenter),
      ("--samplewise-std-normalization", settings.samplewiseStdNormalization),
      ("--samplewise-center", settings.samplewiseCenter),
    ]
    if let option = options.first(where: \.1)?.0 { return .cutAtZero(option: option) }
    guard let sample = sample.value, sample.largest > 0 else { return nil }
    let factor = settings.rescale == 0 ? 1 : Float(settings.rescale)
    // Masks of 0 and 1 are whole numbers already.
    guard settings.rescale != 0 || sample.hasFractions else { return nil }
    return sample.largest * factor <= 1.5
      ? .tooDark(rescale: settings.rescale, largest: sample.largest * factor) : nil
  }
}

/// A value that is computed when it is first needed.
private final class Lazy<Value> {
  private let make: () -> Value
  private(set) lazy var value = make()

  init(_ make: @escaping () -> Value) { self.make = make }
}
