/// A factor as Keras scripts write it: a number, or a fraction such as `1/255` or `1./255`.
package enum FactorText {
  /// The number, or the first divided by the second in float64; nil for any other text, for a
  /// division by 0 and for what isn't finite.
  package static func parse(_ text: String) -> Double? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(number)
    let value: Double? =
      switch parts.count {
      case 1: parts[0]
      case 2: parts[0].flatMap { above in parts[1].map { above / $0 } }
      default: nil
      }
    guard let value, value.isFinite else { return nil }
    return value
  }

  private static func number(_ text: Substring) -> Double? {
    var text = text.drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return Double(text)
  }
}
