/// One measured, switchable step of making a batch, in the order in which Keras 1.1.0 does them.
///
/// The raw value is the id used in options, files and reports. The enum is declared here because the
/// generator performs its work stage by stage.
package enum Stage: String, CaseIterable, Sendable {
  /// Take the picture, to float32. Always on.
  case load
  /// Draw theta and build its matrix.
  case rotation
  /// Draw tx: rows.
  case heightShift = "height-shift"
  /// Draw ty: columns.
  case widthShift = "width-shift"
  /// Draw the shear angle and build its matrix.
  case shear
  /// Draw zx and zy and build their matrix.
  case zoom
  /// The dot products and the move to the centre; off means the translation alone is used.
  case compose
  /// The affine warp; off means that pixels pass untouched.
  case warp
  /// Random channel shift.
  case channelShift = "channel-shift"
  /// Mirror left to right.
  case horizontalFlip = "horizontal-flip"
  /// Mirror top to bottom.
  case verticalFlip = "vertical-flip"
  /// Barrel or fisheye distortion.
  case lens
  /// Rescale, samplewise, featurewise, ZCA, channel-wise normalization.
  case standardize
  /// Write into the batch array. Always on.
  case collate

  /// The position in Keras's order, 0 for `load`.
  package var index: Int { Int(ordinal) }

  /// The same as a place in the list of stages that a session of this generator has.
  package var id: StageID { StageID(Int(ordinal)) }

  /// False for `load` and `collate`, without which there is no batch.
  package var isSwitchable: Bool { self != .load && self != .collate }

  /// Whether the stage draws random numbers when its setting isn't zero.
  package var draws: Bool {
    switch self {
    case .rotation, .heightShift, .widthShift, .shear, .zoom, .channelShift, .horizontalFlip,
      .verticalFlip:
      true
    case .load, .compose, .warp, .lens, .standardize, .collate: false
    }
  }

  private var ordinal: UInt8 {
    switch self {
    case .load: 0
    case .rotation: 1
    case .heightShift: 2
    case .widthShift: 3
    case .shear: 4
    case .zoom: 5
    case .compose: 6
    case .warp: 7
    case .channelShift: 8
    case .horizontalFlip: 9
    case .verticalFlip: 10
    case .lens: 11
    case .standardize: 12
    case .collate: 13
    }
  }
}

/// One value for each stage of the generator, at its `index`.
package typealias PerStage<Value> = InlineArray<14, Value>

extension StageSet {
  /// Every stage of the generator.
  package static let all = StageSet(Stage.allCases.map(\.id))
  /// The stages of the generator that no switch can turn off.
  package static let fixed = StageSet([.load, .collate])

  /// Every way to set the generator's switches, from all on to all off.
  package static let combinations: [StageSet] =
    Stage.allCases.filter(\.isSwitchable).reduce([.all]) { sets, stage in
      sets.flatMap { [$0, $0.setting(stage.id, on: false)] }
    }
}
