/// How much of an axis one part of a split takes.
package enum Length: Hashable, Sendable {
  /// This many cells, fewer only when the whole is too small.
  case cells(Int)
  /// A share, by weight, of what the fixed parts leave.
  case share(Int)
}

extension Rect {
  /// Splits into stacked parts, from the top down.
  ///
  /// The parts never overlap and never leave the rectangle: when it is too small, the last ones
  /// come out empty. With at least one share, they fill it.
  package func stacked(_ lengths: [Length]) -> [Rect] {
    var top = y
    return Length.resolve(lengths, total: height).map { extent in
      defer { top += extent }
      return Rect(x: x, y: top, width: width, height: extent)
    }
  }

  /// Splits into parts side by side, from left to right, as `stacked` does from top to bottom.
  package func sideBySide(_ lengths: [Length]) -> [Rect] {
    var left = x
    return Length.resolve(lengths, total: width).map { extent in
      defer { left += extent }
      return Rect(x: left, y: y, width: extent, height: height)
    }
  }

  /// A rectangle of at most this size in the middle of this one.
  package func centered(_ size: Size) -> Rect {
    let fitted = Size(width: min(size.width, width), height: min(size.height, height))
    return Rect(
      x: x + (width - fitted.width) / 2, y: y + (height - fitted.height) / 2,
      width: fitted.width, height: fitted.height)
  }
}

extension Length {
  /// The extents of the parts, in cells; their sum is at most `total`.
  package static func resolve(_ lengths: [Length], total: Int) -> [Int] {
    var free = max(0, total)
    var extents = [Int](repeating: 0, count: lengths.count)
    var weight = 0
    for (index, length) in lengths.enumerated() {
      switch length {
      case .cells(let wanted):
        extents[index] = min(max(0, wanted), free)
        free -= extents[index]
      case .share(let share):
        weight += max(0, share)
      }
    }
    for (index, length) in lengths.enumerated() {
      guard case .share(let share) = length, share > 0 else { continue }
      extents[index] = free * share / weight
      free -= extents[index]
      weight -= share
    }
    return extents
  }
}
