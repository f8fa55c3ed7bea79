package import Screen

/// Draws a picture without sense that is the same for the same seed: styles, wide characters,
/// marks, cuts.
package func scramble(_ seed: UInt64, on grid: inout CellGrid) {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  func random(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }
  let pieces = ["warp", "画像", "é", "e\u{301}", "▏▎▍", "⣿⡇", "a画b", " ", "処理を切る", "×"]
  for _ in 0..<40 {
    grid.put(
      pieces[random(pieces.count)],
      at: Point(x: random(grid.size.width + 4) - 2, y: random(grid.size.height)),
      style: Style(
        .sample(.load, at: Double(random(9)) / 8), on: random(3) == 0 ? .role(.selection) : nil,
        attributes: TextAttributes(rawValue: UInt8(random(16)))))
    // May part the halves of a wide character.
    grid.tint(
      Rect(
        x: random(grid.size.width), y: random(grid.size.height), width: 1 + random(4), height: 1),
      ground: .selection, attributes: .underline)
  }
}
