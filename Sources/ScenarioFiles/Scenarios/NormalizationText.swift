package import Augmentation

/// Channel-wise normalization as text: a name, or `means/deviations` with commas.
package enum NormalizationText {
  /// The normalization that a text describes, as "imagenet" or "0.5,0.5,0.5/0.2,0.2,0.2"; nil where
  /// it is neither a known name nor two lists of numbers, or where the lists make no normalization.
  package static func parse(_ text: String) -> ChannelNormalization? {
    if let named = ChannelNormalization(named: text) { return named }
    let halves = text.split(separator: "/", omittingEmptySubsequences: false).map { half in
      half.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    }
    guard halves.count == 2 else { return nil }
    let (means, deviations) = (halves[0].compactMap { $0 }, halves[1].compactMap { $0 })
    guard means.count == halves[0].count, deviations.count == halves[1].count else { return nil }
    return ChannelNormalization(mean: means, std: deviations)
  }

  /// The text of a normalization, for `parse`: its name where it has one, else the two lists.
  package static func write(_ normalization: ChannelNormalization) -> String {
    if let named = ChannelNormalization.named.first(where: { $0.value == normalization }) {
      return named.key
    }
    func list(_ numbers: [Double]) -> String { numbers.map { "\($0)" }.joined(separator: ",") }
    return "\(list(normalization.mean))/\(list(normalization.std))"
  }
}
