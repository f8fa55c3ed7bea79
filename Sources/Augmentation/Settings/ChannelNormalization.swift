/// A given mean and standard deviation for each channel: (value − mean) / std, in float32.
///
/// The numbers are in the unit that the pixels have after `rescale`; the named ones are for 0...1.
///
/// - Source: torchvision's `Normalize`, which does the same two steps.
package struct ChannelNormalization: Hashable, Sendable {
  /// One mean for each channel.
  package var mean: [Double]
  /// One standard deviation for each channel, above 0.
  package var std: [Double]

  /// The numbers as they are; `AugmentationSettings.check` refuses unequal counts and deviations of
  /// 0 or less.
  package init(mean: [Double], std: [Double]) {
    self.mean = mean
    self.std = std
  }

  /// Of ImageNet's training pictures, as torchvision's models expect them.
  package static let imageNet = ChannelNormalization(
    mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])

  /// Of CIFAR-10's 50 000 training pictures, over all pixels of a channel.
  package static let cifar10 = ChannelNormalization(
    mean: [0.4914, 0.4822, 0.4465], std: [0.2470, 0.2435, 0.2616])

  /// Those that have a name, in the order in which they are offered.
  package static let named: KeyValuePairs<String, ChannelNormalization> = [
    "imagenet": imageNet, "cifar10": cifar10,
  ]

  /// The one of that name in `named`; nil if there is none.
  package init?(named name: String) {
    guard let known = Self.named.first(where: { $0.key == name }) else { return nil }
    self = known.value
  }
}
