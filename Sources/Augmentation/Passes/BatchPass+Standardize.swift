import CKernels
import CLapack

extension BatchPass {
  /// Everything `standardize` does, in Keras 1.1.0's order: rescale, samplewise, featurewise, ZCA;
  /// then the channel-wise normalization. `ReferenceStandardize`, beside the tests, is its definition.
  func standardize() throws(StatisticsFault) {
    guard !settings.isIdle(.standardize) else { return }
    try statistics.check(for: settings)
    if let normalization = settings.normalization { try take(normalization) }
    for picture in pictures {
      rescale(picture)
      standardizeSamplewise(picture)
      standardizeFeaturewise(picture)
      if !settings.zcaWhitening { normalizeChannels(picture) }
    }
    if settings.zcaWhitening {
      whiten()
      for picture in pictures { normalizeChannels(picture) }
    }
  }

  /// One float32 product for each value. 0 means none, as in Keras.
  private func rescale(_ picture: Int) {
    guard settings.rescale != 0 else { return }
    let factor = Float(settings.rescale)
    change(picture) { ck_scale(level, $0, $1, Int64(shape.count), factor) }
  }

  private func standardizeSamplewise(_ picture: Int) {
    let centres: Int32 = settings.samplewiseCenter ? 1 : 0
    let divides: Int32 = settings.samplewiseStdNormalization ? 1 : 0
    guard centres + divides > 0 else { return }
    change(picture) {
      ck_samplewise(
        level, $0, $1, Int64(shape.height * shape.width), kernelShape.channels, centres, divides)
    }
  }

  private func standardizeFeaturewise(_ picture: Int) {
    let count = Int64(shape.count)
    if settings.featurewiseCenter, let mean = statistics?.mean {
      change(picture) { from, to in
        switch mean {
        case .single(let values): ck_subtract(level, from, to, count, values)
        case .double(let values): ck_subtract_wide(level, from, to, count, values)
        }
      }
    }
    if settings.featurewiseStdNormalization, let divisor = statistics?.divisor {
      change(picture) { from, to in
        switch divisor {
        case .single(let values): ck_divide(level, from, to, count, values)
        case .double(let values): ck_divide_wide(level, from, to, count, values)
        }
      }
    }
  }

  /// One float32 product of the whole batch and the components.
  private func whiten() {
    guard let projection = statistics?.projection, count > 0 else { return }
    gather()
    let room = scratchPictures()
    la_project(Int32(shape.count), Int32(count), slot(0), projection, room)
    ck_copy(level, room, slot(0), Int64(count * shape.count))
  }

  private func take(_ normalization: ChannelNormalization) throws(StatisticsFault) {
    let channels = shape.channels
    guard normalization.mean.count == channels, normalization.std.count == channels else {
      throw .wrongChannels(normalization: normalization.mean.count, picture: channels)
    }
    for channel in 0..<channels {
      channelNormalization[channel] = Float(normalization.mean[channel])
      channelNormalization[channels + channel] = Float(normalization.std[channel])
    }
  }

  private func normalizeChannels(_ picture: Int) {
    guard settings.normalization != nil, let mean = channelNormalization.baseAddress else { return }
    change(picture) {
      ck_normalize(
        level, $0, $1, Int64(shape.height * shape.width), kernelShape.channels, mean,
        mean + shape.channels)
    }
  }
}
