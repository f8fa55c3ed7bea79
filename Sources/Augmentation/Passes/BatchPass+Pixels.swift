import CKernels

extension BatchPass {
  /// Every picture goes through the warp, also with the identity: Keras 1.1.0 has no shortcut.
  func warp() {
    let fill = settings.fillMode.kernelFill
    let cval = Float(settings.cval)
    let merges = warpMerges
    for picture in pictures {
      var map = maps.map(picture).kernelMap
      let next = next(after: picture)
      let mirrors =
        merges && stages.contains(.horizontalFlip) && maps.draws[picture].flipsHorizontally
      let range =
        merges && stages.contains(.channelShift) && isShifted(picture) ? range(picture) : nil
      let kernel =
        settings.interpolation == .nearest ? ck_warp_nearest : ck_warp_bilinear
      kernel(
        level, current[picture], slot(picture), kernelShape, &map, fill, cval, next,
        mirrors ? 1 : 0, range)
      current[picture] = UnsafePointer(slot(picture))
    }
  }

  private func isShifted(_ picture: Int) -> Bool {
    maps.draws[picture].drawn.contains(.channelShift)
  }

  /// Clips to the lowest and highest value of the whole transformed picture.
  func shiftChannels() {
    let pixels = Int64(shape.height * shape.width)
    for picture in pictures where isShifted(picture) {
      let range = range(picture)
      if !warpMerges {
        ck_range(level, current[picture], Int64(shape.count), range, range + 1)
      }
      change(picture) {
        ck_shift_and_clip(
          level, $0, $1, pixels, kernelShape.channels, shifts(picture), range[0], range[1])
      }
    }
  }

  func flipHorizontally() {
    guard !warpMerges else { return }
    for picture in pictures where maps.draws[picture].flipsHorizontally {
      change(picture) { ck_flip_horizontal(level, $0, $1, kernelShape) }
    }
  }

  func flipVertically() {
    for picture in pictures where maps.draws[picture].flipsVertically {
      change(picture) { ck_flip_vertical(level, $0, $1, kernelShape) }
    }
  }

  /// Applies the lens. It can't work in place, so a picture that is in its slot already is bent into
  /// scratch memory and copied back.
  func bend() {
    guard !settings.lens.isIdle else { return }
    let places = lensSources()
    let fill = settings.fillMode.kernelFill
    let order: Int32 = settings.interpolation == .bilinear ? 1 : 0
    for picture in pictures {
      let isInPlace = current[picture] == UnsafePointer(slot(picture))
      let target = isInPlace ? scratchPictures() : slot(picture)
      ck_sample(
        level, current[picture], target, kernelShape, places.rows, places.columns, order, fill,
        Float(settings.cval))
      if isInPlace { ck_copy(level, target, slot(picture), Int64(shape.count)) }
      current[picture] = UnsafePointer(slot(picture))
    }
  }

  /// Copies what no stage has written yet; for `th`, parts the channels.
  func collate() {
    guard settings.dimOrdering == .tf || shape.channels == 1 else { return partChannels() }
    gather()
  }

  private func partChannels() {
    let pixels = Int64(shape.height * shape.width)
    let room = scratchPictures()
    for picture in pictures {
      let isInPlace = current[picture] == UnsafePointer(slot(picture))
      let planes = isInPlace ? room : slot(picture)
      ck_floats_to_planes(level, current[picture], planes, pixels, kernelShape.channels)
      if isInPlace { ck_copy(level, room, slot(picture), Int64(shape.count)) }
      current[picture] = UnsafePointer(slot(picture))
    }
  }

  /// Brings every picture into its slot.
  func gather() {
    for picture in pictures where current[picture] != UnsafePointer(slot(picture)) {
      change(picture) { ck_copy(level, $0, $1, Int64(shape.count)) }
    }
  }

  /// Lets a kernel read the picture where it is and write it to its slot, which may be the same.
  func change(
    _ picture: Int, with kernel: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) {
    kernel(current[picture], slot(picture))
    current[picture] = UnsafePointer(slot(picture))
  }
}

extension FillMode {
  var kernelFill: ck_fill {
    switch self {
    case .nearest: CK_NEAREST
    case .constant: CK_CONSTANT
    case .reflect: CK_REFLECT
    case .wrap: CK_WRAP
    case .reflect2016: CK_REFLECT_2016
    }
  }
}
